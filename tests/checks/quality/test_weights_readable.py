from __future__ import annotations

from tests.checks.support import (
    manifest,
    sized,
)
from weighbridge.checks.quality.weights_readable import weights_readable
from weighbridge.facts.manifest import Manifest
from weighbridge.facts.weights import Weights
from weighbridge.model import (
    Depth,
    Problem,
    RepoFile,
    Severity,
    Skip,
    State,
)

FILES = manifest("model.safetensors")


def test_whole_files() -> None:
    assert weights_readable.function(FILES, sized(10)).state is State.VERIFIED


def test_empty_files_and_pointers_are_told_without_opening_them() -> None:
    empty = weights_readable.function(manifest("model.safetensors", size=0), None)
    assert (empty.state, empty.severity) == (State.CONTRADICTED, None)
    assert "empty" in empty.message
    pointer = weights_readable.function(Manifest([RepoFile("model.bin", 134, is_pointer=True)]), None)
    assert "Git LFS pointer" in pointer.message


def test_cut_and_damaged_files() -> None:
    cut = weights_readable.function(FILES, sized(10, problems=(Problem("the file is cut off: needs 473 bytes"),)))
    assert (cut.state, cut.severity) == (State.CONTRADICTED, None)
    skip = Skip("model.safetensors", "model.safetensors announces a header of 99 bytes, but 2 remain")
    damaged = weights_readable.function(FILES, Weights(skipped=(skip,), damaged=(skip,)))
    assert (damaged.state, damaged.severity) == (State.CONTRADICTED, Severity.MEDIUM)
    assert "1 of 1 weight files is not" in damaged.message
    odd = weights_readable.function(FILES, sized(10, problems=(Problem("bytes behind the last tensor"),)))
    assert odd.severity is Severity.LOW


def test_what_could_not_be_looked_at_is_unknown() -> None:
    unread = weights_readable.function(FILES, None)
    skipped = weights_readable.function(
        FILES, Weights(skipped=(Skip("model.safetensors", "the registry did not answer"),))
    )
    assert (unread.state, unread.severity, unread.depth) == (State.UNKNOWN, Severity.MEDIUM, Depth.HEADERS)
    assert (skipped.state, skipped.severity) == (State.UNKNOWN, Severity.MEDIUM)


def test_no_weights() -> None:
    assert weights_readable.function(manifest("README.md"), None).state is State.NOT_APPLICABLE
