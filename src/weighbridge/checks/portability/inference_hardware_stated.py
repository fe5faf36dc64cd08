"""PT001: the hardware that the model needs to run is stated."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.card import Card
from weighbridge.facts.compute import Compute, Mention
from weighbridge.model import Attribute, Evidence, Factor, Outcome, Severity, claimed, missing

_MISSING = missing(
    "The card does not say what hardware or memory the model needs to run.",
    remedy="State the memory and the devices on which the model was run.",
)


@check(code="PT001", attribute=Attribute.PORTABILITY, factor=Factor.HARDWARE_SPECIFICATION, severity=Severity.MEDIUM)
def inference_hardware_stated(compute: Compute, card: Card | None) -> Outcome:
    """The hardware that the model needs to run is stated.

    What it asks: whether the card names memory needed, or devices on which the model runs.
    Why it matters: it decides at once whether a model can be deployed where it is wanted.
    Evidence: memory figures and devices named in the card.
    Remedy: state the memory and the devices on which the model was run.
    Limits: found by words, not understood; devices named in a line that speaks of training do not count.
    Source: Jiang et al., ICSE 2023, Table I: hardware specification (7 of 12 participants).
    """
    if compute.memory:
        first = compute.memory[0].text
        return claimed(f"The card speaks of {first}.", *(Evidence(m.text, m.where) for m in compute.memory[:3]))
    found = [mention for mention in compute.hardware if not _is_about_training(mention, card)][:3]
    if found:
        return claimed(f"The card names {found[0].text}.", *(Evidence(m.text, m.where) for m in found), grade=0.5)
    return _MISSING


def _is_about_training(mention: Mention, card: Card | None) -> bool:
    if card is None or mention.where is None or mention.where.line is None:
        return False
    lines = card.text.splitlines()
    number = mention.where.line - card.first_line
    line = lines[number].lower() if 0 <= number < len(lines) else ""
    return "train" in line or "tuned" in line
