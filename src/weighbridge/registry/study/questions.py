"""The study's questions, in the order in which the report answers them."""

from __future__ import annotations

from typing import Any

from weighbridge.checks.catalogue import CHECKS
from weighbridge.registry.study.association import with_intervals
from weighbridge.registry.study.figure import Chart, Question, Rows
from weighbridge.registry.study.relations import between_models, with_projects

# Jiang et al., ICSE 2023, Figure 7, August 2022: models with claims of all models of a task.
_CLAIMS_2022 = {
    "token-classification": (526, 3130), "automatic-speech-recognition": (618, 3919), "image-classification": (105, 731),
    "summarization": (56, 501), "text-classification": (872, 8764), "translation": (99, 1637), "text2text-generation": (256, 5320),
    "object-detection": (1, 44), "multiple-choice": (1, 94), "question-answering": (22, 2102), "audio-classification": (1, 141),
    "fill-mask": (17, 3802), "sentence-similarity": (1, 609), "text-generation": (7, 5481),
}  # fmt: skip


def _with_names(rows: Rows) -> list[dict[str, Any]]:
    """Name the checks beside their codes; those that are gone keep the code alone."""
    names = {check.code: check.name for check in CHECKS}
    return [{**row, "code": f"{row['code']} {names.get(row['code'], '')}".strip()} for row in rows]


QUESTIONS = (
    Question(
        "downloads_by_rank",
        "Downloads by rank",
        "How steeply do downloads fall from the most popular package or model to the next? (Figure 1)",
        needs=(),
        chart=Chart.RANKS,
        drawn="downloads",
    ),
    Question(
        "concentration",
        "Concentration",
        "How unequally are downloads and models shared out? Gini's coefficient is 0 where all have the same and 1 where one has all.",
        drawn="gini",
    ),
    Question(
        "owners",
        "Owners of the most models",
        "Who publishes the most models?",
    ),
    Question(
        "models_per_dataset",
        "Models by training data",
        "On which datasets do models declare to be trained? (Figure 6)",
        needs=("models", "datasets"),
    ),
    Question(
        "claims_per_dataset",
        "Claims by dataset",
        "On which datasets are metrics claimed? Models and entries of metrics are counted apart.",
        needs=("models", "claims"),
        corrected="The published Figure 6 counts entries of metrics as models (6,834 for universal_dependencies), "
        "beside models without a claim.",
    ),
    Question(
        "models_per_architecture",
        "Models by architecture",
        "Which families of architectures do the configurations name? (Figure 6)",
        published={"bert": "16.40 % (10,247 of 62,467)"},
        corrected="The published caption gives 1,673 models for the commonest architecture, the text 10,247; the latter fits the bar.",
    ),
    Question(
        "reach",
        "Reach of base models",
        "From which models do most others come, directly or through others?",
        needs=("models", "edges"),
    ),
    Question(
        "claims_per_task",
        "Performance claims by task",
        "How many models claim their performance so that a machine can read it? (Figure 7)",
        published={task: f"{100 * part / whole:.1f} % ({part:,} of {whole:,})" for task, (part, whole) in _CLAIMS_2022.items()},
        corrected="The published Table IV gives less than 0.1 % of models with claims; over its own Figure 7 it is 2,594 of 62,467, 4.15 %.",
    ),
    Question(
        "mitigations",
        "What stands against the risks",
        "Which share of models has what lowers a risk of the supply chain? (Table IV)",
        published={
            "organisations verified": "3.19 % (199 of 6,243)",
            "repositories with signed commits": "0.21 % (132 of 63,182)",
            "performance claims that a machine can read": "4.15 % (2,594 of 62,467), corrected",
        },
        corrected="The published zero of malware is no evidence: its script looks for the scanner's test string alone.",
    ),
    Question(
        "missing_attributes",
        "What models do not tell",
        "What is missing, by task, library, last change and popularity?",
        drawn="no_licence",
    ),
    Question(
        "scores",
        "Scores of the attributes",
        "How are the attributes' scores spread, and how much of them could be looked at?",
        needs=("models", "scores"),
        chart=Chart.SPREAD,
        drawn="median",
    ),
    Question(
        "popularity",
        "Scores and popularity",
        "Do models with better scores have more downloads? Spearman's correlation with its interval of 95 %.",
        needs=("models", "scores"),
        chart=Chart.NONE,
        made=with_intervals,
    ),
    Question(
        "licences",
        "Licences",
        "Which licences are declared, and how often none?",
    ),
    Question(
        "licences_by_year",
        "Models without a licence, by year",
        "Is the licence told more often for models changed lately?",
    ),
    Question(
        "licence_edges",
        "Licences of base models and their derivatives",
        "May the derivatives be under the licences they declare? Judged by what each licence demands and forbids.",
        needs=("models", "edges"),
        counted="relations",
        made=between_models,
    ),
    Question(
        "licence_uses",
        "Licences of models and of projects that use them",
        "May the projects use the models under their licences? Judged by the Linux Foundation's matrix, as the study of 2024 did.",
        needs=("dependents", "repositories"),
        counted="relations",
        made=with_projects,
        published={
            "compatible": "52.43 % (11,782 of 22,474)",
            "incompatible": "0.24 % (54 of 22,474)",
            "unknown": "47.33 % (10,638 of 22,474)",
        },
        corrected="The published figures count one relation twice.",
    ),
    Question(
        "formats",
        "Formats of weights",
        "In which formats are weights published? Pickles can run code when they are loaded.",
        needs=("files",),
        published={"pickle (PyTorch and others)": "96.2 % (4,062 of 4,223), recomputed", "safetensors": "0 of 4,223, recomputed"},
    ),
    Question(
        "formats_by_year",
        "Formats over time",
        "How did the formats change, by the year of the last change?",
        needs=("models", "files"),
        chart=Chart.YEARS,
    ),
    Question(
        "sizes",
        "Sizes",
        "How many parameters have models, where the registry has counted them?",
    ),
    Question(
        "disclosure",
        "Carbon and hardware",
        "Are the costs of training told?",
        needs=("models",),
    ),
    Question(
        "verdicts",
        "Verdicts",
        "Which checks find most to object to? Shares of all models.",
        needs=("models", "measurements"),
        drawn="contradicted",
        made=_with_names,
    ),
)  # fmt: skip
TURNOVER = Question(
    "turnover",
    "Turnover of the thousand most downloaded",
    "Who stayed, came and left between the two days, by the better of the two ranks?",
    chart=Chart.NONE,
    drawn="stayed",
)
