"""PT021: the weights have the precision that the name claims."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.identity import Identity
from weighbridge.facts.weights import Weights
from weighbridge.model import (
    Attribute,
    Claim,
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

_SILENT = not_applicable("The name claims no precision.")


@check(code="PT021", attribute=Attribute.PORTABILITY, factor=Factor.QUANTISED_MODEL, severity=Severity.MEDIUM)
def precision_as_named(identity: Identity, weights: Weights) -> Outcome:
    """The weights have the precision that the name claims.

    What it asks: whether a name with `fp16`, `bf16`, `int8` or the like holds tensors of that dtype.
    Why it matters: a name is read before anything else, and a wrong one doubles the memory.
    Evidence: the name; the dtypes of all tensors of the model.
    Remedy: rename the repository, or publish the weights in the precision that the name claims.
    Limits: a name may speak of the precision for computing; a tenth of the weights in the named dtype suffices.
    Source: Jiang et al., 2023, PTM naming (arXiv 2310.01642); ICSE 2023, Table III.
    """
    if not identity.precision:
        return _SILENT
    dtypes = weights.dtypes
    if not dtypes:
        return unknown("The weight files have no readable tensor inventory.")
    share = dtypes.get(identity.precision, 0) / sum(dtypes.values())
    claim = Claim(identity.ref.short_name)
    if share < 0.1:
        stored = next(iter(dtypes))
        return contradicted(
            f"The name claims {identity.precision}; the weights are {stored}.",
            Evidence(f"tensor inventory: {', '.join(dtypes)}", Location(weights.model[0].path)),
            claim=claim,
            remedy="Rename the repository, or publish the weights in the precision that the name claims.",
        )
    return verified(f"{share:.0%} of the weights are {identity.precision}, as the name says.", claim=claim)
