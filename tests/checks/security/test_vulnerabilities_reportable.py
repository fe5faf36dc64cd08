from __future__ import annotations

from tests.checks.cards import card
from weighbridge.checks.security.vulnerabilities_reportable import vulnerabilities_reportable
from weighbridge.facts.manifest import Manifest
from weighbridge.model import RepoFile, State

NONE = Manifest((RepoFile("README.md"),))


def test_silence_is_missing() -> None:
    assert vulnerabilities_reportable.function(NONE, None).state is State.MISSING
    assert vulnerabilities_reportable.function(NONE, card("# A model\n")).state is State.MISSING


def test_a_phrase_is_a_claim_with_its_line() -> None:
    outcome = vulnerabilities_reportable.function(NONE, card("# A model\n\nReport a vulnerability to a@b.org.\n"))
    assert outcome.state is State.CLAIMED
    assert outcome.evidence[0].where is not None
    assert outcome.evidence[0].where.line == 3


def test_a_policy_verifies() -> None:
    assert vulnerabilities_reportable.function(Manifest((RepoFile("SECURITY.md"),)), None).state is State.VERIFIED
