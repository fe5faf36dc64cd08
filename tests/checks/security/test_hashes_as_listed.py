from __future__ import annotations

from weighbridge.checks.security.hashes_as_listed import hashes_as_listed
from weighbridge.facts.contents import Contents, FileHash
from weighbridge.facts.manifest import Manifest
from weighbridge.model import Depth, RepoFile, State

LISTED = Manifest((RepoFile("model.safetensors", 3, sha256="a" * 64),))


def test_nothing_listed_no_question() -> None:
    assert hashes_as_listed.function(Manifest((RepoFile("README.md", 3),)), None).state is State.NOT_APPLICABLE


def test_unmeasured_hashes_are_the_registrys_claim() -> None:
    outcome = hashes_as_listed.function(LISTED, None)
    assert (outcome.state, outcome.depth) == (State.CLAIMED, Depth.FULL)


def test_agreement_verifies() -> None:
    contents = Contents((FileHash("model.safetensors", 3, "a" * 64, "a" * 64), FileHash("README.md", 3, "c" * 64)))
    assert hashes_as_listed.function(LISTED, contents).state is State.VERIFIED


def test_a_difference_names_both_hashes() -> None:
    outcome = hashes_as_listed.function(LISTED, Contents((FileHash("model.safetensors", 3, "b" * 64, "a" * 64),)))
    assert outcome.state is State.CONTRADICTED
    assert "b" * 64 in outcome.evidence[0].text
    assert outcome.claim is not None
    assert "a" * 64 in outcome.claim.text
