from __future__ import annotations

import pytest

from weighbridge.checks.security.requirements_from_the_index import requirements_from_the_index
from weighbridge.facts.environment import Environment, Requirement
from weighbridge.model import Severity, State


def needs(*urls: str) -> Environment:
    return Environment(requirements=tuple(Requirement("tools", url=url) for url in urls))


def test_no_requirements_no_question() -> None:
    assert requirements_from_the_index.function(Environment()).state is State.NOT_APPLICABLE


def test_the_index_verifies() -> None:
    assert requirements_from_the_index.function(needs("", "")).state is State.VERIFIED


@pytest.mark.parametrize(
    ("url", "severity"),
    [
        ("git+https://github.com/acme/tools", Severity.MEDIUM),
        ("git+https://github.com/acme/tools@main", Severity.MEDIUM),
        (f"git+https://github.com/acme/tools@{'a' * 40}#egg=tools", Severity.INFO),
    ],
)
def test_elsewhere_is_told_the_softer_the_more_it_is_fixed(url: str, severity: Severity) -> None:
    outcome = requirements_from_the_index.function(needs("", url))
    assert (outcome.state, outcome.severity) == (State.CONTRADICTED, severity)
    assert url in outcome.message
