from __future__ import annotations

from tests.checks.support import (
    lineage,
    surroundings,
)
from weighbridge.checks.provenance.datasets_exist import datasets_exist
from weighbridge.model import (
    State,
)

NAMED = lineage(datasets=("acme/a", "acme/b"))


def test_all_found() -> None:
    assert (
        datasets_exist.function(NAMED, surroundings(datasets={"acme/a": True, "acme/b": True})).state is State.VERIFIED
    )


def test_one_gone() -> None:
    outcome = datasets_exist.function(NAMED, surroundings(datasets={"acme/a": True, "acme/b": False}))
    assert outcome.state is State.CONTRADICTED
    assert "1 of 2" in outcome.message
    assert "acme/b" in outcome.message


def test_not_asked() -> None:
    assert datasets_exist.function(NAMED, None).state is State.UNKNOWN
    assert (
        datasets_exist.function(NAMED, surroundings(datasets={"acme/a": True, "acme/b": None})).state is State.UNKNOWN
    )


def test_none_named() -> None:
    assert datasets_exist.function(lineage(datasets=("books",)), None).state is State.NOT_APPLICABLE
