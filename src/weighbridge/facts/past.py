"""Earlier states of a repository, as far as anything still tells of them."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from weighbridge.errors import SourceError
from weighbridge.facts.disclosure import FILE_BYTES, may_disclose
from weighbridge.facts.engine import Facts
from weighbridge.facts.scanners.secrets import secrets_in
from weighbridge.facts.scanners.subject import decode_text
from weighbridge.model import Commit, Evidence, Location, Move, OldFile, Past
from weighbridge.sources.repository import Repository

# A registry's newest commits, against which a clone is held.
_COMMITS = 1000
_SECRETS = 20


class OldSecrets(msgspec.Struct, frozen=True):
    """Secrets in files that past commits had; how many files were read, and how many had to be left out.

    Of a clone that `is_shallow` only the newest commits are there.
    """

    is_clone: bool = False
    secrets: tuple[Evidence, ...] = ()
    files: int = 0
    left_out: int = 0
    is_shallow: bool = False


_NO_CLONE = OldSecrets()


def read_past(facts: Facts) -> Past:
    """Read what is known of earlier states. Raises `SourceError` where the source has no history."""
    past = facts.repository.past()
    return Past(past.release, (*past.moves, *_against_registry(facts)))


def _against_registry(facts: Facts) -> tuple[Move, ...]:
    """Hold a clone's commit against the registry's history of the same model, where somebody may be asked."""
    repository = facts.repository
    commit = repository.ref.commit
    if facts.lookup is None or not repository.is_clone or not repository.upstream or commit is None:
        return ()
    try:
        now = facts.lookup.model(repository.upstream)
        commits = tuple(now.commits(_COMMITS)) if now is not None and now.record is not None else ()
    except SourceError:
        return ()
    return _held(commits, commit, f"{repository.upstream} in the registry") if commits else ()


def _held(commits: tuple[Commit, ...], commit: str, name: str) -> tuple[Move, ...]:
    if commits[0].id == commit:
        return ()
    is_kept = any(entry.id == commit for entry in commits) or (None if len(commits) >= _COMMITS else False)
    return (Move(name, commit, commits[0].id, "this clone", is_kept),)


def read_old_secrets(facts: Facts) -> OldSecrets:
    """Look for secrets in what past commits had. Raises `SourceError` where a clone's history cannot be read."""
    repository = facts.repository
    if not repository.is_clone:
        return _NO_CLONE
    files, left_out = repository.old_files(may_disclose)
    found = [evidence for file in files for evidence in _secrets(file)][:_SECRETS]
    commits = _commits_with(repository, dict.fromkeys(blob for _, blob in found))
    told = tuple(Evidence(f"{evidence.text}, in {commits[blob]}", evidence.where) for evidence, blob in found)
    return OldSecrets(True, told, len(files), left_out, repository.is_shallow)


def _secrets(file: OldFile) -> list[tuple[Evidence, str]]:
    text = decode_text(file.data[:FILE_BYTES])
    return [(Evidence(f"{s.kind}: {s.shown}", Location(file.path, line=s.line)), file.blob) for s in secrets_in(text)]


def _commits_with(repository: Repository, blobs: Iterable[str]) -> dict[str, str]:
    """Return the commit that brought each file; after one that could not be found in time the others are named by themselves."""
    found: dict[str, str] = {}
    is_slow = False
    for blob in blobs:
        try:
            found[blob] = f"the file {blob}" if is_slow else repository.commit_with(blob)
        except SourceError:
            found[blob] = f"the file {blob}"
            is_slow = True
    return found
