"""The scan of a repository: every file, by the scanners that its content calls for.

On disk every byte that matters is read, by copies of this process, one for each processor: a file that brings its reader down
costs its own answer alone. Over a network only what a few ranges give is read, and what is left is said to be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from weighbridge.errors import SourceError
from weighbridge.facts import processes
from weighbridge.facts.engine import Facts
from weighbridge.facts.manifest import Manifest
from weighbridge.facts.scan import FileScan, Scan
from weighbridge.facts.scanners.subject import COSTS, REMOTE_COSTS, Costs, Job, Subject
from weighbridge.facts.scanners.table import dispatch, is_model_by_name, scan_whole
from weighbridge.facts.weights import siblings_of
from weighbridge.formats.binary import Siblings
from weighbridge.model import ByteSource, Depth, Origin, RepoFile
from weighbridge.sources.local import LocalFile
from weighbridge.sources.repository import Repository

if TYPE_CHECKING:
    from weighbridge.facts.scan_cache import ScanCache

_LOCAL = frozenset({Origin.FOLDER, Origin.FILE, Origin.CACHE})


def read_scan(facts: Facts, cache: ScanCache | None = None) -> Scan:
    """Scan every file of the repository. Raises `Unreadable` without a listing."""
    manifest = facts.need(Manifest)
    repository = facts.repository
    is_local = repository.ref.origin in _LOCAL
    costs = COSTS if is_local or facts.depth >= Depth.FULL else REMOTE_COSTS
    files = manifest.files
    if not is_local:
        repository.prefetch([file.path for file in files])

    def scan_one(index: int) -> FileScan:
        return scan_file(repository, manifest, files[index], costs, cache)

    if not repository.is_on_disk:
        return Scan(tuple(scan_one(index) for index in range(len(files))))
    found = processes.spread(scan_one, len(files), FileScan, lambda i, why: _unscanned(files[i], why))
    if cache is not None:
        cache.shrink()
    return Scan(tuple(found))


def scan_file(
    repository: Repository, manifest: Manifest, file: RepoFile, costs: Costs = COSTS, cache: ScanCache | None = None
) -> FileScan:
    """Scan one file. Raises nothing: what cannot be looked at is said in the result."""
    if file.linked_to is not None:
        return _unscanned(file, f"a link out of the repository, to {file.linked_to}")
    try:
        source = repository.open(file.path)
        siblings = siblings_of(repository, manifest, file.path)
        if cache is not None and isinstance(source, LocalFile):
            return cache.answer(source, costs, lambda asked: _scan(source, costs, asked), siblings)
        return _scan(source, costs, siblings)
    except SourceError as error:
        return _unscanned(file, error.message)


def _scan(source: ByteSource, costs: Costs, siblings: Siblings) -> FileScan:
    job = Job(source.path, dispatch, costs)
    scan_whole(Subject(source, job, siblings=siblings))
    return FileScan(source.path, tuple(job.scanners), job.observations, "; ".join(job.reasons), job.kind, job.is_model)


def _unscanned(file: RepoFile, reason: str) -> FileScan:
    return FileScan(file.path, incomplete=reason, is_model=is_model_by_name(file.path))
