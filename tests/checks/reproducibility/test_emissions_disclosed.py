from __future__ import annotations

from weighbridge.checks.reproducibility.emissions_disclosed import emissions_disclosed
from weighbridge.facts.compute import Compute
from weighbridge.facts.metadata import Metadata
from weighbridge.model import State


def test_silence_is_missing() -> None:
    assert emissions_disclosed.function(Compute(), Metadata()).state is State.MISSING


def test_an_amount_with_its_source_is_worth_more_than_without() -> None:
    with_source = emissions_disclosed.function(Compute(emissions=149200.0, emissions_source="code carbon"), Metadata())
    without = emissions_disclosed.function(Compute(emissions=149200.0), Metadata())
    assert with_source.state is without.state is State.CLAIMED
    assert (with_source.grade, without.grade) == (1.0, 0.5)
    assert "149200 g" in with_source.message


def test_an_impossible_amount_is_contradicted() -> None:
    assert emissions_disclosed.function(Compute(emissions=-3.0), Metadata()).state is State.CONTRADICTED
    assert emissions_disclosed.function(Compute(emissions=1e15), Metadata()).state is State.CONTRADICTED
    assert emissions_disclosed.function(Compute(emissions=float("nan")), Metadata()).state is State.CONTRADICTED
