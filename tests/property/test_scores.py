"""What has to hold for every score, whatever the verdicts."""

from __future__ import annotations

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from weighbridge.model import Attribute, Factor, Severity, State, Verdict
from weighbridge.scoring.score import Weighting, score_all
from weighbridge.scoring.weights import FACTOR_WEIGHTS

FACTORS = [(attribute, factor) for attribute, held in FACTOR_WEIGHTS.items() for factor in held]
# A rounded sum in another order may differ in its last digit.
EPSILON = 0.1001


@st.composite
def checks(draw: st.DrawFn) -> list[Verdict]:
    """Some checks, each with one to three subjects; only a contradiction may soften its check's severity."""
    verdicts = []
    for number in range(draw(st.integers(0, 12))):
        attribute, factor = draw(st.sampled_from(FACTORS))
        severity = draw(st.sampled_from(list(Severity)))
        for subject in range(draw(st.integers(1, 3))):
            state = draw(st.sampled_from(list(State)))
            softened = draw(st.sampled_from([s for s in Severity if s <= severity]))
            verdicts.append(
                Verdict(
                    f"XX{number:03}", "name", attribute, factor, state, "message",
                    softened if state is State.CONTRADICTED else severity,
                    grade=draw(st.none() | st.floats(0, 1)) if state in {State.VERIFIED, State.CLAIMED} else None,
                    subject=str(subject),
                    waived=draw(st.sampled_from(["", "known"])) if state is State.CONTRADICTED else "",
                )
            )  # fmt: skip
    return verdicts


def own_severity(verdicts: list[Verdict], verdict: Verdict) -> Severity:
    return max(v.severity for v in verdicts if v.code == verdict.code)


@settings(max_examples=300, deadline=None)
@given(checks(), st.data())
def test_not_looking_never_raises_a_score(verdicts: list[Verdict], data: st.DataObject) -> None:
    if not verdicts:
        return
    index = data.draw(st.integers(0, len(verdicts) - 1))
    verdict = verdicts[index]
    unlooked = msgspec.structs.replace(
        verdict, state=State.UNKNOWN, grade=None, waived="", severity=own_severity(verdicts, verdict)
    )
    before = score_all(verdicts)
    after = score_all([*verdicts[:index], unlooked, *verdicts[index + 1 :]])
    for old, new in zip(before, after, strict=True):
        if old.value is not None:
            assert new.value is not None
            assert new.value <= old.value + EPSILON
            assert new.coverage <= old.coverage + 1e-4 or verdict.state is State.NOT_APPLICABLE


@settings(max_examples=300, deadline=None)
@given(checks())
def test_confirming_what_was_open_never_lowers_a_score_and_reaches_no_more_than_promised(
    verdicts: list[Verdict],
) -> None:
    confirmed = [msgspec.structs.replace(v, state=State.VERIFIED) if v.state is State.UNKNOWN else v for v in verdicts]
    for old, new in zip(score_all(verdicts), score_all(confirmed), strict=True):
        if old.value is not None and old.best is not None and new.value is not None:
            assert old.value - EPSILON <= new.value <= old.best + EPSILON
            assert new.coverage == 1


@settings(max_examples=300, deadline=None)
@given(checks())
def test_scores_stay_within_their_bounds(verdicts: list[Verdict]) -> None:
    for score in score_all(verdicts):
        if score.value is None:
            assert score.best is None
            assert not score.contributions
        else:
            assert score.best is not None
            assert 0 <= score.value <= score.best <= 100
            assert 0 <= score.coverage <= 1
            assert abs(sum(item.possible for item in score.contributions) - 100) < 0.01


@settings(max_examples=100, deadline=None)
@given(checks(), st.randoms())
def test_the_order_of_verdicts_does_not_matter(verdicts: list[Verdict], random: object) -> None:
    shuffled = list(verdicts)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    for one, other in zip(score_all(verdicts), score_all(shuffled), strict=True):
        assert one.value == other.value or abs((one.value or 0) - (other.value or 0)) < EPSILON


@settings(max_examples=100, deadline=None)
@given(checks(), st.floats(0.01, 1000))
def test_weights_can_be_overridden(verdicts: list[Verdict], weight: float) -> None:
    same = {f"{attribute}.{factor}": weight * FACTOR_WEIGHTS[attribute][factor] for attribute, factor in FACTORS}
    for old, new in zip(score_all(verdicts), score_all(verdicts, Weighting(factors=same)), strict=True):
        assert abs((old.value or 0) - (new.value or 0)) < EPSILON
    for score in score_all(verdicts, Weighting(checks={v.code: 0.0 for v in verdicts})):
        assert score.value is None


def _verdict(code: str, state: State, severity: Severity, subject: str = "", waived: str = "") -> Verdict:
    return Verdict(
        code, "name", Attribute.SECURITY, Factor.CODE_EXECUTION, state, "message", severity, subject=subject, waived=waived
    )  # fmt: skip


def test_a_waived_finding_does_not_hide_another_subject_of_the_same_check() -> None:
    waived = _verdict("SE001", State.CONTRADICTED, Severity.CRITICAL, "a", "known")
    alarming = _verdict("SE001", State.CONTRADICTED, Severity.CRITICAL, "b")
    others = [_verdict(f"SE{n:03}", State.VERIFIED, Severity.CRITICAL) for n in range(2, 9)]
    for verdicts in ([waived, alarming, *others], [alarming, waived, *others]):
        score = score_all(verdicts)[6]
        assert (score.value, score.cap, score.capped_by) == (10.0, 10.0, "SE001")


def test_a_mild_contradiction_does_not_hide_a_grave_open_question() -> None:
    mild = _verdict("SE001", State.CONTRADICTED, Severity.LOW, "a")
    unread = _verdict("SE001", State.UNKNOWN, Severity.CRITICAL, "b")
    others = [_verdict(f"SE{n:03}", State.VERIFIED, Severity.CRITICAL) for n in range(2, 9)]
    assert score_all([mild, unread, *others])[6].value == 10.0


def test_a_check_weighted_nothing_holds_nothing_down() -> None:
    bad = _verdict("SE001", State.CONTRADICTED, Severity.CRITICAL)
    good = _verdict("SE002", State.VERIFIED, Severity.LOW)
    assert score_all([bad, good], Weighting(checks={"SE001": 0.0}))[6].value == 100.0
