from __future__ import annotations

import msgspec
import numpy as np
import pytest

from weighbridge.facts.figures import PerformanceClaim
from weighbridge.facts.metrics import metric_of
from weighbridge.measure.decision import Proportion, Spread, items_needed
from weighbridge.measure.figure import Interval, MeasuredFigure
from weighbridge.measure.verdict import Judgement, Rules, claimed_interval, judge, judge_all
from weighbridge.model import Severity, State


def claim(text: str, metric: str = "accuracy", unit: str = "", dataset: str = "sst2", **more: str) -> PerformanceClaim:
    decimals = len(text.partition(".")[2])
    return PerformanceClaim(metric, text, float(text), "table", unit, decimals, dataset=dataset, **more)


def measured(value: float, n: int | None = 872, metric: str = "accuracy", **more: str) -> MeasuredFigure:
    return MeasuredFigure(metric, value, n, dataset="stanfordnlp/sst2", **more)


def test_a_claim_that_many_items_bear_out_is_verified() -> None:
    found = judge(claim("91.3"), measured(0.9128, 10_000))
    assert found.state is State.VERIFIED
    assert found.p_equivalent is not None
    assert found.p_equivalent < 0.05
    assert "equal within 1.00 points" in found.message


def test_an_overstated_claim_is_contradicted_with_size_direction_and_interval() -> None:
    found = judge(claim("93.1", unit="%"), measured(787 / 872))
    assert found.state is State.CONTRADICTED
    assert found.direction == "overstated"
    assert found.difference == pytest.approx(787 / 872 - 0.9305)
    assert found.interval is not None
    assert found.interval.method == "wilson"
    assert "overstated by 2.80 points" in found.message


def test_an_error_rate_below_the_measured_one_is_overstated_too() -> None:
    figure = MeasuredFigure("wer", 0.2, 500, (Interval(0.19, 0.21),), dataset="sst2")
    found = judge(claim("12.5", "WER"), figure)
    assert (found.state, found.direction) == (State.CONTRADICTED, "overstated")
    assert judge(claim("30.0", "WER"), figure).direction == "understated"


def test_too_few_items_do_not_decide_and_the_number_that_would_is_told() -> None:
    found = judge(claim("91.3"), measured(182 / 200, 200))
    assert found.state is State.UNKNOWN
    assert found.needed is not None
    assert 2_000 < found.needed < 20_000
    assert f"{found.needed:,} items would decide" in found.message
    # With that many, the same share does decide.
    decided = judge(claim("91.3"), measured(round(0.91 * found.needed) / found.needed, found.needed))
    assert decided.state is State.VERIFIED


def test_all_items_of_the_claims_own_set_leave_nothing_to_chance() -> None:
    assert judge(claim("91.3"), measured(796 / 872), population=872).state is State.VERIFIED
    off = judge(claim("91.3"), measured(780 / 872), population=872)
    assert (off.state, off.power) == (State.CONTRADICTED, 1.0)


def test_a_part_of_the_claims_own_set_says_more_than_as_many_others() -> None:
    part = judge(claim("91.3"), measured(0.9125, 800), population=872)
    others = judge(claim("91.3"), measured(0.9125, 800))
    assert part.state is State.VERIFIED
    assert others.state is State.UNKNOWN


@pytest.mark.parametrize(
    ("stated", "figure", "reason"),
    [
        (claim("91.3", dataset="imdb"), measured(0.9), "data set imdb"),
        (claim("91.3", split="test"), measured(0.9, split="validation"), "split test"),
        (claim("91.3", dataset=""), measured(0.9), "on what data"),
        (claim("91.3", "F1"), measured(0.9), "the claim is of F1"),
        (claim("91.3", "macro f1"), measured(0.9, metric="micro f1"), "macro f1"),
        (claim("91.3", ""), measured(0.9), "names no metric"),
        (claim("91.3", revision="abc"), measured(0.9, revision="def"), "revision abc"),
        (claim("0.9", "f1"), MeasuredFigure("f1", 0.8, dataset="sst2"), "how many items"),
        (claim("91.3"), MeasuredFigure("accuracy", float("nan"), 50, dataset="sst2"), "how many items"),
    ],
)
def test_what_cannot_be_compared_is_unknown_with_its_reason(
    stated: PerformanceClaim, figure: MeasuredFigure, reason: str
) -> None:
    found = judge(stated, figure)
    assert found.state is State.UNKNOWN
    assert reason in found.message


def test_the_users_word_that_the_data_are_the_same_is_taken() -> None:
    assert judge(claim("97.0", dataset=""), measured(0.9), Rules(is_same_data=True)).state is State.CONTRADICTED


def test_times_compare_on_the_same_machine_only() -> None:
    stated = claim("12", "latency", "ms", "", hardware="Tesla T4")
    figure = MeasuredFigure("latency", 0.02, 100, (Interval(0.019, 0.021),), hardware="NVIDIA Tesla T4")
    assert judge(stated, figure).direction == "overstated"
    elsewhere = judge(stated, msgspec.structs.replace(figure, hardware="2 CPU cores"))
    assert elsewhere.state is State.UNKNOWN
    assert "measured 0.02" in elsewhere.message


