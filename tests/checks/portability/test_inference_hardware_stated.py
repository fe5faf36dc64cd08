from __future__ import annotations

from tests.checks.cards import card
from weighbridge.checks.portability.inference_hardware_stated import inference_hardware_stated
from weighbridge.facts.compute import Compute, Mention
from weighbridge.model import Location, State


def test_silence_is_missing() -> None:
    assert inference_hardware_stated.function(Compute(), None).state is State.MISSING


def test_memory_is_a_claim_and_a_device_half_of_one() -> None:
    memory = inference_hardware_stated.function(
        Compute(memory=(Mention("16 GB VRAM"),), hardware=(Mention("A100"),)), None
    )
    device = inference_hardware_stated.function(Compute(hardware=(Mention("A100"),)), None)
    assert (memory.state, memory.grade) == (State.CLAIMED, None)
    assert (device.state, device.grade) == (State.CLAIMED, 0.5)
    assert "16 GB VRAM" in memory.message


def test_a_device_in_a_line_about_training_says_nothing_about_running() -> None:
    trained = card("# A model\n\nTrained on a single T4.\n")
    mention = Mention("T4", Location("README.md", line=3))
    assert inference_hardware_stated.function(Compute(hardware=(mention,)), trained).state is State.MISSING
