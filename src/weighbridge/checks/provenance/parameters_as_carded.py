"""PV002: the weights hold as many parameters as the card says."""

from __future__ import annotations

import re
from collections.abc import Iterator

from weighbridge.checks.contract import check
from weighbridge.checks.sizes import Size, explains, size_of
from weighbridge.facts.card import Card
from weighbridge.facts.config import Config
from weighbridge.facts.prose import indices_with
from weighbridge.facts.weights import Weights
from weighbridge.model import (
    Attribute,
    Claim,
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
from weighbridge.model.units import count_text

_SILENT = not_applicable("The card states no parameter count of its own model in words that can be read.")
_NOT_COUNTED = unknown("The card states a parameter count; the weights were not looked at.", depth=Depth.HEADERS)
_NUMBER = r"(?:~|≈|about|around|approximately|roughly|over|a total of|\s){0,4}(?P<number>\d{1,4}(?:[.,]\d{1,3}){0,4})\s?(?P<unit>million|billion|[MBK])?\b"
_LABELLED = re.compile(
    r"[\s>|*•-]{0,8}(?:model size|(?:total |the )?number of parameters|(?:model |total )?parameters?(?: count)?|#\s?params?|params)"
    r"\s?[*]{0,3}\s?(?:\([^()\n]{1,20}\))?\s?[:|][\s|*]{0,6}" + _NUMBER,
    re.IGNORECASE,
)
_TOLD = re.compile(
    r"\b(?:this|the|our) (?:pre-?trained |base |small |large )?model (?:has|contains|comprises|consists of|comes with) "
    + _NUMBER
    + r"\s(?:total |learnable )?param(?:eter)?s",
    re.IGNORECASE,
)
_LABELS = ("param", "model size")
_SAYING = tuple(f"model {says} " for says in ("has", "contains", "comprises", "consists of", "comes with"))
_UNITS = {"k": 10**3, "m": 10**6, "million": 10**6, "b": 10**9, "billion": 10**9}


@check(code="PV002", attribute=Attribute.PROVENANCE, factor=Factor.ARCHITECTURE_DETAILS, severity=Severity.MEDIUM)
def parameters_as_carded(card: Card, weights: Weights | None, config: Config | None) -> Outcome:
    """The weights hold as many parameters as the card says.

    What it asks: whether a parameter count that the card states about its own model is the number of elements in the tensors.
    Why it matters: a wrong count means that the card was copied from another model, or the files are another model's.
    Evidence: labelled lines ("Parameters: 22.7M") and sentences ("the model has 22.7M parameters"); the tensor inventory.
    Remedy: correct the count in the card.
    Limits: only counts with a label or in such a sentence are read; several counts may be those of several models.
    Source: Jiang et al., ICSE 2023, Table III: discrepancies; this project.
    """
    found = [stated for match in _matches(card) if (stated := _stated(match))]
    if not found:
        return _SILENT
    if weights is None:
        return _NOT_COUNTED
    size = size_of(weights, config)
    if isinstance(size, str):
        return unknown(f"The card states a parameter count; {size}.")
    return _compared(card, found, size)


def _matches(card: Card) -> Iterator[re.Match[str]]:
    """Yield the counts with a label, then those in sentences; looked for only where one can be."""
    text, starts = card.text, card.line_starts
    for index in indices_with(card, _LABELS):
        match = _LABELLED.match(text, starts[index])
        if match is not None:
            yield match
    if card.places.among(_SAYING):
        yield from _TOLD.finditer(text)


def _stated(match: re.Match[str]) -> tuple[int, str, int] | None:
    """Return a stated count, its words, and where they begin; None where no unit tells what the number counts."""
    unit = _UNITS.get((match["unit"] or "").lower(), 1)
    written = match["number"]
    # 22,713,216 has commas between thousands; 22,7 has one in place of a point.
    number = written.replace(",", "") if re.fullmatch(r"\d{1,3}(?:,\d{3})+", written) else written.replace(",", ".")
    if number.count(".") > 1:
        return None
    count = round(float(number) * unit)
    return (count, match["number"] + (match["unit"] or ""), match.start("number")) if count >= 10_000 else None


def _compared(card: Card, found: list[tuple[int, str, int]], size: Size) -> Outcome:
    agreeing = [stated for stated in found if explains(size, stated[0], 0.9, 1.12)]
    count, words, start = (agreeing or found)[0]
    claim = Claim(f"{words} parameters", Location(card.path, line=card.first_line + card.text.count("\n", 0, start)))
    evidence = Evidence(f"tensor inventory: {size.total:,} elements")
    message = f"The card says {words} parameters; the weights hold {count_text(size.total)} ({size.total:,})."
    if agreeing:
        return verified(message, evidence, claim=claim)
    if len({stated[0] for stated in found}) > 1:
        return unknown(
            f"The card states several parameter counts, none of them near {count_text(size.total)}.", evidence
        )
    severity = Severity.LOW if explains(size, count, 0.65, 1.6) else None
    remedy = "Correct the parameter count in the card."
    return contradicted(message, evidence, claim=claim, remedy=remedy, severity=severity, confidence=Confidence.MEDIUM)
