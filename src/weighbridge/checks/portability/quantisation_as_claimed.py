"""PT022: a model that calls itself quantised is."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.config import Config
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

_FULL = frozenset({"F64", "F32", "F16", "BF16"})
_SILENT = not_applicable("Neither name nor configuration calls the model quantised.")


@check(code="PT022", attribute=Attribute.PORTABILITY, factor=Factor.QUANTISED_MODEL, severity=Severity.MEDIUM)
def quantisation_as_claimed(identity: Identity, config: Config, weights: Weights) -> Outcome:
    """A model that calls itself quantised is.

    What it asks: whether a model whose name or configuration claims quantisation holds tensors of less than 16 bits.
    Why it matters: memory is planned by it, and the loader needs another toolchain.
    Evidence: the name, `quantization_config`; the dtypes of all tensors of the model.
    Remedy: publish the quantised weights, or drop the claim.
    Limits: schemes that quantise on loading (bitsandbytes `load_in_8bit` in a configuration) are told apart by their
        missing packed tensors, and reported.
    Source: Jiang et al., ICSE 2023, Table I: quantised model.
    """
    method = _method(config)
    claimed = method or identity.quantisation
    if not claimed:
        return _SILENT
    claim = (
        Claim(f"quant_method: {method}", config.where("quantization_config"))
        if method
        else Claim(identity.ref.short_name)
    )
    dtypes = weights.dtypes
    if not dtypes:
        return unknown("The weight files have no readable tensor inventory.")
    packed = [dtype for dtype in dtypes if dtype not in _FULL and not dtype.startswith(("I64", "BOOL"))]
    if not packed:
        return contradicted(
            f"The model calls itself quantised ({claimed}); all weights are {', '.join(dtypes)}.",
            Evidence(f"tensor inventory: {', '.join(dtypes)}", Location(weights.model[0].path)),
            claim=claim,
            remedy="Publish the quantised weights, or drop the claim.",
        )
    return verified(f"Quantised ({claimed}): the weights hold {', '.join(packed)}.", claim=claim)


def _method(config: Config) -> str:
    settings = config.values.get("quantization_config")
    method = settings.get("quant_method") if isinstance(settings, dict) else None
    return method if isinstance(method, str) else ""
