"""Every kind of fact, the depth from which on it is read, and what reads it."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from weighbridge.facts.card import Card, CardFile, read_card, read_card_file
from weighbridge.facts.claims import PerformanceClaims
from weighbridge.facts.clock import Clock, read_clock
from weighbridge.facts.code import Code
from weighbridge.facts.compute import Compute
from weighbridge.facts.config import Config, read_config
from weighbridge.facts.contents import Contents, read_contents
from weighbridge.facts.engine import Facts, Reader, Unreadable
from weighbridge.facts.environment import Environment
from weighbridge.facts.history import History, read_history
from weighbridge.facts.identity import Identity, read_identity
from weighbridge.facts.licence import Licence
from weighbridge.facts.lineage import Lineage
from weighbridge.facts.manifest import Manifest, read_manifest
from weighbridge.facts.metadata import Metadata, read_metadata
from weighbridge.facts.registry import Registry, read_registry
from weighbridge.facts.surroundings import Links, Surroundings, read_links, read_surroundings
from weighbridge.facts.tokenizer import Tokenizer, read_tokenizer
from weighbridge.facts.training import Training
from weighbridge.facts.weights import Weights, read_weights
from weighbridge.model import Depth


def _later(module: str) -> Callable[[Facts], Any]:
    """Return a reader that imports its module when it is first needed."""

    def read(facts: Facts) -> Any:
        function = getattr(importlib.import_module(f"weighbridge.facts.{module}"), f"read_{module}", None)
        if function is None:
            raise Unreadable("no reader yet")
        return function(facts)

    return read


READERS: dict[type[Any], Reader] = {
    Clock: Reader(Depth.METADATA, read_clock),
    Identity: Reader(Depth.METADATA, read_identity),
    Registry: Reader(Depth.METADATA, read_registry),
    Manifest: Reader(Depth.METADATA, read_manifest),
    Metadata: Reader(Depth.METADATA, read_metadata),
    Config: Reader(Depth.METADATA, read_config),
    CardFile: Reader(Depth.CARD, read_card_file),
    Card: Reader(Depth.CARD, read_card),
    Tokenizer: Reader(Depth.CARD, read_tokenizer),
    History: Reader(Depth.CARD, read_history),
    Surroundings: Reader(Depth.CARD, read_surroundings),
    Links: Reader(Depth.CARD, read_links),
    Weights: Reader(Depth.HEADERS, read_weights),
    Contents: Reader(Depth.FULL, read_contents),
    Licence: Reader(Depth.METADATA, _later("licence")),
    Lineage: Reader(Depth.METADATA, _later("lineage")),
    PerformanceClaims: Reader(Depth.METADATA, _later("claims")),
    Training: Reader(Depth.METADATA, _later("training")),
    Environment: Reader(Depth.METADATA, _later("environment")),
    Code: Reader(Depth.METADATA, _later("code")),
    Compute: Reader(Depth.METADATA, _later("compute")),
}
