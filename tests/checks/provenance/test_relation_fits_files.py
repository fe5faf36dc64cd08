from __future__ import annotations

import pytest

from tests.checks.identities import identity
from tests.checks.support import (
    config,
    manifest,
    metadata,
)
from weighbridge.checks.provenance.relation_fits_files import relation_fits_files
from weighbridge.facts.metadata import Metadata
from weighbridge.model import (
    State,
)

NAME = identity("acme/m")


def declared(relation: str) -> Metadata:
    return metadata(base_model="acme/base", base_model_relation=relation)


@pytest.mark.parametrize("path", ["adapter_config.json", "my_lora.safetensors"])
def test_adapters_have_adapter_files(path: str) -> None:
    assert relation_fits_files.function(declared("adapter"), manifest(path), None, NAME).state is State.VERIFIED


def test_adapters_without_adapter_files() -> None:
    whole = manifest("config.json", "model.safetensors")
    assert relation_fits_files.function(declared("adapter"), whole, None, NAME).state is State.CONTRADICTED
    assert (
        relation_fits_files.function(declared("adapter"), manifest("style.safetensors"), None, NAME).state
        is State.NOT_APPLICABLE
    )


def test_quantised_models_show_it() -> None:
    whole = manifest("model.safetensors")
    scheme = config(quantization_config={"bits": 4})
    assert (
        relation_fits_files.function(declared("quantized"), manifest("m.Q4_K.gguf"), None, NAME).state is State.VERIFIED
    )
    assert relation_fits_files.function(declared("quantized"), whole, scheme, NAME).state is State.VERIFIED
    assert relation_fits_files.function(declared("quantized"), whole, None, NAME).state is State.UNKNOWN
    assert relation_fits_files.function(declared("quantized"), whole, config(), NAME).state is State.CONTRADICTED
    told = identity("acme/m-awq", quantisation="awq")
    assert relation_fits_files.function(declared("quantized"), whole, config(), told).state is State.NOT_APPLICABLE


def test_a_finetune_is_no_adapter() -> None:
    assert (
        relation_fits_files.function(declared("finetune"), manifest("adapter_model.safetensors"), None, NAME).state
        is State.CONTRADICTED
    )
    assert (
        relation_fits_files.function(declared("merge"), manifest("model.safetensors"), None, NAME).state
        is State.NOT_APPLICABLE
    )


def test_nothing_declared() -> None:
    assert relation_fits_files.function(metadata(), manifest("a.bin"), None, NAME).state is State.NOT_APPLICABLE
