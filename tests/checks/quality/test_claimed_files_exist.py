from __future__ import annotations

from tests.checks.support import figure
from weighbridge.checks.quality.claimed_files_exist import claimed_files_exist
from weighbridge.facts.claims import PerformanceClaims
from weighbridge.facts.manifest import Manifest
from weighbridge.model import RepoFile, State

THERE = Manifest((RepoFile("model.Q4_K_M.gguf"),))


def claims(*names: str) -> PerformanceClaims:
    return PerformanceClaims(others=tuple([figure("6.1", "perplexity", "table", model=name) for name in names]))


def test_a_file_that_is_there() -> None:
    assert claimed_files_exist.function(claims("model.Q4_K_M.gguf"), THERE).state is State.VERIFIED


def test_a_figure_of_a_file_that_is_not_there() -> None:
    outcome = claimed_files_exist.function(claims("model.Q4_K_M.gguf", "`model.Q8_0.gguf`"), THERE)
    assert outcome.state is State.CONTRADICTED
    assert "model.Q8_0.gguf" in outcome.message


def test_names_of_models_are_no_files() -> None:
    assert claimed_files_exist.function(claims("bert-base", "v1.5"), THERE).state is State.NOT_APPLICABLE
