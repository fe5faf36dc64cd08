"""PT020: the weights have the precision that the configuration states."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.config import Config
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

_DTYPES = {
    "float32": "F32",
    "float": "F32",
    "float16": "F16",
    "half": "F16",
    "bfloat16": "BF16",
    "float64": "F64",
    "float8_e4m3fn": "F8_E4M3",
    "float8_e5m2": "F8_E5M2",
}
_NOT_STATED = not_applicable("The configuration states no precision.")
_QUANTISED = not_applicable("The weights are quantised: the configuration's dtype is that of the computation.")


@check(code="PT020", attribute=Attribute.PORTABILITY, factor=Factor.QUANTISED_MODEL, severity=Severity.LOW)
def precision_as_configured(config: Config, weights: Weights) -> Outcome:
    """The weights have the precision that the configuration states.

    What it asks: whether the dtype in the configuration is the one that most of the weights are stored in.
    Why it matters: memory and speed are planned by it, and loading by another dtype silently converts.
    Evidence: `dtype` or `torch_dtype` in the configuration; the dtypes of all tensors of the model.
    Remedy: set `dtype` to the precision that the weights are stored in.
    Limits: some of the tensors may rightly be stored otherwise (norms, masks); the most frequent dtype counts.
    Source: Jiang et al., ICSE 2023, Table III: discrepancies; this project.
    """
    key = "dtype" if "dtype" in config.values else "torch_dtype"
    stated = config.values.get(key)
    expected = _DTYPES.get(stated.removeprefix("torch.")) if isinstance(stated, str) else None
    if expected is None:
        return _NOT_STATED
    if config.values.get("quantization_config") or any(i.quantisation for i in weights.model):
        return _QUANTISED
    floats = {dtype: n for dtype, n in weights.dtypes.items() if dtype.startswith(("F", "BF"))}
    if not floats:
        return unknown("The weight files have no readable tensor inventory.")
    stored = next(iter(floats))
    share = floats[stored] / sum(floats.values())
    where = config.where(key)
    if stored != expected:
        return contradicted(
            f"The configuration says {stated}; {share:.0%} of the weights are {stored}.",
            Evidence(f"tensor inventory: {stored}", Location(weights.model[0].path)),
            claim=Claim(f"{key}: {stated}", where),
            remedy="Set `dtype` to the precision that the weights are stored in.",
        )
    return verified(f"The weights are {stored}, as the configuration says.", claim=Claim(f"{key}: {stated}", where))
