from __future__ import annotations

from tests.checks.support import figure, figures
from weighbridge.checks.provenance.claims_stated_once import claims_stated_once
from weighbridge.facts.claims import PerformanceClaims
from weighbridge.model import State

ONE = figure("0.93", dataset="glue/sst2", split="validation")


def test_two_values_for_one_thing_contradict() -> None:
    other = figure("91.0", dataset="SST-2", split="dev")
    outcome = claims_stated_once.function(figures(ONE, other))
    assert outcome.state is State.CONTRADICTED
    assert "0.93" in outcome.message
    assert "91.0" in outcome.message


def test_one_value_in_two_scales_is_one_value() -> None:
    other = figure("93.0", dataset="sst2", split="validation")
    assert claims_stated_once.function(figures(ONE, other)).state is State.VERIFIED


def test_other_configurations_models_and_machines_are_other_things() -> None:
    others = [
        figure("0.5", dataset="sst2", split="validation", **more) for more in ({"config": "x"}, {"model": "other"})
    ]
    assert claims_stated_once.function(PerformanceClaims((ONE,), (), tuple(others))).state is State.NOT_APPLICABLE


def test_tables_are_not_asked() -> None:
    table = [figure(text, dataset="sst2", source="table") for text in ("0.9", "0.8")]
    assert claims_stated_once.function(figures(*table)).state is State.NOT_APPLICABLE
