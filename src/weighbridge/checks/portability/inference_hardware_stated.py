"""PT001: the hardware that the model needs to run is stated."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.compute import Compute, Purpose
from weighbridge.model import Attribute, Evidence, Factor, Outcome, Severity, claimed, missing

_MISSING = missing(
    "The card does not say what hardware or memory the model needs to run.",
    remedy="State the memory and the devices on which the model was run.",
)


@check(code="PT001", attribute=Attribute.PORTABILITY, factor=Factor.HARDWARE_SPECIFICATION, severity=Severity.MEDIUM)
def inference_hardware_stated(compute: Compute) -> Outcome:
    """The hardware that the model needs to run is stated.

    What it asks: whether the card names memory needed, or devices on which the model runs.
    Why it matters: it decides at once whether a model can be deployed where it is wanted.
    Evidence: memory figures and devices named in the card.
    Remedy: state the memory and the devices on which the model was run.
    Limits: found by words, not understood; devices named in a line or section that speaks of training do not count.
    Source: Jiang et al., ICSE 2023, Table I: hardware specification (7 of 12 participants).
    """
    if compute.memory:
        first = compute.memory[0].text
        return claimed(f"The card speaks of {first}.", *(Evidence(m.text, m.where) for m in compute.memory[:3]))
    found = [mention for mention in compute.hardware if mention.purpose is not Purpose.TRAINING][:3]
    if found:
        return claimed(f"The card names {found[0].text}.", *(Evidence(m.text, m.where) for m in found), grade=0.5)
    return _MISSING
