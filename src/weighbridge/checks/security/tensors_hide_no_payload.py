"""SE060: no program, script or archive is hidden in the tensors."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.checks.sections import in_doubt
from weighbridge.facts.values import TensorValues
from weighbridge.model import (
    Attribute,
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
)  # fmt: skip
from weighbridge.model.units import with_article

# Rare, and looked for only where every byte is read: the open question alone must not hold the attribute down.
_NOT_LOOKED_AT = in_doubt(unknown("The tensors' bytes were not read.", depth=Depth.FULL))
_NO_VALUES = not_applicable("No tensor's bytes lie in the files as they are.")


@check(code="SE060", attribute=Attribute.SECURITY, factor=Factor.INTEGRITY, severity=Severity.HIGH, version=2)
def tensors_hide_no_payload(values: TensorValues | None) -> Outcome:
    """No program, script or archive is hidden in the tensors.

    What it asks: whether an executable, a script or an archive begins in a tensor's bytes or in the low bytes of consecutive numbers.
    Why it matters: a model carries a program past every scanner of files when it stands where small changes of the weights go unnoticed.
    Evidence: the tensor, the bytes that carry it, and what begins there, told by the structure of its header.
    Remedy: do not use these weights; take them from a trusted source again.
    Limits: huge tensors are sampled; compressed files' tensors are not read; what is encrypted or has no header is not met.
    Source: Wang et al., EvilModel (2021); this project's threat catalogue.
    """
    if values is None:
        return _NOT_LOOKED_AT
    if values.payloads:
        first = values.payloads[0]
        return contradicted(
            f"{first.tensor} in {first.path} hides {with_article(first.kind)} in {first.carrier}.",
            *[
                Evidence(f"{h.tensor}: {h.kind} in {h.carrier}", Location(h.path, offset=h.offset))
                for h in values.payloads[:20]
            ],
            remedy="Do not use these weights; take them from a trusted source again.",
        )
    if values.skipped:
        return in_doubt(unknown(f"Not every tensor could be looked at: {values.skipped[0].reason}."))
    if not values.tensors:
        return _NO_VALUES
    return verified(
        f"No executable, script or archive begins in {values.tensors:,} tensors ({values.sampled:,} of them sampled)."
    )
