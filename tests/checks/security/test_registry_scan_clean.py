from __future__ import annotations

from weighbridge.checks.security.registry_scan_clean import registry_scan_clean
from weighbridge.facts.registry import Registry
from weighbridge.model import State


def test_no_registry_no_question() -> None:
    assert registry_scan_clean.function(None).state is State.NOT_APPLICABLE
    assert registry_scan_clean.function(Registry()).state is State.NOT_APPLICABLE


def test_an_unfinished_scan_is_unknown() -> None:
    assert registry_scan_clean.function(Registry(scans_done=False)).state is State.UNKNOWN


def test_a_finished_scan_verifies() -> None:
    assert registry_scan_clean.function(Registry(scans_done=True)).state is State.VERIFIED


def test_flagged_files_are_named_even_before_the_scan_ends() -> None:
    outcome = registry_scan_clean.function(Registry(scans_done=False, flagged_files=("pytorch_model.bin",)))
    assert outcome.state is State.CONTRADICTED
    assert "pytorch_model.bin" in outcome.message
