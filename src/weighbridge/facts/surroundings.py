"""What the model refers to outside itself, as far as it could be looked up."""

from __future__ import annotations

import msgspec

from weighbridge.facts.config import Config
from weighbridge.facts.licence import Licence
from weighbridge.facts.registry import Registry
from weighbridge.facts.tokenizer import Tokenizer
from weighbridge.facts.weights import Weights


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


class Surroundings(msgspec.Struct, frozen=True):
    """Base models by name; dataset ids mapped to whether they exist (None: could not be told)."""

    parents: dict[str, ParentFacts] = {}
    datasets: dict[str, bool | None] = {}


class Links(msgspec.Struct, frozen=True):
    """The card's links mapped to the HTTP status they answered with, None where there was no answer."""

    status: dict[str, int | None] = {}
