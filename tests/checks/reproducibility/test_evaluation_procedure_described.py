from __future__ import annotations

from tests.checks.cards import card
from weighbridge.checks.reproducibility.evaluation_procedure_described import evaluation_procedure_described
from weighbridge.facts.manifest import Manifest
from weighbridge.model import RepoFile, State


def test_silence_is_missing() -> None:
    assert evaluation_procedure_described.function(card("# A model\n\nNice.\n"), Manifest(())).state is State.MISSING


def test_a_section_is_half() -> None:
    outcome = evaluation_procedure_described.function(card("# Evaluation\n\nIt is good.\n"), None)
    assert (outcome.state, outcome.grade) == (State.CLAIMED, 0.5)


def test_a_named_tool_is_a_claim() -> None:
    outcome = evaluation_procedure_described.function(card("Measured with lm-evaluation-harness.\n"), None)
    assert (outcome.state, outcome.grade) == (State.CLAIMED, None)


def test_a_script_verifies() -> None:
    assert (
        evaluation_procedure_described.function(card(""), Manifest((RepoFile("scripts/eval.py"),))).state
        is State.VERIFIED
    )
