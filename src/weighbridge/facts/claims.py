"""Performance claims: what the publisher says the model achieves."""

from __future__ import annotations

import msgspec

from weighbridge.errors import SourceError
from weighbridge.facts.card import Card
from weighbridge.facts.claims_files import read_files
from weighbridge.facts.claims_prose import claims_in_prose
from weighbridge.facts.claims_structured import Structured
from weighbridge.facts.claims_tables import claims_in_tables
from weighbridge.facts.engine import Facts, Unreadable
from weighbridge.facts.figures import PerformanceClaim, canonical_metric
from weighbridge.facts.manifest import Manifest
from weighbridge.facts.metadata import Metadata
from weighbridge.model import Depth

__all__ = ["PerformanceClaim", "PerformanceClaims", "canonical_metric", "read_claims"]


_LOGS = frozenset({"results-file", "training-log"})


class PerformanceClaims(msgspec.Struct, frozen=True):
    """All performance claims, in the order of their places; `problems` tells what looks like a claim and could not be read.

    `claims` are about the published model, `others` about models that are named: those that it is compared with, and the
    members of a model zoo. `logged` are figures that training wrote down beside the model without anybody claiming them.
    """

    claims: tuple[PerformanceClaim, ...] = ()
    problems: tuple[str, ...] = ()
    others: tuple[PerformanceClaim, ...] = ()
    logged: tuple[PerformanceClaim, ...] = ()

    @property
    def all(self) -> tuple[PerformanceClaim, ...]:
        """Every figure, those about the published model first."""
        return (*self.claims, *self.logged, *self.others)


def read_claims(facts: Facts) -> PerformanceClaims:
    """Read the claims in the front matter, in result files, and in the card's tables and text.

    Tables of training logs are no claims: which of their rows became the published weights is not said. Raises
    `Unreadable` where the card was not read and the record claims nothing, for the card's text may.
    """
    structured = Structured()
    metadata, card = facts.maybe(Metadata), facts.maybe(Card)
    if metadata is not None and metadata.values.get("model-index"):
        structured.index(metadata)
    manifest = facts.maybe(Manifest) if facts.depth >= Depth.CARD else None
    if manifest is not None:
        try:
            structured.results(facts.repository, manifest)
            read_files(structured, facts.repository, manifest)
        except SourceError as error:
            structured.tell(f"evaluation results could not be read: {error.message}")
    if card is None:
        if not structured.claims and not structured.problems:
            raise Unreadable("the record claims no performance, and the card's text was not read", Depth.CARD)
        return _parted(structured.claims, structured.problems)
    told: list[PerformanceClaim] = []
    if card.text:
        told = claims_in_tables(card, facts.repository.ref.short_name) + claims_in_prose(card)
        told.sort(key=lambda claim: claim.where.line or 0 if claim.where else 0)
    return _parted([*structured.claims, *told], structured.problems)


def _parted(claims: list[PerformanceClaim], problems: list[str]) -> PerformanceClaims:
    """Tell the claims about the published model from those about others."""
    own = [claim for claim in claims if not claim.model]
    return PerformanceClaims(
        tuple([claim for claim in own if claim.source not in _LOGS]),
        tuple(problems),
        tuple([claim for claim in claims if claim.model]),
        tuple([claim for claim in own if claim.source in _LOGS]),
    )
