from __future__ import annotations

import pytest

from weighbridge.checks.security.requirements_from_the_index import requirements_from_the_index
from weighbridge.facts.environment import Environment, Requirement
from weighbridge.facts.requirements import indexes_in
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


@pytest.mark.parametrize(
    "line",
    [
        "--extra-index-url http://evil.example/simple", "-i https://evil.example/simple", "--index-url=https://evil.example/",
        "--find-links https://evil.example/wheels", "      - --extra-index-url http://evil.example", "-i http://pypi.org/simple",
        "--index-url https://pypi.org@evil.example/simple",
    ],
)  # fmt: skip
def test_another_index_is_told(line: str) -> None:
    outcome = requirements_from_the_index.function(Environment(indexes=tuple(indexes_in("a", f"torch\n{line}\n"))))
    assert outcome.state is State.CONTRADICTED
    assert outcome.evidence[0].where is not None
    assert outcome.evidence[0].where.line == 2


@pytest.mark.parametrize(
    "line",
    [
        "--extra-index-url https://download.pytorch.org/whl/cu121",
        "-i https://pypi.org/simple",
        "-r more.txt",
        "# -i http://evil.example",
    ],
)
def test_a_projects_own_index_is_known(line: str) -> None:
    environment = Environment(requirements=(Requirement("torch"),), indexes=tuple(indexes_in("a", line)))
    assert requirements_from_the_index.function(environment).state is State.VERIFIED
