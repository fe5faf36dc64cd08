"""The page of threats names checks that exist, and leaves out none of security."""

from __future__ import annotations

from docs.fragments import stride
from docs.threats import BEYOND, TABLE_IV, Threat
from weighbridge.checks import security
from weighbridge.checks.catalogue import CHECKS

NAMED = {code for row in (*TABLE_IV, *BEYOND) for code in row.codes}


def test_every_check_named_exists() -> None:
    assert {check.code for check in CHECKS} >= NAMED


def test_every_check_of_security_answers_a_threat() -> None:
    assert not {check.code for check in security.CHECKS} - NAMED


def test_every_row_of_the_table_has_checks_and_says_what_they_cannot_tell() -> None:
    assert len(TABLE_IV) == 6
    assert all(row.codes and row.blind for row in (*TABLE_IV, *BEYOND))


def test_every_threat_has_its_section() -> None:
    text = stride()
    assert not [threat for threat in Threat if f"### {threat.value}\n" not in text]
