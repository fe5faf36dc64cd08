from __future__ import annotations

from weighbridge.checks.reproducibility.training_script_shipped import training_script_shipped
from weighbridge.facts.lineage import Lineage
from weighbridge.facts.training import Training
from weighbridge.model import State


def test_nothing_is_missing() -> None:
    assert training_script_shipped.function(Training(), None).state is State.MISSING


def test_a_link_is_a_claim() -> None:
    outcome = training_script_shipped.function(Training(), Lineage(repositories=("https://github.com/acme/train",)))
    assert outcome.state is State.CLAIMED
    assert "github.com/acme/train" in outcome.message


def test_a_script_verifies() -> None:
    assert training_script_shipped.function(Training(scripts=("train.py",)), None).state is State.VERIFIED