def test_a_claim_is_its_rounding() -> None:
    accuracy, bleu = metric_of("accuracy"), metric_of("BLEU")
    assert accuracy is not None
    assert bleu is not None
    interval = claimed_interval(claim("93.1"), accuracy)
    assert (interval.low, interval.high) == pytest.approx((0.9305, 0.9315))
    assert claimed_interval(claim("1.0"), accuracy).high == 1.0
    assert claimed_interval(claim("0.34", "BLEU"), bleu).low == pytest.approx(33.5)
    assert claimed_interval(claim("34.1", "BLEU"), bleu).low == pytest.approx(34.05)


def test_no_error_among_twenty_items_is_no_certainty() -> None:
    assert judge(claim("99.0", "f1"), measured(1.0, 20, "f1")).state is State.UNKNOWN


def test_many_claims_are_corrected_for_their_number() -> None:
    pair = (claim("93.0"), measured(0.9083, 872))
    assert judge(*pair).state is State.CONTRADICTED
    assert {found.state for found in judge_all([pair] * 20)} == {State.UNKNOWN}
    assert judge_all([]) == []


def test_a_judgement_is_an_outcome_that_a_report_can_show() -> None:
    stated = claim("93.1")
    outcome = judge(stated, measured(787 / 872)).outcome(stated)
    assert outcome.state is State.CONTRADICTED
    assert outcome.remedy
    small = judge(claim("91.30"), measured(0.9045, 100_000), Rules(margin=0.0087)).outcome(stated)
    assert small.severity is Severity.LOW
    assert msgspec.json.decode(msgspec.json.encode(judge(stated, measured(0.9))), type=Judgement).n == 872


@pytest.mark.parametrize("over", [0.0, 0.01, 0.03, 0.1])
@pytest.mark.parametrize("n", [500, 2_000, 10_000])
def test_planted_over_claims_are_found_as_often_as_computed_beforehand(over: float, n: int) -> None:
    true, seeds = 0.85, 200
    stated = claim(f"{100 * (true + over):.1f}")
    counts, times = np.unique(np.random.default_rng(n).binomial(n, true, seeds), return_counts=True)
    states = [judge(stated, measured(int(count) / n, n)).state for count in counts]
    rate = sum(int(time) for state, time in zip(states, times, strict=True) if state is State.CONTRADICTED) / seeds
    interval = claimed_interval(stated, metric_of("accuracy"))  # type: ignore[arg-type]
    power = Proportion(0, n).power(interval.low, interval.high, -over, 0.05)
    assert over or power <= 0.05
    assert rate == pytest.approx(power, abs=3 * (power * (1 - power) / seeds) ** 0.5 + 0.03)


def test_the_power_of_a_spread_is_that_of_the_normal_test() -> None:
    spread = Spread(0.8, 0.01, 0.01, 400)
    assert spread.power(0.8, 0.8, 0.0, 0.05) == pytest.approx(0.05)
    assert spread.power(0.8, 0.8, 0.028, 0.05) == pytest.approx(0.8, abs=0.01)
    assert spread.resized(1600).below == pytest.approx(0.005)


def test_nobody_is_sent_for_more_items_than_there_are() -> None:
    assert items_needed(Proportion(90, 100), 100, 0.9, 0.9, 0.0, alpha=0.05, power=0.8) is None
    part = judge(claim("91.3"), measured(182 / 200, 200), population=872)
    assert part.needed == 872


def test_the_f1_of_one_class_is_judged_by_the_exact_test_of_its_jaccard_index() -> None:
    figure = MeasuredFigure("f1", 2 * 255 / (345 + 255), 1000, dataset="sst2", relevant=345)  # 255 hits of 345
    found = judge(claim("85.0", "F1", "%"), figure)
    assert found.state is State.UNKNOWN
    # The claim's upper end as a Jaccard index, and twice the tail that lies beyond it.
    low, high = (f / (2 - f) for f in (0.8995, 0.9005))
    assert judge(claim("90.0", "F1", "%"), figure).p_differs == pytest.approx(Proportion(255, 345).differs(low, high))
    assert judge(claim("95.0", "F1", "%"), figure).direction == "overstated"


def test_true_claims_of_an_f1_are_rarely_contradicted() -> None:
    claimed, generator = claim("85.0", "F1", "%"), np.random.default_rng(0)
    wrong = 0
    for hits, others in generator.multinomial(1000, [0.255, 0.09, 0.655], size=400)[:, :2].tolist():
        figure = MeasuredFigure("f1", 2 * hits / (2 * hits + others), 1000, dataset="sst2", relevant=hits + others)
        wrong += judge(claimed, figure).state is State.CONTRADICTED
    assert wrong <= 0.05 * 400


def test_more_relevant_items_than_items_are_not_believed() -> None:
    figure = MeasuredFigure("f1", 0.8, 100, dataset="sst2", relevant=10**9)
    assert "neither how many items" in judge(claim("85.0", "F1", "%"), figure).message
