"""PV023: the language of the data is stated."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.metadata import Metadata
from weighbridge.facts.registry import Registry
from weighbridge.model import (
    Attribute,
    Claim,
    Factor,
    Outcome,
    Severity,
    claimed,
    missing,
    not_applicable,
)

_MISSING = missing("The language of the data is not stated.", remedy="Add `language:` to the card's front matter.")
_OTHER_TASK = not_applicable("The model's task has no language, or is not stated.")
_TASK_NAMES = (
    "text-generation text2text-generation text-classification token-classification question-answering fill-mask "
    "summarization translation sentence-similarity feature-extraction zero-shot-classification conversational "
    "automatic-speech-recognition text-to-speech table-question-answering multiple-choice text-ranking"
)
_TASKS = frozenset(_TASK_NAMES.split())


@check(code="PV023", attribute=Attribute.PROVENANCE, factor=Factor.DATASET_DETAILS, severity=Severity.LOW)
def language_stated(metadata: Metadata, registry: Registry | None) -> Outcome:
    """The language of the data is stated.

    What it asks: whether a model for text or speech says in its front matter for which languages it is.
    Why it matters: a model does badly, and without a word of warning, on languages that it was not trained on.
    Evidence: `language` in the front matter; the task.
    Remedy: add `language:` to the card's front matter.
    Limits: whether the model really knows the language is not tried.
    Source: Hugging Face Hub, model card metadata; this project.
    """
    languages = metadata.texts("language")
    if languages:
        shown = ", ".join(languages[:8]) + (f" and {len(languages) - 8} more" if len(languages) > 8 else "")
        return claimed(f"For {shown}.", claim=Claim(f"language: {shown}", metadata.where("language")))
    task = metadata.text("pipeline_tag") or (registry.task if registry is not None else "")
    return _MISSING if task in _TASKS else _OTHER_TASK
