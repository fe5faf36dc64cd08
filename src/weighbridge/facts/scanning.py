"""The scan of a repository: every file, by the scanners that its content calls for.

On disk every byte that matters is read; over a network only what a few ranges give, and what is left is said to be. Large
folders are scanned by several processes.
"""

from __future__ import annotations

from collections.abc import Sequence

from weighbridge.errors import SourceError
from weighbridge.facts import processes
from weighbridge.facts.engine import Facts
from weighbridge.facts.manifest import Manifest
from weighbridge.facts.scan import FileScan, Scan
from weighbridge.facts.scanners.subject import COSTS, REMOTE_COSTS, Costs, Job, Subject
from weighbridge.facts.scanners.table import dispatch, is_model_by_name, scan_whole
from weighbridge.facts.weights import siblings_of
from weighbridge.model import Depth, Origin, RepoFile
from weighbridge.sources.repository import Repository

# Below this, starting processes costs more than they save.
_PARALLEL_FILES, _PARALLEL_BYTES = 64, 48 * 1024 * 1024
_LOCAL = frozenset({Origin.FOLDER, Origin.FILE, Origin.CACHE})


def read_scan(facts: Facts) -> Scan:
    """Scan every file of the repository. Raises `Unreadable` without a listing."""
    manifest = facts.need(Manifest)
    repository = facts.repository
    is_local = repository.ref.origin in _LOCAL
    costs = COSTS if is_local or facts.depth >= Depth.FULL else REMOTE_COSTS
    files = manifest.files
    if not is_local:
        repository.prefetch([file.path for file in files])

    def scan_one(index: int) -> FileScan:
        return scan_file(repository, manifest, files[index], costs)

    if is_local and _is_much(files):
        return Scan(tuple(processes.spread(scan_one, len(files), FileScan, lambda i, why: _unscanned(files[i], why))))
    return Scan(tuple(scan_one(index) for index in range(len(files))))


def scan_file(repository: Repository, manifest: Manifest, file: RepoFile, costs: Costs = COSTS) -> FileScan:
    """Scan one file. Raises nothing: what cannot be looked at is said in the result."""
    if file.linked_to is not None:
        return _unscanned(file, f"a link out of the repository, to {file.linked_to}")
    try:
        source = repository.open(file.path)
        job = Job(file.path, dispatch, costs)
        scan_whole(Subject(source, job, siblings=siblings_of(repository, manifest, file.path)))
    except SourceError as error:
        return _unscanned(file, error.message)
    return FileScan(file.path, tuple(job.scanners), job.observations, "; ".join(job.reasons), job.kind, job.is_model)


def _unscanned(file: RepoFile, reason: str) -> FileScan:
    return FileScan(file.path, incomplete=reason, is_model=is_model_by_name(file.path))


def _is_much(files: Sequence[RepoFile]) -> bool:
    return len(files) > _PARALLEL_FILES or sum(file.size or 0 for file in files) > _PARALLEL_BYTES
