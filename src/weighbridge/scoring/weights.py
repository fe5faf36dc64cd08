"""How much each factor counts.

For the attributes of Table I the weight of a factor is the number of the study's twelve participants who named it
(Jiang et al., ICSE 2023, artifact `interview_study/InterviewSaturation.ipynb`). Popularity was named by eight as a
whole and is split 2:1:1 over its factors. The factors of licence and security are weighted by this project.
"""

from __future__ import annotations

from collections.abc import Mapping

from weighbridge.model import Attribute, Factor, Severity

A, F = Attribute, Factor

FACTOR_WEIGHTS: Mapping[Attribute, Mapping[Factor, float]] = {
    A.PROVENANCE: {
        F.ARCHITECTURE_DETAILS: 6,
        F.DATASET_DETAILS: 5,
        F.PERFORMANCE_TABLE: 4,
        F.PAPER: 4,
        F.LINEAGE: 4,
        F.TRAINING_LOGS: 2,
    },
    A.REPRODUCIBILITY: {
        F.HARDWARE_SPECIFICATION: 7,
        F.TRAINING_CONFIGURATION: 6,
        F.DEMOS: 5,
        F.DOCUMENTATION: 5,
        F.ENVIRONMENT_IMAGE: 3,
    },
    A.PORTABILITY: {
        F.HARDWARE_SPECIFICATION: 7,
        F.FINE_TUNING_INSTRUCTIONS: 5,
        F.FRAMEWORK_SUPPORT: 3,
        F.ENVIRONMENT_IMAGE: 3,
        F.LATENCY: 2,
        F.LICENCE: 2,
        F.COST_ESTIMATION: 2,
        F.QUANTISED_MODEL: 1,
    },
    A.POPULARITY: {F.DOWNLOADS: 4, F.LIKES: 2, F.DEPENDENTS: 2},
    A.QUALITY: {F.DOCUMENTATION: 5, F.TESTS_AND_EVALUATIONS: 4, F.STRUCTURE: 3},
    A.MAINTENANCE: {F.UPDATES: 2, F.ISSUES: 2, F.MAINTAINERS: 2},
    A.SECURITY: {F.CODE_EXECUTION: 6, F.INTEGRITY: 3, F.IDENTITY: 2, F.DISCLOSURE: 1},
    A.LICENCE: {F.DECLARATION: 3, F.COMPATIBILITY: 3, F.TEXT: 2},
}

# Within a factor a check counts by its severity, in the steps of OpenSSF Scorecard's risk levels.
SEVERITY_WEIGHTS: Mapping[Severity, float] = {
    Severity.CRITICAL: 10.0,
    Severity.HIGH: 7.5,
    Severity.MEDIUM: 5.0,
    Severity.LOW: 2.5,
    Severity.INFO: 1.0,
}

# A grave contradiction holds the whole attribute down; so does a grave question left open, because what was not
# looked at cannot be better than the worst that a look could find.
CAPS: Mapping[Severity, float] = {Severity.CRITICAL: 10.0, Severity.HIGH: 50.0}
