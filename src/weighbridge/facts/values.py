"""What the tensors' own bytes look like: read in bounded blocks, sampled evenly where a tensor is huge."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from weighbridge.errors import FormatError, SourceError
from weighbridge.facts.engine import Facts
from weighbridge.facts.manifest import Manifest
from weighbridge.facts.mantissa import Departure, broken_precision, departure
from weighbridge.facts.numbers import WIDTHS
from weighbridge.facts.payloads import find_payload, find_text, low_planes
from weighbridge.facts.weights import Weights, siblings_of
from weighbridge.formats.pytorch_places import located
from weighbridge.model import ByteSource, Format, Inspection, Skip, Tensor

BLOCK = 1024 * 1024
# Blocks looked at in one tensor, and bytes in all; what lies beyond is said to be left out.
BLOCKS, BUDGET = 8, 1024 * 1024 * 1024
# A header may begin at the end of a block; this much of the next is looked at with it.
_OVERLAP = 16 * 1024
# Objects and texts are looked at by those who read them; what is shorter than any header hides nothing.
_NO_NUMBERS, _LEAST = frozenset({"OBJECT", "TEXT"}), 64
_LOCATED = frozenset({Format.PYTORCH_ZIP, Format.TORCHSCRIPT})
# Formats in which everything behind the first number is numbers, so that what lies between and behind is a hole.
_FLAT = frozenset({Format.SAFETENSORS, Format.GGUF, Format.PYTORCH_LEGACY})


class Hidden(msgspec.Struct, frozen=True):
    """Something in a tensor that is no number.

    `kind` says what, `carrier` in which bytes, `offset` where in the file the block begins in which it was met.
    """

    path: str
    tensor: str
    kind: str
    carrier: str
    offset: int


class Odd(msgspec.Struct, frozen=True):
    """Numbers of a tensor whose low bits are not those of weights: see `mantissa.Departure`."""

    path: str
    tensor: str
    kind: str
    score: float
    offset: int
    numbers: int


class TensorValues(msgspec.Struct, frozen=True):
    """The look at the values: tensors and bytes looked at, tensors of which only samples were, and what was met.

    `windows` is how many times some thousand numbers in a row were held against what weights look like, `odd` what was not so.
    """

    tensors: int = 0
    read: int = 0
    sampled: int = 0
    payloads: tuple[Hidden, ...] = ()
    texts: tuple[Hidden, ...] = ()
    skipped: tuple[Skip, ...] = ()
    windows: int = 0
    odd: tuple[Odd, ...] = ()


class _Look:
    """What the look has met so far."""

    def __init__(self) -> None:
        self.tensors = self.read = self.sampled = self.windows = 0
        self.payloads: list[Hidden] = []
        self.texts: list[Hidden] = []
        self.odd: list[Odd] = []
        self.skipped: list[Skip] = []


def read_values(facts: Facts) -> TensorValues:
    """Look at every tensor of every weight file. Raises `Unreadable` without an inventory."""
    look = _Look()
    manifest = facts.need(Manifest)
    for inspection in facts.need(Weights).inspections:
        siblings = siblings_of(facts.repository, manifest, inspection.path)
        try:
            source = facts.repository.open(inspection.path)
            for file, tensors in _by_file(placed_tensors(source, inspection), look, inspection.path):
                beside = siblings(file) if file else source
                if beside is None:
                    look.skipped.append(Skip(inspection.path, f"{file} with {len(tensors):,} tensors is not there"))
                else:
                    _read_file(beside, tensors, look)
        except (SourceError, FormatError) as error:
            look.skipped.append(Skip(inspection.path, error.message))
    return TensorValues(
        look.tensors, look.read, look.sampled, tuple(look.payloads), tuple(look.texts), tuple(look.skipped),
        look.windows, tuple(look.odd),
    )  # fmt: skip


def placed_tensors(source: ByteSource, inspection: Inspection) -> tuple[Tensor, ...]:
    """Return a file's tensors with their places, and the holes between them. Raises `FormatError`."""
    if inspection.format in _LOCATED:
        return located(source)
    return (*inspection.tensors, *(_holes(inspection) if inspection.format in _FLAT else ()))


