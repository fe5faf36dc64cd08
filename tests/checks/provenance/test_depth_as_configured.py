from __future__ import annotations

from typing import Any

import pytest

from tests.checks.support import (
    config,
    tensor,
    weights_of,
)
from weighbridge.checks.provenance.depth_as_configured import depth_as_configured
from weighbridge.facts.weights import Shards, Weights
from weighbridge.model import (
    State,
)


def layers(count: int, form: str = "bert.encoder.layer.{}.output.dense.weight", **more: Any) -> Weights:
    return weights_of(*[tensor(form.format(n), 2, 2) for n in range(count)], **more)


@pytest.mark.parametrize(
    "form",
    [
        "bert.encoder.layer.{}.x.weight",
        "model.layers.{}.mlp.weight",
        "transformer.h.{}.attn.weight",
        "h.{}.attn.weight",
    ],
)
def test_numbers_in_names_decide(form: str) -> None:
    assert depth_as_configured.function(config(num_hidden_layers=3), layers(3, form)).state is State.VERIFIED
    outcome = depth_as_configured.function(config(num_hidden_layers=12), layers(3, form))
    assert outcome.state is State.CONTRADICTED
    assert "12" in outcome.message
    assert "3 layers" in outcome.message


def test_an_extra_layer_to_predict_more_tokens_agrees() -> None:
    held = layers(4, "model.layers.{}.mlp.weight")
    assert (
        depth_as_configured.function(config(num_hidden_layers=3, num_nextn_predict_layers=1), held).state
        is State.VERIFIED
    )


def test_several_stacks_and_silence_are_left_alone() -> None:
    two = weights_of(tensor("encoder.layers.0.w", 2, 2), tensor("decoder.layers.0.w", 2, 2))
    assert depth_as_configured.function(config(num_hidden_layers=12), two).state is State.NOT_APPLICABLE
    assert depth_as_configured.function(config(), layers(3)).state is State.NOT_APPLICABLE
    assert (
        depth_as_configured.function(config(num_hidden_layers=12, model_type="albert"), layers(1)).state
        is State.NOT_APPLICABLE
    )
    assert (
        depth_as_configured.function(config(num_hidden_layers=12), weights_of(tensor("w", 2))).state
        is State.NOT_APPLICABLE
    )


def test_missing_shards_leave_it_open() -> None:
    held = layers(2)
    held = Weights(held.inspections, held.model, (Shards("i", ("a",), 1, missing_files=("b",)),))
    assert depth_as_configured.function(config(num_hidden_layers=3), held).state is State.UNKNOWN
