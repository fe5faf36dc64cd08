from __future__ import annotations

from tests.checks.inventories import weights
from weighbridge.checks.portability.memory_estimated import memory_estimated
from weighbridge.facts.weights import Weights
from weighbridge.model import Skip, State


def test_no_weights_no_question() -> None:
    assert memory_estimated.function(Weights()).state is State.NOT_APPLICABLE


def test_no_inventory_is_unknown() -> None:
    assert memory_estimated.function(Weights(skipped=(Skip("a.bin", "broken"),))).state is State.UNKNOWN
    assert memory_estimated.function(weights()).state is State.UNKNOWN


def test_the_estimate_follows_from_the_parameters() -> None:
    outcome = memory_estimated.function(weights(F32=10**9))
    assert outcome.state is State.VERIFIED
    assert "14.9 GiB to fine-tune fully" in outcome.message  # 16 bytes a parameter
    assert "At F32 about 4.5 GiB to run" in outcome.message  # 4 bytes and a fifth
    assert "At BF16 about 2.2 GiB to run" in memory_estimated.function(weights(BF16=10**9)).message
