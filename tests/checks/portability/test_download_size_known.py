from __future__ import annotations

from weighbridge.checks.portability.download_size_known import download_size_known
from weighbridge.facts.manifest import Manifest
from weighbridge.model import RepoFile, State


def files(*paths: str) -> Manifest:
    return Manifest(tuple(RepoFile(path, 10) for path in sorted(paths)))


def test_no_weights_no_question() -> None:
    assert download_size_known.function(files("README.md")).state is State.NOT_APPLICABLE


def test_a_listing_without_sizes_is_unknown() -> None:
    assert download_size_known.function(Manifest((RepoFile("a.bin", 3), RepoFile("b.bin")))).state is State.UNKNOWN


def test_sizes_are_added_up() -> None:
    outcome = download_size_known.function(files("a.safetensors", "b.safetensors"))
    assert outcome.state is State.VERIFIED
    assert "20 bytes" in outcome.message
