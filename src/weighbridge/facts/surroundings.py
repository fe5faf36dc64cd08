"""What the model refers to outside itself, as far as it could be looked up."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import msgspec

from weighbridge.errors import OfflineError, SourceError
from weighbridge.facts.card import Card
from weighbridge.facts.claims import PerformanceClaims
from weighbridge.facts.config import Config
from weighbridge.facts.engine import Facts, Unreadable
from weighbridge.facts.licence import Licence
from weighbridge.facts.lineage import Lineage
from weighbridge.facts.registry import Registry
from weighbridge.facts.tokenizer import Tokenizer
from weighbridge.facts.weights import Weights
from weighbridge.model import Depth
from weighbridge.sources.lookup import Lookup
from weighbridge.sources.repository import Repository

# What is asked about outside the repository in one audit; a card that names more is not followed further.
PARENT_LIMIT = 10
DATASET_LIMIT = 30
LINK_LIMIT = 100

_MODEL_ID = re.compile(r"[A-Za-z0-9][\w.-]{0,95}(?:/[A-Za-z0-9][\w.-]{0,95})?")


class ParentFacts(msgspec.Struct, frozen=True):
    """A declared base model, looked up: `exists` is None when that could not be told (offline)."""

    name: str
    exists: bool | None = None
    renamed_to: str = ""
    registry: Registry | None = None
    licence: Licence | None = None
    config: Config | None = None
    tokenizer: Tokenizer | None = None
    weights: Weights | None = None
    claims: PerformanceClaims | None = None


class Surroundings(msgspec.Struct, frozen=True):
    """Base models by name; dataset ids mapped to whether they exist (None: could not be told)."""

    parents: dict[str, ParentFacts] = {}
    datasets: dict[str, bool | None] = {}


class Links(msgspec.Struct, frozen=True):
    """The card's links mapped to the HTTP status they answered with, None where there was no answer."""

    status: dict[str, int | None] = {}


def read_surroundings(facts: Facts) -> Surroundings:
    """Look up the declared base models and datasets. Raises `Unreadable` when nothing outside may be asked."""
    if facts.lookup is None:
        raise Unreadable("nothing outside the repository was asked")
    lineage = facts.need(Lineage)
    names = dict.fromkeys(parent.name for parent in lineage.parents if _MODEL_ID.fullmatch(parent.name))
    datasets = dict.fromkeys(dataset.name for dataset in lineage.datasets if dataset.is_id)
    return Surroundings(
        {name: _parent(facts, facts.lookup, name) for name in list(names)[:PARENT_LIMIT]},
        {name: _has_dataset(facts.lookup, name) for name in list(datasets)[:DATASET_LIMIT]},
    )


def _parent(facts: Facts, lookup: Lookup, name: str) -> ParentFacts:
    try:
        repository = lookup.model(name)
    except SourceError:
        return ParentFacts(name)
    if repository is None:
        return ParentFacts(name, exists=False)
    around = facts.about(repository, min(facts.depth, Depth.HEADERS))
    return ParentFacts(
        name,
        exists=True,
        renamed_to=_new_name(repository, name),
        registry=around.maybe(Registry),
        licence=around.maybe(Licence),
        config=around.maybe(Config),
        tokenizer=around.maybe(Tokenizer),
        weights=around.maybe(Weights),
        claims=around.maybe(PerformanceClaims),
    )


def _new_name(repository: Repository, name: str) -> str:
    """Return the name under which a registry now keeps the model, empty when it is the one asked for."""
    current = (repository.record or {}).get("id")
    return current if isinstance(current, str) and current != name else ""


def _has_dataset(lookup: Lookup, name: str) -> bool | None:
    try:
        return lookup.has_dataset(name)
    except SourceError:
        return None


def read_links(facts: Facts) -> Links:
    """Ask for the card's links. Raises `Unreadable` when links may not be asked for."""
    if facts.lookup is None:
        raise Unreadable("links were not asked for")
    targets = dict.fromkeys(link.target for link in facts.need(Card).links if _is_address(link.target))
    return Links({target: _status(facts.lookup, target) for target in list(targets)[:LINK_LIMIT]})


def _is_address(target: str) -> bool:
    try:
        return urlsplit(target).scheme in {"http", "https"}
    except ValueError:  # brackets that hold no address
        return False


def _status(lookup: Lookup, url: str) -> int | None:
    try:
        return lookup.link_status(url)
    except OfflineError as error:
        raise Unreadable(f"links were not asked for: {error.message}") from error
    except SourceError:
        return None
