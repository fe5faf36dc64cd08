"""The labelled corpus of model risks: formats other than pickles, found and not cried wolf about."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from benchmarks import risk_corpus
from weighbridge.scoring.danger import Danger

Answers = list[tuple[risk_corpus.Case, risk_corpus.Answer]]


@pytest.fixture(scope="module")
def answers(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Answers:
    """Every case of the corpus with what a scan says of it; nothing of it is loaded."""
    packed = shared_data / "corpora" / "risk-dev.tar.xz"
    if not packed.is_file():
        pytest.skip(f"no corpus at {packed}")
    folder = tmp_path_factory.mktemp("risk")
    with tarfile.open(packed) as archive:
        archive.extractall(folder, filter="tar")
    cases = risk_corpus.cases(shared_data / "corpora")
    return [(case, risk_corpus.look(folder / case.path)) for case in cases]


def of(answers: Answers, expected: str) -> Answers:
    return [
        (case, answer)
        for case, answer in answers
        if case.expected == expected and risk_corpus.scope_of(case) == "other formats"
    ]


def test_malicious_cases_are_found(answers: Answers) -> None:
    cases = of(answers, "malicious")
    missed = [case.path for case, answer in cases if answer.danger is not Danger.MALICIOUS]
    assert len(cases) > 50
    assert len(missed) <= 0.05 * len(cases), missed


def test_benign_cases_raise_no_alarm(answers: Answers) -> None:
    cases = of(answers, "benign")
    alarms = [case.path for case, answer in cases if answer.danger is Danger.MALICIOUS]
    assert len(cases) > 100
    assert len(alarms) <= 0.01 * len(cases), alarms


def test_no_malicious_case_leaves_a_pipeline_green(answers: Answers) -> None:
    assert [case.path for case, answer in of(answers, "malicious") if answer.status == 0] == []
