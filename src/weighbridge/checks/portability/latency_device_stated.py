"""PT011: a stated speed names the device it was measured on."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.compute import Compute
from weighbridge.model import Attribute, Evidence, Factor, Outcome, Severity, claimed, missing, not_applicable

_NONE = not_applicable("No speed is stated.")


@check(code="PT011", attribute=Attribute.PORTABILITY, factor=Factor.LATENCY, severity=Severity.LOW)
def latency_device_stated(compute: Compute) -> Outcome:
    """A stated speed names the device it was measured on.

    What it asks: whether a card that gives a speed also names hardware.
    Why it matters: a latency without its device cannot be compared, planned with, or checked.
    Evidence: speed figures and hardware named in the card.
    Remedy: name device, batch size and precision beside the figure.
    Limits: the hardware named may be that of training.
    Source: Jiang et al., ICSE 2023, Table I: latency, hardware specification.
    """
    if not compute.latencies:
        return _NONE
    first = compute.latencies[0]
    if not compute.hardware:
        return missing(
            f"The card says {first.text}, but on no named device.",
            Evidence(first.text, first.where),
            remedy="Name device, batch size and precision beside the figure.",
        )
    return claimed(f"{first.text}; the card names {compute.hardware[0].text}.", Evidence(first.text, first.where))
