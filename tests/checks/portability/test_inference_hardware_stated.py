from __future__ import annotations

from weighbridge.checks.portability.inference_hardware_stated import inference_hardware_stated
from weighbridge.facts.compute import Compute, Mention, Purpose
from weighbridge.model import State


def test_silence_is_missing() -> None:
    assert inference_hardware_stated.function(Compute()).state is State.MISSING


def test_memory_is_a_claim_and_a_device_half_of_one() -> None:
    memory = inference_hardware_stated.function(Compute(memory=(Mention("16 GB VRAM"),), hardware=(Mention("A100"),)))
    device = inference_hardware_stated.function(Compute(hardware=(Mention("A100"),)))
    assert (memory.state, memory.grade) == (State.CLAIMED, None)
    assert (device.state, device.grade) == (State.CLAIMED, 0.5)
    assert "16 GB VRAM" in memory.message


def test_a_device_for_training_says_nothing_about_running() -> None:
    mention = Mention("T4", purpose=Purpose.TRAINING)
    assert inference_hardware_stated.function(Compute(hardware=(mention,))).state is State.MISSING
