"""The tensor inventory over all weight files."""

from __future__ import annotations

import msgspec

from weighbridge.errors import FormatError, LimitExceeded, SourceError
from weighbridge.facts.engine import Facts
from weighbridge.facts.manifest import Manifest
from weighbridge.facts.selection import choose
from weighbridge.facts.shards import INDEX_LIMIT, Shards, inside, read_shards
from weighbridge.formats.binary import Siblings
from weighbridge.formats.catalogue import inspect
from weighbridge.model import ByteSource, Inspection, RepoFile, Skip
from weighbridge.sources.repository import Repository

__all__ = ["Shards", "Weights", "read_weights"]

# A repository of more weight files is a heap of checkpoints; the rest is listed as skipped.
FILE_LIMIT = 2000


class Weights(msgspec.Struct, frozen=True):
    """What all weight files hold.

    `inspections` has one entry a file, sorted by path; `model` are the inspections that together make up the model once
    (one format, all its shards), chosen in the order of preference safetensors, PyTorch, GGUF, ONNX, others; the rest
    are copies in other formats or other parts. `skipped` are files that could not be inspected; those of them whose
    content is not what its format demands are in `damaged` as well.
    """

    inspections: tuple[Inspection, ...] = ()
    model: tuple[Inspection, ...] = ()
    shards: tuple[Shards, ...] = ()
    skipped: tuple[Skip, ...] = ()
    damaged: tuple[Skip, ...] = ()

    @property
    def parameters(self) -> int | None:
        """Parameters of the model, None when no inventory could be made."""
        counted = [i.parameters for i in self.model if i.parameters]
        return sum(counted) if counted else None

    @property
    def dtypes(self) -> dict[str, int]:
        """Elements per dtype in the model, most frequent first."""
        counts: dict[str, int] = {}
        for inspection in self.model:
            for dtype, count in inspection.dtypes.items():
                counts[dtype] = counts.get(dtype, 0) + count
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def read_weights(facts: Facts) -> Weights:
    """Inspect every weight file and choose those that make up the model. Raises `Unreadable` without a listing."""
    manifest = facts.need(Manifest)
    files = manifest.weights or manifest.archives
    skipped: list[Skip] = []
    if len(files) > FILE_LIMIT:
        skipped.append(
            Skip(files[FILE_LIMIT].path, f"{len(files) - FILE_LIMIT:,} weight files beyond the limit of {FILE_LIMIT:,}")
        )
    facts.repository.prefetch([file.path for file in files[:FILE_LIMIT]])
    damaged: list[Skip] = []
    found = [_inspect(facts.repository, manifest, file, skipped, damaged) for file in files[:FILE_LIMIT]]
    inspections = tuple(inspection for inspection in found if inspection is not None)
    shards = _shards(facts.repository, manifest, inspections, skipped)
    return Weights(inspections, choose(inspections, manifest), shards, tuple(skipped), tuple(damaged))


def _inspect(
    repository: Repository, manifest: Manifest, file: RepoFile, skipped: list[Skip], damaged: list[Skip]
) -> Inspection | None:
    if file.linked_to is not None:
        skipped.append(Skip(file.path, f"links out of the repository, to {file.linked_to}"))
        return None
    try:
        return inspect(repository.open(file.path), siblings_of(repository, manifest, file.path))
    except (FormatError, SourceError) as error:
        skipped.append(Skip(file.path, error.message))
        if isinstance(error, FormatError) and not isinstance(error, LimitExceeded):
            damaged.append(skipped[-1])
    except (RecursionError, MemoryError) as error:
        skipped.append(Skip(file.path, f"needs more than this machine's limits: {type(error).__name__}"))
    return None


def siblings_of(repository: Repository, manifest: Manifest, base: str) -> Siblings:
    """Return how a reader reaches the other files of the repository, and nothing outside it."""

    def sibling(target: str) -> ByteSource | None:
        path = inside(base, target)
        listed = manifest.by_path.get(path) if path is not None else None
        return repository.open(listed.path) if listed is not None and listed.linked_to is None else None

    return sibling


def _shards(
    repository: Repository, manifest: Manifest, inspections: tuple[Inspection, ...], skipped: list[Skip]
) -> tuple[Shards, ...]:
    by_path = {inspection.path: inspection for inspection in inspections}
    found = []
    for file in manifest.shard_indices[:FILE_LIMIT]:
        try:
            data = repository.read(file.path, INDEX_LIMIT)
            found.append(read_shards(file.path, data, manifest.by_path, by_path))
        except (FormatError, SourceError) as error:
            skipped.append(Skip(file.path, error.message))
    return tuple(found)
