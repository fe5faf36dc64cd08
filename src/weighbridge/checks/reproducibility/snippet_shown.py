"""RP021: the card shows code that uses the model."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.card import Card
from weighbridge.facts.code import Code
from weighbridge.model import Attribute, Evidence, Factor, Location, Outcome, Severity, claimed, missing, not_applicable

_MISSING = missing(
    "The card shows no code that uses the model.",
    remedy="Add a complete snippet that loads this model by its id and runs it on one input.",
)
_NO_CARD = not_applicable("There is no card that could show code.")


@check(code="RP021", attribute=Attribute.REPRODUCIBILITY, factor=Factor.DEMOS, severity=Severity.MEDIUM)
def snippet_shown(card: Card, code: Code) -> Outcome:
    """The card shows code that uses the model.

    What it asks: whether a code block of the card loads a model.
    Why it matters: how a model is called (pre-processing, pooling, prompt) is part of what its figures mean.
    Evidence: the card's code blocks, parsed.
    Remedy: add a complete snippet that loads this model by its id and runs it on one input.
    Limits: a snippet is parsed, not run.
    Source: Jiang et al., ICSE 2023, Table I: demos; Table III: model application.
    """
    if not card.path:
        return _NO_CARD
    snippet = next((s for s in code.snippets if s.models), None)
    if snippet is None:
        return _MISSING
    where = Location(card.path, line=snippet.line)
    return claimed(f"A snippet loads `{snippet.models[0]}`.", Evidence("code block", where))
