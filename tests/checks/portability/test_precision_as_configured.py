from __future__ import annotations

import pytest

from tests.checks.inventories import weights
from weighbridge.checks.portability.precision_as_configured import precision_as_configured
from weighbridge.facts.config import Config, Document
from weighbridge.model import State


def config(**values: object) -> Config:
    document = Document("config.json", values)
    return Config(documents={"config.json": document}, main=document)


def test_silence_is_no_claim() -> None:
    assert precision_as_configured.function(config(), weights(F32=1)).state is State.NOT_APPLICABLE
    assert precision_as_configured.function(config(dtype="auto"), weights(F32=1)).state is State.NOT_APPLICABLE


def test_quantised_weights_are_another_question() -> None:
    quantised = config(torch_dtype="float16", quantization_config={"quant_method": "gptq"})
    assert precision_as_configured.function(quantised, weights(I32=1)).state is State.NOT_APPLICABLE


def test_no_inventory_is_unknown() -> None:
    assert precision_as_configured.function(config(dtype="float16"), weights()).state is State.UNKNOWN


@pytest.mark.parametrize("key", ["dtype", "torch_dtype"])
def test_the_dtype_of_most_weights_decides(key: str) -> None:
    held = precision_as_configured.function(config(**{key: "float16"}), weights(F16=90, F32=10))
    broken = precision_as_configured.function(config(**{key: "torch.float32"}), weights(F16=90, F32=10, I64=10**6))
    assert held.state is State.VERIFIED
    assert broken.state is State.CONTRADICTED
    assert "90% of the weights are F16" in broken.message
    assert broken.claim is not None
    assert broken.claim.where is not None
    assert broken.claim.where.pointer == f"/{key}"
