"""Where the numbers of a checkpoint's tensors lie in the file.

The inventory of a zip leaves that out: it costs a read for every storage, which nobody wants over a network who only asks
for names and shapes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from weighbridge.errors import FormatError
from weighbridge.formats.archive import STORED, Archive, Member, open_archive
from weighbridge.formats.binary import LIMITS, Limits
from weighbridge.formats.pickle import read_pickles
from weighbridge.formats.pickle.inventory import Found, Inventory, model_part
from weighbridge.model import DTYPE_BITS, ByteSource, Tensor

__all__ = ["Span", "located", "placed"]

_DATA, _CONSTANTS = "data", "constants"
_ORDER_BYTES = 16
# Numbers of which only the bytes are known.
_BYTES = "BYTES"


class Span(msgspec.Struct, frozen=True):
    """Where a storage's numbers begin in the file, and how many bytes they take."""

    start: int
    size: int


def placed(found: Iterable[Found], spans: Mapping[str, Span]) -> list[Tensor]:
    """Return the tensors, with their places where they lie in one piece in a storage of those keys."""
    return [_placed(entry, spans) for entry in found]


def _placed(entry: Found, spans: Mapping[str, Span]) -> Tensor:
    tensor, storage = entry.tensor, entry.storage
    span = spans.get(storage.key) if storage is not None and not storage.is_view else None
    if storage is None or span is None or entry.strides is None or entry.start < 0:
        return tensor
    is_permuted = _is_permuted(tensor.shape, entry.strides)
    begin = int(entry.start * DTYPE_BITS.get(tensor.dtype, 0) // 8)
    if is_permuted is None or not tensor.nbytes or begin + tensor.nbytes > span.size:
        return tensor
    return msgspec.structs.replace(tensor, offset=span.start + begin, is_permuted=is_permuted)


def _is_permuted(shape: tuple[int, ...], strides: tuple[int, ...]) -> bool | None:
    """Tell whether elements lie in another order than row by row; None where they do not fill one piece."""
    if len(shape) != len(strides):
        return None
    pairs = [(stride, extent) for stride, extent in zip(strides, shape, strict=True) if extent != 1]
    ordered = sorted(pairs, reverse=True)
    expected = 1
    for stride, extent in reversed(ordered):
        if stride != expected:
            return None
        expected *= extent
    return ordered != pairs


def located(source: ByteSource, limits: Limits = LIMITS) -> tuple[Tensor, ...]:
    """Return everything in a checkpoint's or TorchScript's zip that is numbers, by its place.

    The model's tensors and whatever else the pickles hold; then what of the storages belongs to none of them, of the type
    `BYTES`. Raises `FormatError` when the archive or its pickles cannot be read.
    """
    archive = open_archive(source, limits)
    name = next((name for name in archive.names if name == "data.pkl" or name.endswith("/data.pkl")), "data.pkl")
    folder = name.removesuffix("data.pkl")
    is_big = _is_big_endian(archive, folder)
    tensors: list[Tensor] = []
    for part, pickle in ((_DATA, name), (_CONSTANTS, f"{folder}constants.pkl")):
        spans = _spans(archive, f"{folder}{part}/")
        found = placed(_pickled(archive, pickle, part, limits), spans)
        tensors += [msgspec.structs.replace(t, dtype=_BYTES) for t in found] if is_big else found
        tensors += _left(f"{folder}{part}/", found, spans)
    return tuple(tensors)


def _pickled(archive: Archive, name: str, part: str, limits: Limits) -> list[Found]:
    member = archive.find(name)
    if member is None:
        return []
    inventory, rest = Inventory(), Inventory()
    for pickle in read_pickles(archive.open(member), 1, limits).pickles:
        # The model's tensors under the names that the inventory gives them, and then what stands beside it.
        inventory.walk(model_part(pickle.value)[0], part if part == _CONSTANTS else "")
        rest.walk(pickle.value)
    known = {_identity(entry) for entry in inventory.found}
    return inventory.found + [entry for entry in rest.found if _identity(entry) not in known]


def _identity(entry: Found) -> tuple[str, int, tuple[int, ...]]:
    return (entry.storage.key if entry.storage else "", entry.start, entry.tensor.shape)


def _is_big_endian(archive: Archive, folder: str) -> bool:
    member = archive.find(f"{folder}byteorder")
    return member is not None and archive.prefix(member, _ORDER_BYTES).startswith(b"big")


def _spans(archive: Archive, folder: str) -> dict[str, Span]:
    spans = {}
    for name in archive.names:
        member = archive.find(name)
        if member is not None and name.startswith(folder) and member.method == STORED:
            span = _span(archive, member)
            if span is not None:
                spans[name.removeprefix(folder)] = span
    return spans


def _span(archive: Archive, member: Member) -> Span | None:
    try:
        start = archive.data_offset(member)
    except FormatError:
        return None  # its problem stands in the inventory
    return Span(start, max(0, min(member.stored_size, archive.source.size - start)))


def _left(folder: str, found: list[Tensor], spans: Mapping[str, Span]) -> Iterator[Tensor]:
    """Yield what of the storages no tensor takes."""
    ends = sorted((t.offset, t.offset + t.nbytes) for t in found if t.offset is not None)
    index = 0
    for key, span in sorted(spans.items(), key=lambda item: item[1].start):
        at, end = span.start, span.start + span.size
        while index < len(ends) and ends[index][0] < end:
            if ends[index][0] > at:
                yield _bytes(folder, key, at, ends[index][0])
            at = max(at, ends[index][1])
            index += 1
        if at < end:
            yield _bytes(folder, key, at, end)


def _bytes(folder: str, key: str, start: int, end: int) -> Tensor:
    return Tensor(f"{folder}{key}"[-1000:], (end - start,), _BYTES, end - start, start)
