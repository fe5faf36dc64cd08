"""PT048: an image model and its processor agree on the input's size."""

from __future__ import annotations

from typing import Any

from weighbridge.checks.contract import check
from weighbridge.facts.config import Config
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
    verified,
)

_PROCESSOR = "preprocessor_config.json"
_NOT_BOTH = not_applicable("Model and image processor do not both state an input size.")


@check(code="PT048", attribute=Attribute.PORTABILITY, factor=Factor.FRAMEWORK_SUPPORT, severity=Severity.MEDIUM)
def input_size_consistent(config: Config) -> Outcome:
    """An image model and its processor agree on the input's size.

    What it asks: whether `image_size` of the model is the size to which its processor resizes or crops.
    Why it matters: another resolution than the one trained on costs accuracy, or fails on fixed position embeddings.
    Evidence: `image_size` in the configuration; `crop_size` or `size` in the processor's configuration.
    Remedy: save the processor that the model was trained with.
    Limits: some architectures take any resolution; so the severity is soft.
    Source: Jiang et al., ICSE 2023, Table III: model application.
    """
    expected = _side(config.values.get("image_size"))
    document = config.documents.get(_PROCESSOR)
    values = document.mapping() if document else {}
    given = _side(values.get("crop_size") or values.get("size"))
    if expected is None or given is None:
        return _NOT_BOTH
    where = Location(_PROCESSOR, pointer="/crop_size" if values.get("crop_size") else "/size")
    claim = Claim(f"image_size: {expected}", config.where("image_size"))
    if given != expected:
        return contradicted(
            f"The model takes {expected} pixels a side; its processor makes {given}.",
            Evidence(f"{given} pixels", where),
            claim=claim,
            severity=Severity.LOW,
            remedy="Save the processor that the model was trained with.",
        )
    return verified(
        f"Model and processor agree on {expected} pixels a side.", Evidence(f"{given} pixels", where), claim=claim
    )


def _side(value: Any) -> int | None:
    """Return the (shorter) side of a size written as a number, a list or a mapping."""
    if isinstance(value, dict):
        value = value.get("height") or value.get("shortest_edge")
    if isinstance(value, list):
        value = value[0] if value else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None
