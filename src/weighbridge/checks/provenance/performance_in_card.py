"""PV031: the card shows how well the model does."""

from __future__ import annotations

import re

from weighbridge.checks.contract import check
from weighbridge.checks.sections import at_line
from weighbridge.facts.card import Card
from weighbridge.facts.claims import PerformanceClaims
from weighbridge.model import (
    Attribute,
    Evidence,
    Factor,
    Outcome,
    Severity,
    claimed,
    missing,
)
from weighbridge.model.units import plural

_MISSING = missing(
    "No performance figures were found in the card.",
    remedy="Add a table with metric, value, dataset and split to the card.",
)
_METRIC = re.compile(
    r"\b(?:accuracy|acc|f1|recall|auc|auroc|bleu|rouge\w{0,4}|wer|cer|rmse|mae|m?ap|m?iou|perplexity|metrics?|benchmarks?|scores?)\b",
    re.IGNORECASE,
)
_NO_CARD = missing(
    "There is no card that could show performance figures.", remedy="Write a model card with the results."
)


@check(code="PV031", attribute=Attribute.PROVENANCE, factor=Factor.PERFORMANCE_TABLE, severity=Severity.MEDIUM)
def performance_in_card(claims: PerformanceClaims, card: Card) -> Outcome:
    """The card shows how well the model does.

    What it asks: whether the card's text holds performance figures, in a table or in a sentence.
    Why it matters: a reader decides by what stands in the card.
    Evidence: tables and sentences of the card with a metric and a value.
    Remedy: add a table with metric, value, dataset and split to the card.
    Limits: figures in pictures are not read; those in sentences, and tables that do not say which row is this model, count half.
    Source: Jiang et al., ICSE 2023, Table I: performance table.
    """
    tabled = [claim for claim in claims.claims if claim.source == "table"]
    if tabled:
        first = tabled[0]
        return claimed(
            f"{plural(len(tabled), 'figure')} in tables.", Evidence(f"{first.metric} {first.text}", first.where)
        )
    told = [claim for claim in claims.claims if claim.source == "prose"]
    if told:
        first = told[0]
        return claimed(
            f"{plural(len(told), 'figure')} in the text, none in a table.",
            Evidence(f"{first.metric} {first.text}", first.where),
            grade=0.5,
        )
    if not card.path:
        return _NO_CARD
    for table in card.tables:
        metric = next((cell for cell in table.header if _METRIC.search(cell)), None)
        if metric is not None:
            return claimed(
                f"A table has a column “{metric[:60]}”; which of its figures are this model's could not be told.",
                at_line(card, table.line, f"table with “{metric[:60]}”"),
                grade=0.5,
            )
    return _MISSING
