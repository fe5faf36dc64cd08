"""PT023: a smaller variant is at hand."""

from __future__ import annotations

from functools import lru_cache

from weighbridge.checks.contract import check
from weighbridge.facts.manifest import Manifest
from weighbridge.model import Attribute, Evidence, Factor, Format, Location, Outcome, Severity, claimed, missing

_TOKENS = ("int8", "int4", "uint8", "quant", "q4", "q5", "q8", "_fp16", "-fp16", "half", "gptq", "awq", "bnb")
_MISSING = missing(
    "No quantised or half-precision variant comes with the model.",
    remedy="Publish a quantised or half-precision variant, or link one.",
)
_GGUF = f".{Format.GGUF}"


@check(code="PT023", attribute=Attribute.PORTABILITY, factor=Factor.QUANTISED_MODEL, severity=Severity.LOW)
def quantised_variant_available(manifest: Manifest) -> Outcome:
    """A smaller variant is at hand.

    What it asks: whether a weight file's name speaks of quantisation or half precision.
    Why it matters: model growth makes deployment impossible for many; a smaller variant may fit.
    Evidence: names of the weight files.
    Remedy: publish a quantised or half-precision variant, or link one.
    Limits: told by name; the inventory's own dtypes are judged by other checks; variants in other repositories are not seen.
    Source: Jiang et al., ICSE 2023, Table I: quantised model.
    """
    for file in manifest.weights:
        if _is_smaller(file.path):
            return claimed(f"A smaller variant is there: {file.path}.", Evidence(file.path, Location(file.path)))
    return _MISSING


@lru_cache(maxsize=8192)
def _is_smaller(path: str) -> bool:
    name = path.lower()
    return name.endswith(_GGUF) or any(token in name for token in _TOKENS)
