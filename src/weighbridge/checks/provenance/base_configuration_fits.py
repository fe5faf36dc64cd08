"""PV053: the model has the shape of the base model that it declares."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.config import Config
from weighbridge.facts.lineage import Lineage, Parent
from weighbridge.facts.surroundings import Surroundings
from weighbridge.model import (
    Attribute,
    Claim,
    Confidence,
    Evidence,
    Factor,
    Outcome,
    Severity,
    contradicted,
    not_applicable,
    unknown,
    verified,
)

_NONE = not_applicable("No base model whose configuration a derivative keeps is declared.")
_NOT_ASKED = unknown("The base model's configuration was not looked up: offline, or the registry did not answer.")
_KEPT = frozenset({"finetune", "quantized", "merge"})
_SHAPES = (
    "hidden_size",
    "n_embd",
    "d_model",
    "num_hidden_layers",
    "n_layer",
    "intermediate_size",
    "num_attention_heads",
)


@check(code="PV053", attribute=Attribute.PROVENANCE, factor=Factor.LINEAGE, severity=Severity.MEDIUM)
def base_configuration_fits(config: Config, lineage: Lineage, surroundings: Surroundings | None) -> Outcome:
    """The model has the shape of the base model that it declares.

    What it asks: whether a fine-tuned, quantised or merged model keeps its base model's type, width and depth.
    Why it matters: a derivative of another shape was not made from the model that it names.
    Evidence: this model's configuration and the base model's.
    Remedy: name the model that this one was really made from, or declare another relation.
    Limits: merges may stack layers, so that only type and width count for them; distilled and pruned models declare no such
        relation and are left out.
    Source: this project.
    """
    kept = {p.name: p for p in lineage.parents if p.relation in _KEPT}
    if not kept or not config.model_type:
        return _NONE
    around = surroundings.parents if surroundings is not None else {}
    compared = 0
    for name, parent in kept.items():
        held = around.get(name)
        if held is None or held.config is None or not held.config.model_type:
            continue
        compared += 1
        key = _difference(config, held.config, parent.relation)
        if key:
            return _misfit(parent, key, config, held.config)
    return verified(f"Type and shape are those of {', '.join(list(kept)[:3])}.") if compared else _NOT_ASKED


def _difference(own: Config, base: Config, relation: str) -> str:
    if own.model_type != base.model_type:
        return "model_type"
    for key in _SHAPES:
        mine, theirs = own.number(key), base.number(key)
        if mine is None or theirs is None or mine == theirs or (relation == "merge" and "layer" in key):
            continue
        return key
    return ""


def _misfit(parent: Parent, key: str, own: Config, base: Config) -> Outcome:
    mine, theirs = (held.model_type if key == "model_type" else held.number(key) for held in (own, base))
    return contradicted(
        f"{key} is {mine} here and {theirs} in the declared base model {parent.name}.",
        Evidence(f"{parent.name}: {key} {theirs}"),
        Evidence(f"{key}: {mine}", own.where(key)),
        claim=Claim(f"{parent.relation} of {parent.name}", parent.where),
        remedy="Name the model that this one was really made from, or declare another relation.",
        confidence=Confidence.MEDIUM,
    )
