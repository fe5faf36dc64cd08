from __future__ import annotations

from tests.checks.identities import identity
from tests.checks.inventories import weights
from weighbridge.checks.portability.quantisation_as_claimed import quantisation_as_claimed
from weighbridge.facts.config import Config, Document
from weighbridge.model import State


def config(**values: object) -> Config:
    document = Document("config.json", values)
    return Config(documents={"config.json": document}, main=document)


def test_silence_is_no_claim() -> None:
    assert (
        quantisation_as_claimed.function(identity("acme/bert"), config(), weights(F32=1)).state is State.NOT_APPLICABLE
    )


def test_no_inventory_is_unknown() -> None:
    assert (
        quantisation_as_claimed.function(identity("acme/x-gptq", quantisation="gptq"), config(), weights()).state
        is State.UNKNOWN
    )


def test_packed_weights_verify() -> None:
    outcome = quantisation_as_claimed.function(
        identity("acme/x-gptq", quantisation="gptq"), config(), weights(I32=9, F16=1)
    )
    assert outcome.state is State.VERIFIED
    assert "I32" in outcome.message


def test_full_weights_contradict_name_or_configuration() -> None:
    named = quantisation_as_claimed.function(
        identity("acme/x-gptq", quantisation="gptq"), config(), weights(F16=1, I64=1)
    )
    configured = quantisation_as_claimed.function(
        identity("acme/x"), config(quantization_config={"quant_method": "awq"}), weights(BF16=1)
    )
    assert named.state is configured.state is State.CONTRADICTED
    assert "gptq" in named.message
    assert "awq" in configured.message
