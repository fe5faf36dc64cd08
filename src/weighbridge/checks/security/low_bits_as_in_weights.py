"""SE062: the low bits of the weights are those of trained numbers."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.checks.sections import in_doubt
from weighbridge.facts.values import Odd, TensorValues
from weighbridge.model import (
    Attribute,
    Confidence,
    Depth,
    Evidence,
    Factor,
    Location,
    Outcome,
    Severity,
    contradicted,
    not_applicable,
    unknown,
    verified,
)

_NOT_LOOKED_AT = unknown("The tensors' bytes were not read.", depth=Depth.FULL)
_NO_VALUES = not_applicable("No tensor is large enough for its low bits to be judged.")
_REMEDY = "Compare the weights with the publisher's own, or take them from a trusted source again."
_TOLD = {
    "structure": "has low bytes that depart from those of trained numbers by {score:.2f} bits a byte",
    "noise": "is as evenly distributed as noise: {score:.2f} of 8 bits a byte",
    "precision": "has {numbers:,} full numbers among numbers of a shorter type, beginning or ending within a row",
}


@check(code="SE062", attribute=Attribute.SECURITY, factor=Factor.INTEGRITY, severity=Severity.MEDIUM)
def low_bits_as_in_weights(values: TensorValues | None) -> Outcome:
    """The low bits of the weights are those of trained numbers.

    What it asks: whether the low bytes of 16,384 numbers in a row are distributed as those of trained weights are; whether whole
        numbers of eight bits are more even than scaled weights can be; whether full numbers stand in the middle of a row of
        numbers that were converted from a shorter type.
    Why it matters: programs, text and data encoded with a repeated key that are hidden in weights have no header to be found by, but
        give themselves away by their statistics.
    Evidence: the tensor, the offset, and by how many bits a byte its distribution departs.
    Remedy: compare the weights with the publisher's own, or take them from a trusted source again.
    Limits: what is compressed or well encrypted looks like trained 32-bit weights and is not met, unless the weights came from 16
        bits; fewer than 4,096 numbers, floats of 16 bits and unsigned bytes are not judged; huge tensors are sampled. On 3,836
        tensors of published models the largest departure was 0.06 bits, and none gave an alarm; three quarters of a bit are one, and programs depart by one or more.
    Source: Wang et al., EvilModel (2021); this project.
    """
    if values is None:
        return in_doubt(_NOT_LOOKED_AT, Severity.LOW)
    if values.odd:
        first = values.odd[0]
        return contradicted(
            f"{first.tensor} in {first.path} {_told(first)}.",
            *[
                Evidence(f"{odd.tensor}: {_told(odd)}", Location(odd.path, offset=odd.offset))
                for odd in values.odd[:20]
            ],
            remedy=_REMEDY,
            confidence=Confidence.MEDIUM,
        )
    if values.skipped:
        return in_doubt(unknown(f"Not every tensor could be looked at: {values.skipped[0].reason}."), Severity.LOW)
    if not values.windows:
        return _NO_VALUES
    return verified(f"{values.windows:,} windows of {values.tensors:,} tensors have the low bits of trained numbers.")


def _told(odd: Odd) -> str:
    return _TOLD[odd.kind].format(score=odd.score, numbers=odd.numbers)