def _holes(inspection: Inspection) -> Iterator[Tensor]:
    spans = sorted((t.offset, t.offset + t.nbytes) for t in inspection.tensors if t.offset is not None and not t.file)
    at = spans[0][0] if spans else inspection.size
    for start, end in (*spans, (inspection.size, inspection.size)):
        if start > at:
            yield Tensor(f"no tensor, at {at:#x}", (start - at,), "BYTES", start - at, at)
        at = max(at, end)


def _by_file(tensors: Iterable[Tensor], look: _Look, path: str) -> list[tuple[str, list[Tensor]]]:
    """Return the tensors that can be looked at, each place once, by the file that holds them."""
    files: dict[str, dict[tuple[int, int], Tensor]] = {}
    missing = 0
    for tensor in tensors:
        if tensor.offset is not None and tensor.nbytes > 0:
            files.setdefault(tensor.file, {}).setdefault((tensor.offset, tensor.nbytes), tensor)
        elif tensor.elements and tensor.nbytes >= _LEAST and tensor.dtype not in _NO_NUMBERS:
            missing += 1
    if missing:
        look.skipped.append(Skip(path, f"{missing:,} tensors do not lie in the file as they are"))
    return [(file, list(held.values())) for file, held in sorted(files.items())]


def _read_file(source: ByteSource, tensors: list[Tensor], look: _Look) -> None:
    for index, tensor in enumerate(tensors):
        if look.read >= BUDGET:
            look.skipped.append(Skip(source.path, f"{len(tensors) - index:,} tensors beyond the budget of bytes"))
            return
        look.tensors += 1
        look.sampled += tensor.nbytes > BLOCK * BLOCKS
        _read_tensor(source, tensor, look)


def _read_tensor(source: ByteSource, tensor: Tensor, look: _Look) -> None:
    """Look at a tensor's blocks; one finding of a kind is enough."""
    start, hidden, odd = tensor.offset or 0, False, False
    for offset in _blocks(tensor):
        data = source.read_at(offset, min(BLOCK + _OVERLAP, start + tensor.nbytes - offset))
        look.read += len(data)
        hidden = hidden or _look_at(data, Hidden(source.path, tensor.name, "", "", offset), tensor.dtype, look)
        odd = odd or _weigh(data[:BLOCK], offset, tensor, source.path, look)
        if hidden and odd:
            return


def _blocks(tensor: Tensor) -> Iterator[int]:
    """Yield where the blocks to look at begin: all of them, or the first, the last and evenly spaced ones between."""
    start, count = tensor.offset or 0, -(-tensor.nbytes // BLOCK)
    if count <= BLOCKS:
        yield from range(start, start + tensor.nbytes, BLOCK)
        return
    for index in range(BLOCKS):
        yield start + (count - 1) * index // (BLOCKS - 1) * BLOCK


def _look_at(data: bytes, at: Hidden, dtype: str, look: _Look) -> bool:
    """Note what a block holds."""
    streams = [("its bytes", data)]
    if dtype in WIDTHS:
        # The low bytes carry little: a payload fits in them without a model's answers changing.
        streams += low_planes(data, WIDTHS[dtype])
    for carrier, stream in streams:
        found = find_payload(stream)
        if found is not None:
            look.payloads.append(msgspec.structs.replace(at, kind=found[0], carrier=carrier))
            return True
        if dtype in WIDTHS and find_text(stream) is not None:
            look.texts.append(msgspec.structs.replace(at, kind="written text", carrier=carrier))
            return True
    return False


def _weigh(data: bytes, offset: int, tensor: Tensor, path: str, look: _Look) -> bool:
    """Note where a block's low bits are not those of weights."""
    found, windows = departure(data, tensor.dtype)
    look.windows += windows
    if tensor.dtype == "F32" and not tensor.is_permuted:
        row = tensor.elements // tensor.shape[0] if len(tensor.shape) > 1 and tensor.shape[0] else tensor.elements
        found = _graver(found, broken_precision(data, row, (offset - (tensor.offset or 0)) // 4))
    if found is None:
        return False
    look.odd.append(Odd(path, tensor.name, found.kind, found.score, offset + found.offset, found.numbers))
    return True


def _graver(one: Departure | None, other: Departure | None) -> Departure | None:
    return one if one is not None else other
