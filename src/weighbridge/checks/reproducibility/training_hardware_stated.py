"""RP001: the hardware used for training is stated."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.compute import Compute, Purpose
from weighbridge.model import Attribute, Evidence, Factor, Outcome, Severity, claimed, missing

_MISSING = missing(
    "The card names no training hardware.",
    remedy="State the accelerators used for training, and how many.",
)


@check(
    code="RP001",
    attribute=Attribute.REPRODUCIBILITY,
    factor=Factor.HARDWARE_SPECIFICATION,
    severity=Severity.MEDIUM,
)
def training_hardware_stated(compute: Compute) -> Outcome:
    """The hardware used for training is stated.

    What it asks: whether the card names the accelerators or machines on which the model was trained.
    Why it matters: batch sizes, precision and results depend on the hardware; practitioners named it most often.
    Evidence: accelerators and machines named in the card, and `co2_eq_emissions.hardware_used`.
    Remedy: state the accelerators used for training, and how many.
    Limits: found by words, not understood; devices named in a line or section that speaks of running the model do not count.
    Source: Jiang et al., ICSE 2023, Table I: hardware specification (7 of 12 participants).
    """
    if compute.emissions_hardware:
        return claimed(f"Trained on {compute.emissions_hardware}, says the card.")
    hardware = [mention for mention in compute.hardware if mention.purpose is not Purpose.RUNNING]
    if not hardware:
        return _MISSING
    texts = [mention.text for mention in hardware]
    found = [mention for mention in hardware if not _is_shorter(mention.text, texts)][:5]
    names = ", ".join(mention.text for mention in found)
    return claimed(f"The card names {names}.", *(Evidence(m.text, m.where) for m in found))


def _is_shorter(text: str, others: list[str]) -> bool:
    """Tell whether another mention says the same and more: `TPUs` beside `TPU v3-8`."""
    stem = text.removesuffix("s")
    return any(other != text and other.startswith(stem) and len(other) > len(text) for other in others)
