from __future__ import annotations

from tests.checks.cards import card
from weighbridge.checks.quality.named_files_exist import named_files_exist
from weighbridge.facts.manifest import Manifest
from weighbridge.model import RepoFile, State

THERE = Manifest((RepoFile("README.md"), RepoFile("scripts/train_script.py")))
CLAIM = "# A model\n\nThe full training script is accessible in this current repository: `train_script.py`.\n"


def test_a_card_that_points_nowhere_claims_nothing() -> None:
    elsewhere = card("# A model\n\nSee `run_glue.py` of transformers.\n")
    assert named_files_exist.function(elsewhere, THERE).state is State.NOT_APPLICABLE


def test_a_file_that_is_there_verifies() -> None:
    assert named_files_exist.function(card(CLAIM), THERE).state is State.VERIFIED


def test_a_file_that_is_not_there_is_named_with_its_line() -> None:
    outcome = named_files_exist.function(card("---\nlicense: mit\n---\n" + CLAIM), Manifest((RepoFile("README.md"),)))
    assert outcome.state is State.CONTRADICTED
    assert "train_script.py" in outcome.message
    assert outcome.claim is not None
    assert outcome.claim.where is not None
    assert outcome.claim.where.line == 6
