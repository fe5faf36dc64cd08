from __future__ import annotations

from tests.checks.support import figure, figures, surroundings
from weighbridge.checks.provenance.claims_of_its_own import claims_of_its_own
from weighbridge.facts.surroundings import ParentFacts
from weighbridge.model import State

BASE = figures(figure("93.12", dataset="SST-2"), figure("88.47", "f1", dataset="MRPC"), figure("90", dataset="QQP"))


def judged(*claims: object) -> State:
    around = surroundings(ParentFacts("acme/base", exists=True, claims=BASE))
    outcome = claims_of_its_own.function(figures(*claims), around)  # type: ignore[arg-type]
    assert not isinstance(outcome, list)
    return outcome.state  # type: ignore[union-attr,no-any-return]


def test_two_figures_digit_for_digit_are_copied() -> None:
    assert judged(figure("93.12", dataset="sst2"), figure("88.47", "F1-score", dataset="mrpc")) is State.CONTRADICTED


def test_one_agreeing_figure_may_be_chance_and_one_without_digits_says_nothing() -> None:
    assert judged(figure("93.12", dataset="sst2"), figure("90", dataset="qqp")) is State.VERIFIED


def test_figures_of_its_own() -> None:
    assert judged(figure("92.01", dataset="sst2"), figure("87.31", "f1", dataset="mrpc")) is State.VERIFIED


def test_nothing_to_compare() -> None:
    assert judged() is State.NOT_APPLICABLE
    alone = claims_of_its_own.function(figures(figure("1.5")), surroundings(ParentFacts("acme/base")))
    assert alone.state is State.NOT_APPLICABLE


def test_without_a_look_at_the_base_model_it_is_not_known() -> None:
    assert claims_of_its_own.function(figures(figure("93.12")), None).state is State.UNKNOWN
    assert claims_of_its_own.function(figures(), None).state is State.NOT_APPLICABLE
