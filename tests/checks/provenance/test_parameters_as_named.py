from __future__ import annotations

import pytest

from tests.checks.identities import identity
from tests.checks.support import (
    config,
    registry,
    sharded,
    sized,
    tensor,
    weights_of,
)
from weighbridge.checks.provenance.parameters_as_named import parameters_as_named
from weighbridge.model import (
    Format,
    Severity,
    State,
)

NAMED = identity("acme/llama-7b", parameters=7_000_000_000, parameters_token="7b")


def test_a_silent_name_claims_nothing() -> None:
    assert parameters_as_named.function(identity("acme/llama"), sized(10), None, None).state is State.NOT_APPLICABLE


@pytest.mark.parametrize("count", [6_200_000_000, 7_241_732_096, 8_540_000_000])
def test_counts_near_the_name_are_verified(count: int) -> None:
    outcome = parameters_as_named.function(NAMED, sized(count), None, None)
    assert outcome.state is State.VERIFIED
    assert f"{count:,}" in outcome.message


@pytest.mark.parametrize(
    ("count", "severity"),
    [(10_000_000_000, Severity.LOW), (13_500_000_000, Severity.MEDIUM), (1_100_000_000, Severity.HIGH)],
)
def test_counts_far_from_the_name_contradict_it(count: int, severity: Severity) -> None:
    outcome = parameters_as_named.function(NAMED, sized(count), None, None)
    assert (outcome.state, outcome.severity) == (State.CONTRADICTED, severity)
    assert "7b" in outcome.message


def test_a_count_without_embeddings_is_a_way_of_counting() -> None:
    held = weights_of(tensor("transformer.wte.weight", 50257, 768), tensor("h.weight", 29_000_000))
    outcome = parameters_as_named.function(
        identity("acme/stories-33M", parameters=33_000_000, parameters_token="33M"), held, None, None
    )
    assert outcome.state is State.VERIFIED
    assert "67,597,376" in outcome.message


def test_masks_and_tied_layers_are_not_counted_twice() -> None:
    held = weights_of(
        tensor("transformer.wte.weight", 50_000, 768),
        tensor("lm_head.weight", 50_000, 768),
        tensor("h.0.attn.bias", 1, 1, 7000, 7000),
        tensor("rest", 86_000_000),
    )
    assert (
        parameters_as_named.function(
            identity("a/neo-125M", parameters=125_000_000, parameters_token="125M"), held, None, None
        ).state
        is State.VERIFIED
    )


def test_the_registry_answers_where_the_weights_were_not_read() -> None:
    assert (
        parameters_as_named.function(NAMED, None, registry(parameters={"BF16": 7_000_000_000}), None).state
        is State.VERIFIED
    )
    assert (
        parameters_as_named.function(NAMED, None, registry(parameters={"BF16": 100}), None).state is State.CONTRADICTED
    )


def test_what_cannot_be_counted_is_unknown_and_holds_nothing_down() -> None:
    packed = config(quantization_config={"quant_method": "gptq"})
    cases = [
        parameters_as_named.function(NAMED, None, None, None),
        parameters_as_named.function(NAMED, None, registry(parameters={"I32": 100}), None),
        parameters_as_named.function(NAMED, sized(10), None, packed),
        parameters_as_named.function(NAMED, weights_of(tensor("w", 100, dtype="I32")), None, None),
        parameters_as_named.function(NAMED, weights_of(), None, None),
        parameters_as_named.function(NAMED, sharded("b.safetensors"), None, None),
        parameters_as_named.function(NAMED, sized(10, complete=False), None, None),
    ]
    assert [case.state for case in cases] == [State.UNKNOWN] * len(cases)
    assert {case.severity for case in cases} == {Severity.MEDIUM}


def test_stated_counts_and_block_types_are_taken_as_they_are() -> None:
    stated = sized(10, stated_parameters=7_000_000_000)
    gguf = weights_of(tensor("w", 7_000_000_000, dtype="Q4_K"), kind=Format.GGUF)
    assert parameters_as_named.function(NAMED, stated, None, None).state is State.VERIFIED
    assert parameters_as_named.function(NAMED, gguf, None, None).state is State.VERIFIED


def test_adapters_and_parts_bear_their_base_models_size() -> None:
    lora = identity("acme/llama-7b-lora", parameters=7_000_000_000, parameters_token="7b")
    held = weights_of(tensor("a", 10), path="adapter_model.safetensors")
    assert parameters_as_named.function(lora, sized(10), None, None).state is State.NOT_APPLICABLE
    assert parameters_as_named.function(NAMED, held, None, None).state is State.NOT_APPLICABLE
