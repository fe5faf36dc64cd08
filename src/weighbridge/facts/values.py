"""What the tensors' own bytes look like: read in bounded blocks, sampled evenly where a tensor is huge."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from weighbridge.errors import SourceError
from weighbridge.facts.engine import Facts
from weighbridge.facts.payloads import find_payload, find_text, low_planes
from weighbridge.facts.weights import Weights
from weighbridge.model import ByteSource, Skip, Tensor

BLOCK = 1024 * 1024
# Blocks looked at in one tensor, and bytes in all; what lies beyond is said to be left out.
BLOCKS, BUDGET = 8, 1024 * 1024 * 1024
# Numbers whose low bytes carry little: a payload fits in them without a model's answers changing.
_WIDTHS = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2}
_PLANED = frozenset({"F32"})


class Hidden(msgspec.Struct, frozen=True):
    """Something in a tensor that is no number.

    `kind` says what, `carrier` in which bytes, `offset` where in the file the block begins in which it was met.
    """

    path: str
    tensor: str
    kind: str
    carrier: str
    offset: int


class TensorValues(msgspec.Struct, frozen=True):
    """The look at the values: tensors and bytes looked at, tensors of which only samples were, and what was met."""

    tensors: int = 0
    read: int = 0
    sampled: int = 0
    payloads: tuple[Hidden, ...] = ()
    texts: tuple[Hidden, ...] = ()
    skipped: tuple[Skip, ...] = ()


class _Look:
    """What the look has met so far."""

    def __init__(self) -> None:
        self.tensors = self.read = self.sampled = 0
        self.payloads: list[Hidden] = []
        self.texts: list[Hidden] = []
        self.skipped: list[Skip] = []


def read_values(facts: Facts) -> TensorValues:
    """Look at every tensor of every weight file. Raises `Unreadable` without an inventory."""
    look = _Look()
    for inspection in facts.need(Weights).inspections:
        tensors = [tensor for tensor in inspection.tensors if tensor.offset is not None and tensor.nbytes > 0]
        if len(tensors) < len(inspection.tensors):
            missing = len(inspection.tensors) - len(tensors)
            look.skipped.append(Skip(inspection.path, f"{missing:,} tensors do not lie in the file as they are"))
        try:
            if tensors:
                _read_file(facts.repository.open(inspection.path), tensors, look)
        except SourceError as error:
            look.skipped.append(Skip(inspection.path, error.message))
    return TensorValues(
        look.tensors, look.read, look.sampled, tuple(look.payloads), tuple(look.texts), tuple(look.skipped)
    )


def _read_file(source: ByteSource, tensors: list[Tensor], look: _Look) -> None:
    for index, tensor in enumerate(tensors):
        if look.read >= BUDGET:
            look.skipped.append(Skip(source.path, f"{len(tensors) - index:,} tensors beyond the budget of bytes"))
            return
        look.tensors += 1
        look.sampled += tensor.nbytes > BLOCK * BLOCKS
        for offset in _blocks(tensor):
            data = source.read_at(offset, min(BLOCK, (tensor.offset or 0) + tensor.nbytes - offset))
            look.read += len(data)
            if _look_at(data, Hidden(source.path, tensor.name, "", "", offset), tensor.dtype, look):
                break


def _blocks(tensor: Tensor) -> Iterator[int]:
    """Yield where the blocks to look at begin: all of them, or the first, the last and evenly spaced ones between."""
    start, count = tensor.offset or 0, -(-tensor.nbytes // BLOCK)
    if count <= BLOCKS:
        yield from range(start, start + tensor.nbytes, BLOCK)
        return
    for index in range(BLOCKS):
        yield start + (count - 1) * index // (BLOCKS - 1) * BLOCK


def _look_at(data: bytes, at: Hidden, dtype: str, look: _Look) -> bool:
    """Note what a block holds; one finding a tensor is enough."""
    streams = [("its bytes", data)]
    if dtype in _PLANED:
        streams += low_planes(data, _WIDTHS[dtype])
    for carrier, stream in streams:
        found = find_payload(stream)
        if found is not None:
            look.payloads.append(msgspec.structs.replace(at, kind=found[0], carrier=carrier))
            return True
        if dtype in _WIDTHS and find_text(stream) is not None:
            look.texts.append(msgspec.structs.replace(at, kind="written text", carrier=carrier))
            return True
    return False
