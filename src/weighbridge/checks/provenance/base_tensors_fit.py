"""PV054: the tensors have the shapes of the base model's."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.lineage import Lineage
from weighbridge.facts.surroundings import Surroundings
from weighbridge.facts.weights import Weights
from weighbridge.model import (
    Attribute,
    Claim,
    Depth,
    Evidence,
    Factor,
    Outcome,
    Severity,
    contradicted,
    not_applicable,
    unknown,
    verified,
)

_NONE = not_applicable("No base model whose tensors a derivative keeps is declared.")
_NOT_ASKED = unknown("The base model's tensors were not looked up: offline, or the registry did not answer.")
_NOT_LOOKED_AT = unknown("The weights were not looked at.", depth=Depth.HEADERS)
_NO_NAMES = unknown("The two models' tensors have no names in common that could be compared.")


@check(code="PV054", attribute=Attribute.PROVENANCE, factor=Factor.LINEAGE, severity=Severity.MEDIUM)
def base_tensors_fit(weights: Weights | None, lineage: Lineage, surroundings: Surroundings | None) -> Outcome:
    """The tensors have the shapes of the base model's.

    What it asks: whether tensors of a fine-tuned model have the same shapes as those of the same name in the base model.
    Why it matters: it is the strongest sign short of comparing values that a model was made from the one it names.
    Evidence: both tensor inventories, by name.
    Remedy: name the model that this one was really made from.
    Limits: embeddings and heads may rightly be resized; nine of ten shared names must agree. Values are not compared.
    Source: this project.
    """
    names = [parent.name for parent in lineage.parents if parent.relation == "finetune"]
    if not names:
        return _NONE
    if weights is None:
        return _NOT_LOOKED_AT
    for name in dict.fromkeys(names):
        base = surroundings.parents.get(name) if surroundings is not None else None
        if base is None or base.weights is None or not base.weights.model or not weights.model:
            continue
        return _compared(name, _shapes(weights), _shapes(base.weights))
    return _NOT_ASKED


def _shapes(weights: Weights) -> dict[str, tuple[int, ...]]:
    return {tensor.name: tensor.shape for inspection in weights.model for tensor in inspection.tensors}


def _compared(name: str, own: dict[str, tuple[int, ...]], base: dict[str, tuple[int, ...]]) -> Outcome:
    shared = own.keys() & base.keys()
    if len(shared) < 2:
        return _NO_NAMES
    differing = sorted(key for key in shared if own[key] != base[key])
    message = (
        f"{len(shared) - len(differing)} of {len(shared)} tensors of the same name have the shape of those in {name}."
    )
    if len(differing) <= 0.1 * len(shared):
        return verified(message)
    first = differing[0]
    return contradicted(
        message,
        Evidence(f"{first}: {list(own[first])} here, {list(base[first])} in {name}"),
        claim=Claim(f"finetune of {name}"),
        remedy="Name the model that this one was really made from.",
    )
