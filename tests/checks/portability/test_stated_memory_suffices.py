from __future__ import annotations

from tests.checks.inventories import weights
from weighbridge.checks.portability.stated_memory_suffices import stated_memory_suffices
from weighbridge.facts.compute import Compute, Mention
from weighbridge.model import State


def test_silence_leaves_nothing_to_compare() -> None:
    assert stated_memory_suffices.function(Compute(), weights(F32=10)).state is State.NOT_APPLICABLE
    assert (
        stated_memory_suffices.function(Compute(memory=(Mention("lots of memory"),)), weights(F32=10)).state
        is State.NOT_APPLICABLE
    )


def test_too_little_memory_is_contradicted() -> None:
    outcome = stated_memory_suffices.function(
        Compute(memory=(Mention("1 GB"), Mention("0.5GB VRAM"))), weights(F32=10**9)
    )
    assert outcome.state is State.CONTRADICTED
    assert "1 GB" in outcome.message
    assert "3.7 GiB" in outcome.message


def test_enough_memory_verifies() -> None:
    assert (
        stated_memory_suffices.function(Compute(memory=(Mention("16 GB VRAM"),)), weights(F16=10**9)).state
        is State.VERIFIED
    )
