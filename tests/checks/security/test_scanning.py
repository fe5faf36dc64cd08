"""What all checks of scans have in common: clean, absent, unread; one finding a cause, with a count."""

from __future__ import annotations

import pytest

from tests.checks.security.scans import judged, observed
from weighbridge.checks.contract import Check
from weighbridge.checks.security import SCANNING
from weighbridge.checks.security.judging import MALICIOUS, REVIEW, judge
from weighbridge.checks.security.templates_stay_in_the_sandbox import templates_stay_in_the_sandbox as templates
from weighbridge.facts.scan import FileScan, Scan
from weighbridge.facts.scanners.table import TABLE
from weighbridge.model import State

OF_SCANS = [check for check in SCANNING if any(kind is Scan for kind, _ in check.needs.values())]
ALL = tuple(row.module for row in TABLE)


@pytest.mark.parametrize("check", OF_SCANS, ids=lambda check: check.code)
def test_nothing_found_is_verified(check: Check) -> None:
    assert {outcome.state for outcome in judged(check, scanners=ALL)} <= {State.VERIFIED, State.NOT_APPLICABLE}


@pytest.mark.parametrize("check", OF_SCANS, ids=lambda check: check.code)
def test_what_was_not_read_is_never_verified(check: Check) -> None:
    found = judged(check, scanners=ALL, incomplete="it is broken")
    assert State.VERIFIED not in {outcome.state for outcome in found}


@pytest.mark.parametrize("check", OF_SCANS, ids=lambda check: check.code)
def test_an_empty_scan_is_no_contradiction(check: Check) -> None:
    result = check.function(Scan())
    outcomes = [result] if not isinstance(result, list | tuple) else result
    assert {outcome.state for outcome in outcomes} <= {State.VERIFIED, State.NOT_APPLICABLE}


def test_one_finding_a_cause_with_a_count() -> None:
    first, second = judged(
        templates,
        observed("template.dunder", "__class__", count=3),
        observed("template.dunder", "__class__", path="model.bin", count=4),
        observed("template.computed", "subscript"),
    )
    assert (first.severity, second.severity) == (MALICIOUS, REVIEW)
    assert "7 times" in first.message
    assert first.subject == second.subject == "model.bin"


def test_of_very_many_causes_only_the_gravest_are_told() -> None:
    found = judged(templates, *(observed("template.dunder", f"__{number}__") for number in range(50)))
    assert len(found) == 20
    assert "30 more causes" in found[-1].message


def test_a_finding_stands_beside_what_was_not_read() -> None:
    found = judged(templates, observed("template.dunder", "__class__"), incomplete="it is broken")
    assert [outcome.state for outcome in found] == [State.CONTRADICTED]


def test_only_whole_files_count_as_clean() -> None:
    scan = Scan((FileScan("a", ("x",)), FileScan("b", ("x",), incomplete="broken"), FileScan("c", ("y",))))
    (outcome,) = judge(scan, scanners=["x"], kinds=("x.",), level=lambda _: None, remedy="", clean="Clean.")
    assert outcome.message == "Clean. (1 file looked at)"
