from __future__ import annotations

from weighbridge.checks.portability.latency_device_stated import latency_device_stated
from weighbridge.facts.compute import Compute, Mention
from weighbridge.model import State


def test_no_speed_no_question() -> None:
    assert latency_device_stated.function(Compute()).state is State.NOT_APPLICABLE


def test_a_speed_without_device_is_missing_it() -> None:
    assert latency_device_stated.function(Compute(latencies=(Mention("12 ms"),))).state is State.MISSING


def test_a_speed_with_device_is_a_claim() -> None:
    outcome = latency_device_stated.function(Compute(latencies=(Mention("12 ms"),), hardware=(Mention("T4"),)))
    assert outcome.state is State.CLAIMED
    assert "T4" in outcome.message
