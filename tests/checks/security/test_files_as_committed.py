from __future__ import annotations

import pytest

from weighbridge.checks.security.files_as_committed import files_as_committed
from weighbridge.facts.checkout import Checkout
from weighbridge.model import Severity, State


def test_without_a_clone_there_is_no_question() -> None:
    assert files_as_committed.function(Checkout()).state is State.NOT_APPLICABLE


def test_agreement_is_verified_and_absence_told() -> None:
    outcome = files_as_committed.function(Checkout(True, 3, missing=("a",)))
    assert outcome.state is State.VERIFIED
    assert "1 are not there" in outcome.message


@pytest.mark.parametrize(
    ("checkout", "severity"),
    [
        (Checkout(True, 1, changed=("model.safetensors",)), None),
        (Checkout(True, 1, added=("modeling.py",)), None),
        (Checkout(True, 1, changed=("README.md",)), Severity.LOW),
        (Checkout(True, 1, added=("notes.txt",), unread=("a",)), Severity.LOW),
    ],
)
def test_differences_contradict_by_what_loading_uses(checkout: Checkout, severity: Severity | None) -> None:
    outcome = files_as_committed.function(checkout)
    assert (outcome.state, outcome.severity) == (State.CONTRADICTED, severity)


def test_what_could_not_be_compared_is_open() -> None:
    assert files_as_committed.function(Checkout(True, 1, unread=("a",))).state is State.UNKNOWN
