"""PV004: the architecture is named."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.checks.sections import described
from weighbridge.facts.card import Card
from weighbridge.facts.config import Config
from weighbridge.facts.weights import Weights
from weighbridge.model import (
    Attribute,
    Claim,
    Depth,
    Factor,
    Location,
    Outcome,
    Severity,
    claimed,
    missing,
    unknown,
)

_MISSING = missing(
    "No file and no field names the architecture.",
    remedy="Ship a `config.json` with `model_type` and `architectures`, or name the architecture in the card.",
)
_KEYS = ("_class_name", "architecture", "model_arch", "class_name", "arch")


@check(code="PV004", attribute=Attribute.PROVENANCE, factor=Factor.ARCHITECTURE_DETAILS, severity=Severity.MEDIUM)
def architecture_named(config: Config | None, weights: Weights | None, card: Card | None) -> Outcome:
    """The architecture is named.

    What it asks: whether configuration, weight file or card say which architecture the model has.
    Why it matters: without it nobody can load the weights, change the model, or look up what is known about its kind.
    Evidence: `architectures`, `model_type` and their like in the configuration; `general.architecture` of GGUF files.
    Remedy: ship a `config.json` with `model_type` and `architectures`, or name the architecture in the card.
    Limits: whether the name is right is asked by the checks that compare it with the tensors.
    Source: Jiang et al., ICSE 2023, Table I: architecture details.
    """
    if config is not None and (named := _configured(config)):
        name, key = named
        return claimed(f"The architecture is {name}.", claim=Claim(f"{key}: {name}", config.where(key)))
    for inspection in weights.inspections if weights is not None else ():
        told = inspection.metadata.get("general.architecture")
        if isinstance(told, str) and told:
            where = Location(inspection.path, member="general.architecture")
            return claimed(f"The architecture is {told}.", claim=Claim(f"general.architecture: {told}", where))
    if card is None and config is None:
        return unknown("Neither card nor configuration was looked at.", depth=Depth.CARD)
    return _MISSING if card is None else described(card, ("architecture",), _MISSING)


def _configured(config: Config) -> tuple[str, str] | None:
    classes = config.architectures
    if classes:
        return classes[0], "architectures"
    values = config.main.mapping()
    kind = values.get("model_type")
    if isinstance(kind, str) and kind:
        return kind, "model_type"
    return next(((v, key) for key in _KEYS if isinstance(v := values.get(key), str) and v), None)
