"""QU025: tests come along."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.manifest import Manifest
from weighbridge.model import (
    Attribute,
    Evidence,
    Factor,
    Location,
    Outcome,
    Severity,
    missing,
    verified,
)
from weighbridge.model.units import plural

_MISSING = missing(
    "There are no tests.", remedy="Ship a test that loads the model and checks its output on a known input."
)


@check(code="QU025", attribute=Attribute.QUALITY, factor=Factor.TESTS_AND_EVALUATIONS, severity=Severity.LOW)
def tests_shipped(manifest: Manifest) -> Outcome:
    """Tests come along.

    What it asks: whether the repository holds test code, or inputs with their expected outputs.
    Why it matters: a test tells within seconds whether a conversion or an upgrade has broken the model.
    Evidence: files in test folders or named as tests.
    Remedy: ship a test that loads the model and checks its output on a known input.
    Limits: the tests are found by their names and not run.
    Source: Jiang et al., ICSE 2023, Table I: tests and evaluations.
    """
    held = manifest.tests
    if not held:
        return _MISSING
    return verified(
        f"{plural(len(held), 'test file')}, for example {held[0].path}.", Evidence(held[0].path, Location(held[0].path))
    )
