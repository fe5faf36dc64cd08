"""The attributes of a pre-trained model and the factors that make them up.

Source: Jiang et al., "An Empirical Study of Pre-Trained Model Reuse in the Hugging Face Deep Learning Model Registry",
ICSE 2023, Table I. Licence and security are this project's additions; their factors are its own.
"""

from __future__ import annotations

from enum import StrEnum


class Attribute(StrEnum):
    """What a check speaks about; the value is the name used in codes' folders, scores and configuration."""

    PROVENANCE = "provenance"
    REPRODUCIBILITY = "reproducibility"
    PORTABILITY = "portability"
    POPULARITY = "popularity"
    QUALITY = "quality"
    MAINTENANCE = "maintenance"
    SECURITY = "security"
    LICENCE = "licence"

    @property
    def prefix(self) -> str:
        """The two letters with which the attribute's check codes begin."""
        return _PREFIXES[self]

    @property
    def question(self) -> str:
        """What a person about to reuse a model wants the attribute to answer."""
        return _QUESTIONS[self]


class Factor(StrEnum):
    """A factor practitioners named (Table I), or this project's own for licence and security."""

    DATASET_DETAILS = "dataset details"
    PERFORMANCE_TABLE = "performance table"
    ARCHITECTURE_DETAILS = "architecture details"
    TRAINING_LOGS = "training logs"
    PAPER = "paper"
    LINEAGE = "lineage"

    HARDWARE_SPECIFICATION = "hardware specification"
    TRAINING_CONFIGURATION = "training configuration"
    DEMOS = "demos"
    DOCUMENTATION = "documentation"
    ENVIRONMENT_IMAGE = "environment image"

    LATENCY = "latency"
    QUANTISED_MODEL = "quantised model"
    FRAMEWORK_SUPPORT = "framework support"
    FINE_TUNING_INSTRUCTIONS = "fine-tuning instructions"
    LICENCE = "licence"
    COST_ESTIMATION = "cost estimation"

    DOWNLOADS = "downloads"
    LIKES = "likes"
    DEPENDENTS = "dependents"

    TESTS_AND_EVALUATIONS = "tests and evaluations"
    STRUCTURE = "structure"

    UPDATES = "updates"
    ISSUES = "issues"
    MAINTAINERS = "maintainers"

    DECLARATION = "declaration"
    TEXT = "text"
    COMPATIBILITY = "compatibility"

    CODE_EXECUTION = "code execution"
    INTEGRITY = "integrity"
    IDENTITY = "identity"
    DISCLOSURE = "disclosure"


_PREFIXES = {
    Attribute.PROVENANCE: "PV",
    Attribute.REPRODUCIBILITY: "RP",
    Attribute.PORTABILITY: "PT",
    Attribute.POPULARITY: "PO",
    Attribute.QUALITY: "QU",
    Attribute.MAINTENANCE: "MA",
    Attribute.SECURITY: "SE",
    Attribute.LICENCE: "LI",
}

_QUESTIONS = {
    Attribute.PROVENANCE: "Where does it come from?",
    Attribute.REPRODUCIBILITY: "Could its claimed results be had again?",
    Attribute.PORTABILITY: "Will it run for me?",
    Attribute.POPULARITY: "Do others trust it?",
    Attribute.QUALITY: "Is it well made?",
    Attribute.MAINTENANCE: "Is somebody there?",
    Attribute.SECURITY: "Is it safe to load?",
    Attribute.LICENCE: "May I use it?",
}
