from __future__ import annotations

from tests.checks.identities import identity
from tests.checks.support import (
    lineage,
    manifest,
    metadata,
    parent,
)
from weighbridge.checks.provenance.base_model_declared import base_model_declared
from weighbridge.model import (
    State,
)

NAME = identity("acme/m")


def test_declared_in_the_front_matter() -> None:
    outcome = base_model_declared.function(lineage(parent("acme/base")), NAME, None, metadata(base_model="acme/base"))
    assert (outcome.state, outcome.message, outcome.grade) == (State.CLAIMED, "Made from acme/base.", None)


def test_declared_elsewhere_only() -> None:
    held = lineage(parent("acme/base", "/base_model_name_or_path", "adapter"))
    outcome = base_model_declared.function(held, NAME, None, metadata())
    assert (outcome.state, outcome.grade) == (State.CLAIMED, 0.6)
    assert outcome.remedy


def test_signs_without_a_declaration() -> None:
    adapter = base_model_declared.function(lineage(), NAME, manifest("adapter_config.json"), metadata())
    quantised = base_model_declared.function(
        lineage(), identity("acme/m-GPTQ", quantisation="gptq"), manifest("a.bin"), None
    )
    assert (adapter.state, quantised.state) == (State.MISSING, State.MISSING)
    assert "adapter" in adapter.message
    assert "gptq" in quantised.message


def test_no_sign() -> None:
    assert base_model_declared.function(lineage(), NAME, None, None).state is State.NOT_APPLICABLE
