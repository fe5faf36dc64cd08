from __future__ import annotations

from tests.checks.identities import identity
from tests.checks.inventories import weights
from weighbridge.checks.portability.precision_as_named import precision_as_named
from weighbridge.model import State


def test_silence_is_no_claim() -> None:
    assert precision_as_named.function(identity("acme/bert"), weights(F32=1)).state is State.NOT_APPLICABLE


def test_no_inventory_is_unknown() -> None:
    assert precision_as_named.function(identity("acme/bert-fp16", precision="F16"), weights()).state is State.UNKNOWN


def test_the_named_precision_is_looked_for() -> None:
    assert (
        precision_as_named.function(identity("acme/bert-fp16", precision="F16"), weights(F16=9, F32=1)).state
        is State.VERIFIED
    )
    outcome = precision_as_named.function(identity("acme/bert-fp16", precision="F16"), weights(F32=1))
    assert outcome.state is State.CONTRADICTED
    assert "claims F16" in outcome.message
