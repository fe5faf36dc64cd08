"""QU037: the task is stated."""

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
)

_MISSING = missing("The task is not stated.", remedy="Add `pipeline_tag:` to the card's front matter.")


@check(code="QU037", attribute=Attribute.QUALITY, factor=Factor.STRUCTURE, severity=Severity.LOW)
def task_stated(metadata: Metadata, registry: Registry | None) -> Outcome:
    """The task is stated.

    What it asks: whether front matter or registry say which task the model does.
    Why it matters: it says what goes in and what comes out, and it is how models are found.
    Evidence: `pipeline_tag` in the front matter; the registry's record, which may have inferred it.
    Remedy: add `pipeline_tag:` to the card's front matter.
    Limits: the task that the registry inferred counts a little less than one that was stated.
    Source: Hugging Face Hub, tasks.
    """
    task = metadata.text("pipeline_tag")
    if task:
        return claimed(f"The task is {task}.", claim=Claim(f"pipeline_tag: {task}", metadata.where("pipeline_tag")))
    if registry is not None and registry.task:
        return claimed(f"The registry says {registry.task}.", claim=Claim(f"pipeline_tag: {registry.task}"), grade=0.8)
    return _MISSING
