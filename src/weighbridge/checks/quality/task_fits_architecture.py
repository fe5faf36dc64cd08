"""QU038: the task is one that the model's class can do."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.config import Config
from weighbridge.facts.metadata import Metadata
from weighbridge.model import (
    Attribute,
    Claim,
    Confidence,
    Evidence,
    Factor,
    Outcome,
    Severity,
    contradicted,
    not_applicable,
    verified,
)

_NOT_BOTH = not_applicable("Task and architecture are not both stated, or the architecture serves many tasks.")
# What classes with a head can do; other tasks contradict them.
_HEADS: dict[str, frozenset[str]] = {
    head: frozenset(tasks.split())
    for head, tasks in {
        "ForSequenceClassification": "text-classification zero-shot-classification text-ranking sentence-similarity audio-classification "
        "feature-extraction reinforcement-learning tabular-classification text-regression image-text-to-text video-classification",
        "ForTokenClassification": "token-classification feature-extraction voice-activity-detection audio-classification",
        "ForQuestionAnswering": "question-answering document-question-answering visual-question-answering table-question-answering",
        "ForMultipleChoice": "multiple-choice question-answering",
        "ForImageClassification": "image-classification image-feature-extraction zero-shot-image-classification",
        "ForAudioClassification": "audio-classification",
        "ForObjectDetection": "object-detection zero-shot-object-detection",
        "ForSemanticSegmentation": "image-segmentation mask-generation depth-estimation",
        "ForCTC": "automatic-speech-recognition audio-classification audio-to-audio",
    }.items()
}
# What a head for language modelling cannot do.
_NEVER: dict[str, frozenset[str]] = {
    "ForMaskedLM": frozenset(
        {"image-classification", "object-detection", "automatic-speech-recognition", "summarization", "translation"}
    ),
    "ForCausalLM": frozenset(
        {"fill-mask", "token-classification", "image-classification", "object-detection", "audio-classification"}
    ),
}


@check(code="QU038", attribute=Attribute.QUALITY, factor=Factor.STRUCTURE, severity=Severity.MEDIUM)
def task_fits_architecture(metadata: Metadata, config: Config) -> Outcome:
    """The task is one that the model's class can do.

    What it asks: whether a class with a certain head (`…ForSequenceClassification`) is tagged with a task of that head.
    Why it matters: registries run the model by its task; with another head the call fails or answers nonsense.
    Evidence: `pipeline_tag`; `architectures` in the configuration.
    Remedy: correct `pipeline_tag`, or push the class with the right head.
    Limits: only heads whose tasks are certain; custom code may give a class other uses, so the confidence is medium.
    Source: transformers, task classes; Hugging Face Hub, tasks.
    """
    task = metadata.text("pipeline_tag")
    classes = config.architectures
    # A task that the registry inferred from the class can only agree, so that it is left out.
    if not classes or not task:
        return _NOT_BOTH
    name = classes[0]
    at = name.find("For")
    head = name[at:] if at >= 0 else ""
    can = _HEADS.get(head)
    never = _NEVER.get(head)
    claim = Claim(f"pipeline_tag: {task}", metadata.where("pipeline_tag"))
    if (can is None and never is None) or "/" in task:
        return _NOT_BOTH
    evidence = Evidence(f"architectures: {name}", config.where("architectures"))
    if (can is not None and task in can) or (never is not None and task not in never):
        return verified(f"{name} can do {task}.", evidence, claim=claim)
    return contradicted(
        f"The task is {task}; the model's class is {name}.",
        evidence,
        claim=claim,
        remedy="Correct `pipeline_tag`, or push the class with the right head.",
        confidence=Confidence.MEDIUM,
    )
