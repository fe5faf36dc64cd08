from __future__ import annotations

from tests.checks.cards import card
from weighbridge.checks.portability.fine_tuning_instructions import fine_tuning_instructions
from weighbridge.facts.training import Training
from weighbridge.model import State


def test_silence_is_missing() -> None:
    assert fine_tuning_instructions.function(None, Training()).state is State.MISSING
    assert (
        fine_tuning_instructions.function(card("# A model\n"), Training(scripts=("train.py",))).state is State.MISSING
    )


def test_a_section_is_a_claim() -> None:
    assert fine_tuning_instructions.function(card("# Fine-tuning\n\nLike this.\n"), Training()).state is State.CLAIMED


def test_a_script_verifies() -> None:
    assert fine_tuning_instructions.function(None, Training(scripts=("finetune.py",))).state is State.VERIFIED
