from __future__ import annotations

from weighbridge.checks.portability.latency_stated import latency_stated
from weighbridge.facts.compute import Compute, Mention
from weighbridge.model import State


def test_silence_is_missing() -> None:
    assert latency_stated.function(Compute()).state is State.MISSING


def test_a_figure_is_a_claim() -> None:
    outcome = latency_stated.function(Compute(latencies=(Mention("12 ms"),)))
    assert outcome.state is State.CLAIMED
    assert "12 ms" in outcome.message
