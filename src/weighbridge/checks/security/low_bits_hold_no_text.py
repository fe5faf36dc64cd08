"""SE061: the low bits of the weights hold no text."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.values import TensorValues
from weighbridge.model import (
    Attribute,
    Evidence,
    Factor,
    Location,
    Outcome,
    Severity,
    State,
    contradicted,
    not_applicable,
    verified,
)  # fmt: skip

_NO_VALUES = not_applicable("No tensor's bytes lie in the files as they are.")


@check(code="SE061", attribute=Attribute.SECURITY, factor=Factor.INTEGRITY, severity=Severity.MEDIUM, version=2)
def low_bits_hold_no_text(values: TensorValues) -> Outcome:
    """The low bits of the weights hold no text.

    What it asks: whether two thousand bytes in a row, of a float tensor or of the low bytes of its numbers, are written text.
    Why it matters: the low bits of trained weights are evenly distributed, or zero where they came from a shorter type; text was put there.
    Evidence: the tensor, and the bytes that carry the text.
    Remedy: ask the publisher what the text is for, or take the weights from a trusted source.
    Limits: huge tensors are sampled; encrypted or compressed bytes look like trained weights and are not met.
    Source: Wang et al., EvilModel (2021); this project's threat catalogue.
    """
    if values.texts:
        first = values.texts[0]
        return contradicted(
            f"{first.tensor} in {first.path} holds written text in {first.carrier}.",
            *[
                Evidence(f"{h.tensor}: text in {h.carrier}", Location(h.path, offset=h.offset))
                for h in values.texts[:20]
            ],
            remedy="Ask the publisher what the text is for, or take the weights from a trusted source.",
        )
    if values.skipped:
        return Outcome(State.UNKNOWN, f"not every tensor could be looked at: {values.skipped[0].reason}")
    if not values.tensors:
        return _NO_VALUES
    return verified(f"No text stands in {values.tensors:,} tensors ({values.sampled:,} of them sampled).")
