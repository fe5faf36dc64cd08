"""What a scan says of each file, drawn from its verdicts."""

from __future__ import annotations

import datetime

import pytest

from weighbridge.model import (
    Attribute,
    Audit,
    Depth,
    Factor,
    ModelRef,
    Origin,
    Overview,
    RepoFile,
    Severity,
    State,
    Verdict,
)
from weighbridge.scoring.danger import Danger, dangers


def verdict(state: State, severity: Severity, subject: str = "a", waived: str = "") -> Verdict:
    return Verdict(
        "SE008",
        "x",
        Attribute.SECURITY,
        Factor.CODE_EXECUTION,
        state,
        "found",
        severity,
        subject=subject,
        waived=waived,
    )


def audit(*verdicts: Verdict) -> Audit:
    return Audit(
        tool_version="1",
        ref=ModelRef(Origin.FOLDER, "m"),
        depth=Depth.FULL,
        as_of=datetime.date(2026, 1, 1),
        overview=Overview(),
        scores=(),
        verdicts=verdicts,
        files=(RepoFile("a"), RepoFile("b")),
    )


@pytest.mark.parametrize(
    ("state", "severity", "expected"),
    [
        (State.CONTRADICTED, Severity.CRITICAL, Danger.MALICIOUS),
        (State.CONTRADICTED, Severity.HIGH, Danger.MALICIOUS),
        (State.CONTRADICTED, Severity.MEDIUM, Danger.REVIEW),
        (State.CONTRADICTED, Severity.LOW, Danger.REVIEW),
        (State.UNKNOWN, Severity.HIGH, Danger.NOT_SCANNED),
        (State.VERIFIED, Severity.HIGH, Danger.SAFE),
    ],
)
def test_one_verdict(state: State, severity: Severity, expected: Danger) -> None:
    result = dangers(audit(verdict(state, severity)))
    assert {file.path: file.danger for file in result.files} == {"a": expected, "b": Danger.SAFE}
    assert result.worst is expected


def test_the_worst_counts_and_comes_first() -> None:
    result = dangers(
        audit(
            verdict(State.UNKNOWN, Severity.HIGH),
            verdict(State.CONTRADICTED, Severity.LOW),
            verdict(State.CONTRADICTED, Severity.CRITICAL, "b"),
        )
    )
    assert [(file.path, file.danger) for file in result.files] == [("b", Danger.MALICIOUS), ("a", Danger.REVIEW)]
    assert result.counts == {Danger.MALICIOUS: 1, Danger.REVIEW: 1, Danger.NOT_SCANNED: 0, Danger.SAFE: 0}
    assert result.has_unread_models


def test_a_waiver_makes_a_file_safe_again() -> None:
    assert dangers(audit(verdict(State.CONTRADICTED, Severity.CRITICAL, waived="known"))).worst is Danger.SAFE


def test_findings_about_no_file_count_for_the_whole() -> None:
    result = dangers(audit(verdict(State.CONTRADICTED, Severity.HIGH, "")))
    assert [file.danger for file in result.files] == [Danger.SAFE, Danger.SAFE]
    assert result.worst is Danger.MALICIOUS


def test_a_question_left_open_as_a_whole_is_not_safe() -> None:
    result = dangers(audit(verdict(State.UNKNOWN, Severity.HIGH, "")))
    assert result.worst is Danger.NOT_SCANNED
    assert result.has_unread_models


def test_an_unread_file_that_is_no_model_weighs_less() -> None:
    assert not dangers(audit(verdict(State.UNKNOWN, Severity.LOW))).has_unread_models


def test_without_files_nothing_is_known() -> None:
    assert dangers(Audit(
        tool_version="1", ref=ModelRef(Origin.FOLDER, "m"), depth=Depth.FULL, as_of=datetime.date(2026, 1, 1),
        overview=Overview(), scores=(), verdicts=(),
    )).worst is Danger.NOT_SCANNED  # fmt: skip
