"""The tensor inventory over all weight files."""

from __future__ import annotations

import msgspec

from weighbridge.model import Inspection, Skip


class Shards(msgspec.Struct, frozen=True):
    """A shard index: which file holds which tensor, and how it compares with the shards that are there.

    `missing_files` are named and absent, `outside` point out of the repository, `missing_tensors` are in the index
    and in no shard, `extra_tensors` the other way round (both cut to 20 names), `total_size` the bytes the index
    states.
    """

    path: str
    files: tuple[str, ...]
    tensors: int
    total_size: int | None = None
    missing_files: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    missing_tensors: tuple[str, ...] = ()
    extra_tensors: tuple[str, ...] = ()


class Weights(msgspec.Struct, frozen=True):
    """What all weight files hold.

    `inspections` has one entry a file, sorted by path; `model` are the inspections that together make up the model once
    (one format, all its shards), chosen in the order of preference safetensors, PyTorch, GGUF, ONNX, others; the rest
    are copies in other formats or other parts. `skipped` are files that could not be inspected.
    """

    inspections: tuple[Inspection, ...] = ()
    model: tuple[Inspection, ...] = ()
    shards: tuple[Shards, ...] = ()
    skipped: tuple[Skip, ...] = ()

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
