from __future__ import annotations

from tests.checks.cards import card
from tests.checks.support import (
    config,
    weights_of,
)
from weighbridge.checks.provenance.architecture_named import architecture_named
from weighbridge.model import (
    Format,
    State,
)


def test_the_configuration_names_it() -> None:
    named = architecture_named.function(config(architectures=["BertModel"], model_type="bert"), None, None)
    assert (named.state, named.message) == (State.CLAIMED, "The architecture is BertModel.")
    assert architecture_named.function(config(model_type="bert"), None, None).message == "The architecture is bert."
    assert architecture_named.function(config(_class_name="UNet2DModel"), None, None).state is State.CLAIMED


def test_a_weight_file_names_it() -> None:
    gguf = weights_of(kind=Format.GGUF, metadata={"general.architecture": "llama"})
    assert architecture_named.function(None, gguf, None).state is State.CLAIMED


def test_a_section_of_the_card_names_it() -> None:
    assert (
        architecture_named.function(config(), None, card("# Model architecture\n\nA BiLSTM.\n")).state is State.CLAIMED
    )


def test_silence() -> None:
    assert architecture_named.function(config(), None, card("Hello")).state is State.MISSING
    assert architecture_named.function(config(), weights_of(), None).state is State.MISSING
    assert architecture_named.function(None, None, None).state is State.UNKNOWN
