"""PT010: the model's speed is stated."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.compute import Compute
from weighbridge.model import Attribute, Evidence, Factor, Outcome, Severity, claimed, missing

_MISSING = missing(
    "No latency or throughput is stated.",
    remedy="State latency or throughput, with device, batch size and precision.",
)


@check(code="PT010", attribute=Attribute.PORTABILITY, factor=Factor.LATENCY, severity=Severity.LOW)
def latency_stated(compute: Compute) -> Outcome:
    """The model's speed is stated.

    What it asks: whether the card gives a latency or throughput figure.
    Why it matters: published latencies of the same network differ by up to 131 % between model zoos; without one, nothing
        can even be compared.
    Evidence: figures with a unit of time or rate in the card.
    Remedy: state latency or throughput, with device, batch size and precision.
    Limits: nothing is measured here; measuring means running the model.
    Source: Jiang et al., ICSE 2023, Table I: latency; Montes et al., 2022.
    """
    if not compute.latencies:
        return _MISSING
    found = compute.latencies[:3]
    return claimed(f"The card says {found[0].text}.", *(Evidence(m.text, m.where) for m in found))
