"""RP030: the card describes how the model was trained."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.checks.sections import addresses_reader
from weighbridge.facts.card import Card
from weighbridge.model import Attribute, Evidence, Factor, Location, Outcome, Severity, claimed, missing

_MISSING = missing(
    "The card has no section on training.",
    remedy="Add a section that tells how the model was trained: data, procedure, settings.",
)


@check(code="RP030", attribute=Attribute.REPRODUCIBILITY, factor=Factor.DOCUMENTATION, severity=Severity.MEDIUM)
def training_procedure_described(card: Card) -> Outcome:
    """The card describes how the model was trained.

    What it asks: whether the card has a section on training with text in it.
    Why it matters: it is the first thing a person who wants the same result reads.
    Evidence: headings of the card, and the text below them.
    Remedy: add a section that tells how the model was trained: data, procedure, settings.
    Limits: the text is not judged, only that it is there and is not a template's slot.
    Source: Hugging Face model card template, Training Details; Jiang et al., ICSE 2023, Table I: documentation.
    """
    section = card.section("training", "fine-tuning", "finetuning", "pretraining", "pre-training", "how it was trained")
    if section is None or addresses_reader(section.title):
        return _MISSING
    return claimed(f"Section “{section.title}”.", Evidence(section.title, Location(card.path, line=section.line)))
