from __future__ import annotations

from tests.checks.inventories import inventory, weights
from weighbridge.checks.portability.weights_size_known import weights_size_known
from weighbridge.facts.weights import Weights
from weighbridge.model import Skip, State


def test_no_weights_no_question() -> None:
    assert weights_size_known.function(Weights()).state is State.NOT_APPLICABLE


def test_unreadable_weights_are_unknown() -> None:
    assert weights_size_known.function(Weights(skipped=(Skip("a.bin", "broken"),))).state is State.UNKNOWN
    assert weights_size_known.function(weights()).state is State.UNKNOWN


def test_the_inventory_verifies() -> None:
    outcome = weights_size_known.function(weights(F32=262_144))
    assert outcome.state is State.VERIFIED
    assert "1.0 MiB" in outcome.message
    assert "262K" in outcome.message
    assert inventory(F32=1).format in outcome.evidence[0].text
