"""What reading every byte tells: hashes, and what the tensors' values look like."""

from __future__ import annotations

import msgspec

from weighbridge.model import Skip


class FileHash(msgspec.Struct, frozen=True):
    """A file's measured SHA-256 beside the registry's, which is empty where the registry gives none."""

    path: str
    size: int
    sha256: str
    expected: str = ""


class Contents(msgspec.Struct, frozen=True):
    """Every file, hashed. `root` is the OpenSSF Model Signing root digest over all files in the order of their names."""

    hashes: tuple[FileHash, ...] = ()
    skipped: tuple[Skip, ...] = ()
    root: str = ""
