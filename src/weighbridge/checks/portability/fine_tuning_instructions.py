"""PT050: it is told how to adapt the model."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.card import Card
from weighbridge.facts.training import Training
from weighbridge.model import Attribute, Evidence, Factor, Location, Outcome, Severity, claimed, missing, verified

_MISSING = missing(
    "Nothing tells how to fine-tune the model.",
    remedy="Add a section on fine-tuning with a complete example, or ship a script.",
)


@check(code="PT050", attribute=Attribute.PORTABILITY, factor=Factor.FINE_TUNING_INSTRUCTIONS, severity=Severity.MEDIUM)
def fine_tuning_instructions(card: Card | None, training: Training) -> Outcome:
    """It is told how to adapt the model.

    What it asks: whether a fine-tuning script is shipped, or the card has a section on fine-tuning.
    Why it matters: transfer learning is the most used way of reuse; five of twelve participants named the instructions.
    Evidence: training and fine-tuning scripts; headings of the card.
    Remedy: add a section on fine-tuning with a complete example, or ship a script.
    Limits: a heading may tell how this model was fine-tuned, not how to fine-tune it further.
    Source: Jiang et al., ICSE 2023, Table I: fine-tuning instructions (5 of 12 participants).
    """
    script = next((path for path in training.scripts if "tune" in path.lower()), "")
    if script:
        return verified(f"The repository holds {script}.", Evidence(script, Location(script)))
    section = card.section("fine-tun", "finetun", "adapt", "transfer learning") if card else None
    if card is None or section is None:
        return _MISSING
    where = Location(card.path, line=section.line)
    return claimed(f"Section “{section.title}” may tell how.", Evidence(section.title, where), grade=0.5)
