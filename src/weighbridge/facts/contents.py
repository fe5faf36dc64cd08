"""What reading every byte tells: hashes, and what the tensors' values look like."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor

import msgspec

from weighbridge.errors import SourceError
from weighbridge.facts.engine import Facts
from weighbridge.facts.manifest import Manifest
from weighbridge.facts.signing import SIGNATURE_NAMES
from weighbridge.model import ByteSource, RepoFile, Skip
from weighbridge.sources.repository import Repository

BLOCK = 4 * 1024 * 1024
# hashlib releases the interpreter's lock, so two files are hashed side by side.
THREADS = 2

# What OpenSSF Model Signing 1.0 leaves out of a model's digest.
_NOT_SIGNED = frozenset({".git", ".github", ".gitignore", ".gitattributes"})
_SIGNATURES = frozenset(SIGNATURE_NAMES)


class FileHash(msgspec.Struct, frozen=True):
    """A file's measured SHA-256 beside the registry's, which is empty where the registry gives none."""

    path: str
    size: int
    sha256: str
    expected: str = ""


class Contents(msgspec.Struct, frozen=True):
    """Every file, hashed.

    `root` is the OpenSSF Model Signing root digest over all files in the order of their names, without git's own files
    and the signature; it is empty when a file could not be read, since it would be that of another model.
    """

    hashes: tuple[FileHash, ...] = ()
    skipped: tuple[Skip, ...] = ()
    root: str = ""


def read_contents(facts: Facts) -> Contents:
    """Hash every file of the repository. Raises `Unreadable` without a listing."""
    files = facts.need(Manifest).files
    with ThreadPoolExecutor(THREADS) as pool:
        results = list(pool.map(lambda file: _hash(facts.repository, file), files))
    hashes = tuple(result for result in results if isinstance(result, FileHash))
    skipped = tuple(result for result in results if isinstance(result, Skip))
    return Contents(hashes, skipped, "" if skipped else root_digest(hashes))


def _hash(repository: Repository, file: RepoFile) -> FileHash | Skip:
    if file.linked_to is not None:
        return Skip(file.path, f"links out of the repository, to {file.linked_to}")
    if file.is_pointer:  # the hash listed is that of the file which it stands for
        return Skip(file.path, "a Git LFS pointer, not the file itself")
    try:
        source = repository.open(file.path)
        return FileHash(file.path, source.size, sha256_of(source), (file.sha256 or "").lower())
    except SourceError as error:
        return Skip(file.path, error.message)


def sha256_of(source: ByteSource) -> str:
    """Return the hex SHA-256 of all bytes, read in blocks. Raises `SourceError` when the file ends early."""
    digest = hashlib.sha256()
    offset = 0
    while offset < source.size:
        data = source.read_at(offset, min(BLOCK, source.size - offset))
        if not data:
            raise SourceError(f"{source.path} ended at {offset:,} of {source.size:,} bytes")
        digest.update(data)
        offset += len(data)
    return digest.hexdigest()


def root_digest(hashes: tuple[FileHash, ...]) -> str:
    """Return the OpenSSF Model Signing root digest: SHA-256 over the raw digests in the order of the names."""
    signed = sorted((h.path, h.sha256) for h in hashes if _is_signed(h.path))
    return hashlib.sha256(b"".join(bytes.fromhex(sha256) for _, sha256 in signed)).hexdigest() if signed else ""


def _is_signed(path: str) -> bool:
    return path.partition("/")[0] not in _NOT_SIGNED and path not in _SIGNATURES
