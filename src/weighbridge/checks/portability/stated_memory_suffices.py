"""PT003: the memory that the card states is enough for the weights."""

from __future__ import annotations

import re

from weighbridge.checks.contract import check
from weighbridge.facts.compute import Compute, Mention
from weighbridge.facts.weights import Weights
from weighbridge.model import (
    Attribute,
    Claim,
    Confidence,
    Evidence,
    Factor,
    Outcome,
    Severity,
    contradicted,
    not_applicable,
    verified,
)
from weighbridge.model.units import size_text

_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)\s*([GM])i?B", re.IGNORECASE)
_UNITS = {"g": 10**9, "m": 10**6}
_NOTHING = not_applicable("The card states no memory that could be compared with the weights.")


@check(code="PT003", attribute=Attribute.PORTABILITY, factor=Factor.HARDWARE_SPECIFICATION, severity=Severity.MEDIUM)
def stated_memory_suffices(compute: Compute, weights: Weights) -> Outcome:
    """The memory that the card states is enough for the weights.

    What it asks: whether the largest memory figure of the card is at least what the stored weights take.
    Why it matters: who buys or rents by the card's figure finds out at load time.
    Evidence: memory figures in the card; bytes of all tensors of the model.
    Remedy: correct the figure, or say for which precision it holds.
    Limits: a figure may hold for a quantised variant; layers can also be offloaded. So the confidence is low.
    Source: Jiang et al., ICSE 2023, Table III: discrepancies.
    """
    stated = [(amount, mention) for mention in compute.memory if (amount := _bytes(mention)) is not None]
    stored = sum(tensor.nbytes for inspection in weights.model for tensor in inspection.tensors)
    if not stated or not stored:
        return _NOTHING
    largest, mention = max(stated, key=lambda pair: pair[0])
    if largest < stored:
        return contradicted(
            f"The card says {mention.text}; the weights alone take {size_text(stored)}.",
            Evidence(f"tensor inventory: {stored:,} bytes"),
            claim=Claim(mention.text, mention.where),
            confidence=Confidence.LOW,
            remedy="Correct the figure, or say for which precision it holds.",
        )
    return verified(f"The card says {mention.text}; the weights take {size_text(stored)}.")


def _bytes(mention: Mention) -> float | None:
    match = _AMOUNT.search(mention.text)
    return float(match[1]) * _UNITS[match[2].lower()] if match else None
