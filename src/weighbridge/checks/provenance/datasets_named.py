"""PV020: the training data are named."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.checks.sections import described
from weighbridge.facts.card import Card
from weighbridge.facts.lineage import Lineage
from weighbridge.model import (
    Attribute,
    Depth,
    Evidence,
    Factor,
    Outcome,
    Severity,
    claimed,
    missing,
    unknown,
)

_MISSING = missing(
    "No training data named.", remedy="Add `datasets:` with the registry's ids to the card's front matter."
)
_UNREAD = unknown("The front matter names no training data; the card's text was not read.", depth=Depth.CARD)
_WORDS = (
    "training data",
    "train data",
    "dataset",
    "data set",
    "pre-training data",
    "pretraining data",
    "corpus",
    "corpora",
)


@check(code="PV020", attribute=Attribute.PROVENANCE, factor=Factor.DATASET_DETAILS, severity=Severity.MEDIUM)
def datasets_named(lineage: Lineage, card: Card | None) -> Outcome:
    """The training data are named.

    What it asks: whether front matter, tags or card name the datasets that the model was trained on.
    Why it matters: without them nobody can tell what the model has seen, whose data it holds, or whether a test set leaked.
    Evidence: `datasets` in the front matter, dataset tags, links to dataset pages; a section of the card about the data.
    Remedy: add `datasets:` with the registry's ids to the card's front matter.
    Limits: a name is not proof that the data were used.
    Source: Jiang et al., ICSE 2023, Table I: dataset details; this project.
    """
    if lineage.datasets:
        found = {dataset.name: dataset for dataset in lineage.datasets}
        named = list(found.values())[:5]
        more = f" and {len(found) - 5} more" if len(found) > 5 else ""
        text = ", ".join([dataset.name for dataset in named])
        return claimed(f"Datasets named: {text}{more}.", *[Evidence(d.name, d.where) for d in named])
    return _UNREAD if card is None else described(card, _WORDS, _MISSING)
