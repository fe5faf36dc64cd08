from __future__ import annotations

from tests.checks.cards import card
from weighbridge.checks.portability.dependencies_named import dependencies_named
from weighbridge.facts.environment import Environment
from weighbridge.facts.metadata import Metadata
from weighbridge.facts.registry import Registry
from weighbridge.model import State


def test_silence_is_missing() -> None:
    assert dependencies_named.function(None, None, None, None).state is State.MISSING
    assert (
        dependencies_named.function(Environment(), Metadata(), card("# A model\n"), Registry()).state is State.MISSING
    )


def test_the_library_is_half() -> None:
    outcome = dependencies_named.function(None, Metadata({"library_name": "timm"}), None, None)
    assert (outcome.state, outcome.grade) == (State.CLAIMED, 0.5)
    assert dependencies_named.function(None, None, None, Registry(library="timm")).state is State.CLAIMED


def test_an_install_command_is_a_claim() -> None:
    outcome = dependencies_named.function(None, None, card("Run `pip install timm` first.\n"), None)
    assert (outcome.state, outcome.grade) == (State.CLAIMED, None)


def test_a_file_verifies() -> None:
    assert (
        dependencies_named.function(Environment(files=("requirements.txt",)), None, None, None).state is State.VERIFIED
    )
