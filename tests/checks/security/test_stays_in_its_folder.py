from __future__ import annotations

from weighbridge.checks.security.stays_in_its_folder import stays_in_its_folder
from weighbridge.facts.manifest import Manifest
from weighbridge.model import RepoFile, State


def test_no_link_verifies() -> None:
    assert stays_in_its_folder.function(Manifest((RepoFile("a"),))).state is State.VERIFIED


def test_a_link_is_named_with_its_target() -> None:
    outcome = stays_in_its_folder.function(Manifest((RepoFile("a"), RepoFile("passwd.bin", linked_to="/etc/passwd"))))
    assert outcome.state is State.CONTRADICTED
    assert "passwd.bin" in outcome.message
    assert "/etc/passwd" in outcome.evidence[0].text
