from __future__ import annotations

from tests.checks.support import (
    lineage,
    parent,
    surroundings,
    tensor,
    weights_of,
)
from weighbridge.checks.provenance.base_tensors_fit import base_tensors_fit
from weighbridge.facts.surroundings import ParentFacts, Surroundings
from weighbridge.facts.weights import Weights
from weighbridge.model import (
    Depth,
    State,
)

MADE = lineage(parent("acme/base", relation="finetune"))
OWN = weights_of(*[tensor(f"layer.{n}", 4, 4) for n in range(10)], tensor("head", 2))


def base(held: Weights | None) -> Surroundings:
    return surroundings(ParentFacts("acme/base", exists=True, weights=held))


def test_shapes_agree() -> None:
    other = weights_of(*[tensor(f"layer.{n}", 4, 4) for n in range(10)], tensor("head", 9))
    outcome = base_tensors_fit.function(OWN, MADE, base(other))
    assert outcome.state is State.VERIFIED
    assert "10 of 11" in outcome.message


def test_shapes_differ() -> None:
    outcome = base_tensors_fit.function(OWN, MADE, base(weights_of(*[tensor(f"layer.{n}", 8, 8) for n in range(10)])))
    assert outcome.state is State.CONTRADICTED
    assert "0 of 10" in outcome.message


def test_not_comparable() -> None:
    assert base_tensors_fit.function(OWN, MADE, base(weights_of(tensor("other", 1)))).state is State.UNKNOWN
    assert base_tensors_fit.function(OWN, MADE, base(None)).state is State.UNKNOWN
    assert base_tensors_fit.function(None, MADE, None).depth is Depth.HEADERS
    assert base_tensors_fit.function(OWN, lineage(), None).state is State.NOT_APPLICABLE
