from __future__ import annotations

from typing import Any

import pytest

from tests.checks.support import (
    figure,
    figures,
)
from weighbridge.checks.provenance.logged_result_agrees import logged_result_agrees
from weighbridge.facts.training import Training
from weighbridge.model import (
    Confidence,
    State,
)


def run(best: Any, metric: str = "") -> Training:
    return Training(state={"best_metric": best}, arguments={"metric_for_best_model": metric} if metric else {})


@pytest.mark.parametrize("text", ["0.9312", "0.93", "93.12"])
def test_the_claim_is_the_logs_best(text: str) -> None:
    assert logged_result_agrees.function(run(0.93123, "eval_accuracy"), figures(figure(text))).state is State.VERIFIED
    assert logged_result_agrees.function(run(0.93123), figures(figure(text))).state is State.VERIFIED


def test_another_value_of_the_same_metric() -> None:
    outcome = logged_result_agrees.function(run(0.85, "accuracy"), figures(figure("0.93")))
    assert (outcome.state, outcome.confidence) == (State.CONTRADICTED, Confidence.LOW)
    assert "0.85" in outcome.message


def test_nothing_to_compare() -> None:
    assert logged_result_agrees.function(run(0.5), figures(figure("0.93"))).state is State.NOT_APPLICABLE
    assert logged_result_agrees.function(run(0.5, "loss"), figures(figure("0.93"))).state is State.NOT_APPLICABLE
    assert logged_result_agrees.function(run(None), figures(figure())).state is State.NOT_APPLICABLE
    assert logged_result_agrees.function(run(float("nan")), figures(figure())).state is State.NOT_APPLICABLE
    assert logged_result_agrees.function(run(0.93), figures()).state is State.NOT_APPLICABLE
