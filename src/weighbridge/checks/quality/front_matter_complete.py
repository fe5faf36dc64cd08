"""QU004: the front matter answers the usual questions."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.metadata import Metadata
from weighbridge.facts.registry import Registry
from weighbridge.model import (
    Attribute,
    Factor,
    Outcome,
    Severity,
    claimed,
    missing,
)

_KEYS = ("license", "pipeline_tag", "library_name", "tags", "language", "datasets", "base_model")
_ENOUGH = 5
_MISSING = missing(
    "The front matter states nothing.",
    remedy="Add `license`, `pipeline_tag`, `library_name`, `language`, `datasets` and `base_model`.",
)
_ANYWAY = frozenset({"pipeline_tag", "library_name"})


@check(code="QU004", attribute=Attribute.QUALITY, factor=Factor.DOCUMENTATION, severity=Severity.LOW)
def front_matter_complete(metadata: Metadata, registry: Registry | None) -> Outcome:
    """The front matter answers the usual questions.

    What it asks: how many of licence, task, library, tags, language, datasets and base model the front matter states.
    Why it matters: people and tools find and filter models by these fields.
    Evidence: the keys of the front matter.
    Remedy: add the fields that are named as absent, as far as they apply.
    Limits: five of the seven are enough, since not every model has a language or a base model.
    Source: Hugging Face Hub, model card metadata; FAIR4ML; this project.
    """
    values = metadata.values
    absent = [key for key in _KEYS if not values.get(key)]
    stated = len(_KEYS) - len(absent)
    if not stated:
        return _MISSING
    inferred = [key for key in absent if key in _ANYWAY] if registry is not None and registry.task else []
    note = f" (the registry infers {', '.join(inferred)})" if inferred else ""
    text = (
        f"It states {stated} of {len(_KEYS)} usual fields; absent: {', '.join(absent)}{note}."
        if absent
        else "It states all usual fields."
    )
    remedy = f"Add {', '.join(absent)}, as far as they apply." if stated < _ENOUGH else ""
    return claimed(text, grade=min(1.0, stated / _ENOUGH), remedy=remedy)
