"""Every kind of fact, the depth from which on it is read, and what reads it."""

from __future__ import annotations

from typing import Any

from weighbridge.facts.card import Card, CardFile, read_card, read_card_file
from weighbridge.facts.checkout import Checkout, read_checkout
from weighbridge.facts.claims import PerformanceClaims, read_claims
from weighbridge.facts.clock import Clock, read_clock
from weighbridge.facts.code import Code, read_code
from weighbridge.facts.committers import Committers, read_committers
from weighbridge.facts.compute import Compute, read_compute
from weighbridge.facts.config import Config, read_config
from weighbridge.facts.contents import Contents, read_contents
from weighbridge.facts.disclosure import Disclosure, read_disclosure
from weighbridge.facts.distribution import Distribution, read_distribution
from weighbridge.facts.engine import Facts, Reader
from weighbridge.facts.environment import Environment, read_environment
from weighbridge.facts.history import History, read_history
from weighbridge.facts.identity import Identity, read_identity
from weighbridge.facts.licence import Licence, read_licence
from weighbridge.facts.lineage import Lineage, read_lineage
from weighbridge.facts.manifest import Manifest, read_manifest
from weighbridge.facts.metadata import Metadata, read_metadata
from weighbridge.facts.past import OldSecrets, read_old_secrets, read_past
from weighbridge.facts.personal import Personal, read_personal
from weighbridge.facts.registry import Registry, read_registry
from weighbridge.facts.remote_code import CodeClosure, read_code_closure
from weighbridge.facts.rows import Tables, read_tables
from weighbridge.facts.scan import Scan
from weighbridge.facts.signing import Signing, read_signing
from weighbridge.facts.surroundings import Links, Surroundings, read_links, read_surroundings
from weighbridge.facts.tokenizer import Tokenizer, read_tokenizer
from weighbridge.facts.training import Training, read_training
from weighbridge.facts.twins import Twins, read_twins
from weighbridge.facts.values import TensorValues, read_values
from weighbridge.facts.weights import Weights, read_weights
from weighbridge.model import Depth, Past


def _scan(facts: Facts) -> Scan:
    """Scan the files; the scanners are imported when something asks for them."""
    from weighbridge.facts.scanning import read_scan

    return read_scan(facts)


READERS: dict[type[Any], Reader] = {
    Clock: Reader(Depth.METADATA, read_clock),
    Identity: Reader(Depth.METADATA, read_identity),
    Registry: Reader(Depth.METADATA, read_registry),
    Manifest: Reader(Depth.METADATA, read_manifest),
    Metadata: Reader(Depth.METADATA, read_metadata),
    Config: Reader(Depth.METADATA, read_config),
    CardFile: Reader(Depth.CARD, read_card_file),
    Card: Reader(Depth.CARD, read_card),
    Distribution: Reader(Depth.CARD, read_distribution),
    Tokenizer: Reader(Depth.CARD, read_tokenizer),
    History: Reader(Depth.CARD, read_history),
    Surroundings: Reader(Depth.CARD, read_surroundings),
    Links: Reader(Depth.CARD, read_links),
    Weights: Reader(Depth.HEADERS, read_weights),
    Scan: Reader(Depth.HEADERS, _scan),
    Disclosure: Reader(Depth.CARD, read_disclosure),
    Committers: Reader(Depth.METADATA, read_committers),
    Signing: Reader(Depth.METADATA, read_signing),
    CodeClosure: Reader(Depth.CARD, read_code_closure),
    Checkout: Reader(Depth.METADATA, read_checkout),
    Past: Reader(Depth.CARD, read_past),
    OldSecrets: Reader(Depth.METADATA, read_old_secrets),
    Contents: Reader(Depth.FULL, read_contents),
    TensorValues: Reader(Depth.FULL, read_values),
    Personal: Reader(Depth.FULL, read_personal),
    Twins: Reader(Depth.FULL, read_twins),
    Tables: Reader(Depth.FULL, read_tables),
    Licence: Reader(Depth.METADATA, read_licence),
    Lineage: Reader(Depth.METADATA, read_lineage),
    PerformanceClaims: Reader(Depth.METADATA, read_claims),
    Training: Reader(Depth.CARD, read_training),
    Environment: Reader(Depth.CARD, read_environment),
    Code: Reader(Depth.CARD, read_code),
    Compute: Reader(Depth.CARD, read_compute),
}
