"""The lock file: every model that a project uses, held to a commit, with its files' hashes, its licence and our verdict.

Making it asks the registry, or the local cache; checking it asks nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from weighbridge.errors import SourceError, UsageError
from weighbridge.facts.checkout import blob_id
from weighbridge.facts.contents import sha256_of
from weighbridge.model import RepoFile
from weighbridge.sources.cache import open_cached
from weighbridge.sources.options import SourceOptions
from weighbridge.sources.repository import Repository
from weighbridge.uses.use import Pin, Place, Report, Use

SCHEMA = "weighbridge/lock/1.0"
NAME = "weighbridge.lock"
_HUB = "huggingface"
_BYTES = 256 * 1024 * 1024


class LockedFile(msgspec.Struct, frozen=True, omit_defaults=True):
    """A file at the locked commit: the registry's SHA-256 of a large file, git's hash of a small one."""

    path: str
    size: int | None = None
    sha256: str = ""
    git: str = ""


class LockedModel(msgspec.Struct, frozen=True, omit_defaults=True):
    """A model at one commit; `revision` is what the code asks for, `verdict` what a scan said of its files."""

    model: str
    commit: str
    revision: str = ""
    licence: str = ""
    verdict: str = ""
    files: tuple[LockedFile, ...] = ()


class Elsewhere(msgspec.Struct, frozen=True, omit_defaults=True):
    """A model of a registry that has no commits to hold to: only its name is locked."""

    model: str
    registry: str
    revision: str = ""


class Lock(msgspec.Struct, frozen=True, omit_defaults=True):
    """A lock file; both lists are sorted."""

    schema: str = SCHEMA
    models: tuple[LockedModel, ...] = ()
    elsewhere: tuple[Elsewhere, ...] = ()


class Weighed(msgspec.Struct, frozen=True):
    """What an audit says of a model, as far as a lock keeps it."""

    licence: str
    verdict: str


class Failure(msgspec.Struct, frozen=True):
    """A model that could not be locked, and why."""

    model: str
    reason: str


class Drift(msgspec.Struct, frozen=True):
    """A difference between a project and its lock: its kind, what it is about, and where it stands."""

    kind: str
    model: str
    message: str
    place: Place | None = None


def make_lock(
    report: Report,
    opened: Callable[[str, str], Repository],
    weighed: Callable[[Repository], Weighed],
    progress: Callable[[int, int, str], None] | None = None,
) -> tuple[Lock, list[Failure]]:
    """Return the lock of the models that a project uses, and those that could not be resolved."""
    wanted = sorted({(use.model, use.revision) for use in report.uses if use.registry == _HUB})
    models, failures = [], []
    for done, (model, revision) in enumerate(wanted):
        if progress is not None:
            progress(done, len(wanted), model)
        try:
            models.append(_locked(opened(model, revision), revision, weighed))
        except (SourceError, UsageError) as error:
            failures.append(Failure(model, error.message))
    others = {(use.model, use.registry, use.revision) for use in report.uses if use.registry != _HUB}
    return Lock(models=tuple(models), elsewhere=tuple(Elsewhere(*other) for other in sorted(others))), failures


def _locked(repository: Repository, revision: str, weighed: Callable[[Repository], Weighed]) -> LockedModel:
    commit = repository.ref.commit
    if commit is None:
        raise SourceError(f"{repository.ref} has no commit to hold to")
    said = weighed(repository)
    files = tuple(sorted((_file(file) for file in repository.files or ()), key=lambda file: file.path))
    return LockedModel(repository.ref.name, commit, revision, said.licence, said.verdict, files)


def _file(file: RepoFile) -> LockedFile:
    return LockedFile(file.path, file.size, file.sha256 or "", "" if file.sha256 else file.blob_id or "")


def write_lock(lock: Lock) -> str:
    """Return a lock as text: one line a field, so that a change shows in a review."""
    return msgspec.json.format(msgspec.json.encode(lock), indent=2).decode() + "\n"


def read_lock(path: Path) -> Lock:
    """Return the lock that a file holds. Raises `UsageError` where it holds none."""
    hint = "Make one with `weighbridge lock`."
    try:
        if path.stat().st_size > _BYTES:
            raise UsageError(f"{path} is larger than {_BYTES:,} bytes", hint=hint)
        lock = msgspec.json.decode(path.read_bytes(), type=Lock)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}", hint=hint) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"{path} is no lock file: {str(error)[:200]}", hint=hint) from None
    if lock.schema != SCHEMA:
        raise UsageError(f"{path} is of the schema {lock.schema[:60]!r}; this version reads {SCHEMA}", hint=hint)
    return lock


def drifts(report: Report, lock: Lock) -> list[Drift]:
    """Return where a project's code and its lock differ."""
    found = [drift for use in report.uses if (drift := _drift(use, lock)) is not None]
    return sorted(found, key=lambda drift: (drift.place or Place(""), drift.model, drift.kind))


def unused(report: Report, lock: Lock) -> list[str]:
    """Return the models that are locked and no longer used."""
    used = {use.model for use in report.uses}
    locked = {held.model for held in lock.models} | {held.model for held in lock.elsewhere}
    return sorted(locked - used)


def _drift(use: Use, lock: Lock) -> Drift | None:
    if use.registry != _HUB:
        known = any((held.model, held.registry) == (use.model, use.registry) for held in lock.elsewhere)
        same = Elsewhere(use.model, use.registry, use.revision) in lock.elsewhere
        if same:
            return None
        message = "another revision than the locked one" if known else f"used from {use.registry}, and not locked"
        return Drift("unlocked", use.model, message, use.place)
    held = [locked for locked in lock.models if locked.model == use.model]
    if not held:
        return Drift("unlocked", use.model, "used, and not locked", use.place)
    commits = sorted({locked.commit for locked in held})
    if use.pin is Pin.COMMIT:
        if use.revision in commits:
            return None
        message = f"pinned to {use.revision[:12]}, locked at {', '.join(commit[:12] for commit in commits)}"
        return Drift("another commit", use.model, message, use.place)
    asked = {Pin.NONE: "no revision", Pin.UNKNOWN: "a revision that only the run tells"}.get(
        use.pin, f"revision {use.revision}"
    )
    return Drift("unpinned", use.model, f'loads {asked}; write revision="{commits[0]}"', use.place)


def changed_files(lock: Lock, options: SourceOptions) -> tuple[list[Drift], int]:
    """Hash what the local cache holds of the locked commits; return what differs, and how many files were compared."""
    found: list[Drift] = []
    compared = 0
    for locked in lock.models:
        try:
            repository = open_cached(locked.model, locked.commit, options)
        except SourceError:
            continue
        held = {file.path: file for file in repository.files}
        for file in locked.files:
            if file.path in held and (file.sha256 or file.git):
                compared += 1
                found += _compared(repository, file, locked)
        known = {file.path for file in locked.files}
        extra = sorted(set(held) - known) if known else []
        found += [Drift("file", locked.model, f"{path} in the cache is not in the locked commit") for path in extra]
    return found, compared


def _compared(repository: Repository, file: LockedFile, locked: LockedModel) -> Iterable[Drift]:
    try:
        with_hash = sha256_of(repository.open(file.path)) if file.sha256 else blob_id(repository.open(file.path))
    except SourceError as error:
        return [Drift("file", locked.model, f"{file.path} in the cache cannot be read: {error.message}")]
    wanted = file.sha256 or file.git
    if with_hash == wanted:
        return []
    return [
        Drift("file", locked.model, f"{file.path} in the cache has the hash {with_hash[:12]}, locked is {wanted[:12]}")
    ]
