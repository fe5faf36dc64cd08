"""Lines of a text file, plain or compressed, in blocks: a record each, with what is no text set aside."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from weighbridge.errors import SourceError, UsageError
from weighbridge.registry.rows import MAX_RECORD, Reject, Rows, excerpt_of, too_large

if TYPE_CHECKING:
    import pyarrow as pa

# A line longer than that holds a record, if a bad one.
_BLANK = 8
_BLOCK = 64 * 1024 * 1024
# What is unpacked at a time: where the packed data break off, as much is lost at most.
_PIECE = 256 * 1024
# A line that has not ended after so many bytes is no line, and the rest of the file is not read for it.
_ENDLESS = 1024 * 1024 * 1024
_COMPRESSED = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd", b"BZh": "bz2"}
_MARKS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


class _Lost(Exception):
    """The rest of a file cannot be read."""


def open_text(path: Path) -> Any:
    """Open a file for reading, unpacked as its first bytes say."""
    import pyarrow as pa

    try:
        with path.open("rb") as file:
            head = file.read(4)
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}") from None
    kind = next((kind for mark, kind in _COMPRESSED.items() if head.startswith(mark)), None)
    source = pa.OSFile(str(path))
    return source if kind is None else pa.CompressedInputStream(source, kind)


def read_lines(path: Path) -> Iterator[Rows]:
    """Yield the lines that are text, in blocks, each with its number; blank ones are left out."""
    place = 1
    with open_text(path) as file:
        try:
            for block in _blocks(file, path):
                if isinstance(block, _Skipped):
                    yield _no_rows(too_large(place, block.head))
                    place += 1
                    continue
                rows, count = _rows(block, place)
                place += count
                yield rows
        except _Lost as lost:
            yield _no_rows(Reject(0, f"the dump ends in the middle, after line {place - 1:,}: {lost}"))


class _Skipped:
    """A line beyond the limit, of which only the beginning was kept."""

    def __init__(self, head: bytes) -> None:
        self.head = head[:200]


def _blocks(source: Any, path: Path) -> Iterator[bytes | _Skipped]:
    """Yield whole lines, about as many as fit a block, and in their place the lines that are too large."""
    file = _Reader(source)
    rest = b""
    is_first = True
    while True:
        data = file.read()
        if is_first:
            data, is_first = _without_mark(data, path), False
        if not data:
            if len(rest) > MAX_RECORD:
                yield _Skipped(rest)
            elif rest and file.lost is None:
                yield rest
            if file.lost is not None:
                raise file.lost
            return
        cut = data.rfind(b"\n")
        if cut >= 0:
            block, rest = b"".join((rest, memoryview(data)[:cut])), data[cut + 1 :]
            yield from _shares(block)
        else:
            rest += data
            if len(rest) > MAX_RECORD:
                yield _Skipped(rest)
                rest = _next_line(file)


def _shares(block: bytes) -> Iterator[bytes | _Skipped]:
    """Yield a block, taken apart at a first line that is too large: only the first can come from several readings."""
    end = block.find(b"\n")
    end = len(block) if end < 0 else end
    if end <= MAX_RECORD:
        yield block
        return
    yield _Skipped(block)
    if end < len(block):
        yield block[end + 1 :]


def _next_line(file: _Reader) -> bytes:
    """Pass over the rest of a line; return what was read of the following ones."""
    passed = 0
    while data := file.read():
        cut = data.find(b"\n")
        if cut >= 0:
            return data[cut + 1 :]
        passed += len(data)
        if passed > _ENDLESS:
            raise _Lost("a line without end")
    return b""


class _Reader:
    """Reads blocks of a file that may break off: what came before is given, and `lost` tells why no more comes."""

    def __init__(self, file: Any) -> None:
        import pyarrow as pa

        self._file = file
        self._size = _PIECE if isinstance(file, pa.CompressedInputStream) else _BLOCK
        self.lost: _Lost | None = None

    def read(self) -> bytes:
        """Return the next block, nothing at the end."""
        pieces: list[bytes] = []
        length = 0
        while length < _BLOCK and self.lost is None:
            try:
                piece = self._file.read(self._size)
            except OSError as error:
                self.lost = _Lost(str(error))
                break
            if not piece:
                break
            pieces.append(piece)
            length += len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def _rows(block: bytes, first: int) -> tuple[Rows, int]:
    """Return a block's lines, with their ends, and how many there were, blank ones and rejected ones included."""
    import numpy as np
    import pyarrow as pa

    ends: Any = np.flatnonzero(np.frombuffer(block, np.uint8) == ord("\n")).astype(np.int32) + 1
    borders = np.concatenate(([0], ends, [len(block)] if not block.endswith(b"\n") else [])).astype(np.int32)
    sizes = np.diff(borders)
    raw = pa.StringArray.from_buffers(len(sizes), pa.py_buffer(borders), pa.py_buffer(block))
    places = pa.array(np.arange(first, first + len(sizes), dtype=np.int64))
    rejects = [
        too_large(first + int(i), block[borders[i] : borders[i] + 200]) for i in np.flatnonzero(sizes > MAX_RECORD)
    ]
    wanted = sizes <= MAX_RECORD
    for i in np.flatnonzero(sizes <= _BLANK):
        wanted[i] = bool(block[borders[i] : borders[i + 1]].strip())
    if not wanted.all():
        raw, places = raw.filter(pa.array(wanted)), places.filter(pa.array(wanted))
    try:
        raw.validate(full=True)
    except pa.ArrowInvalid:
        raw, places, wrong = _texts(raw, places)
        rejects += wrong
    return Rows(places, raw, rejects), len(sizes)


def _texts(raw: pa.Array, places: pa.Array) -> tuple[pa.Array, pa.Array, list[Reject]]:
    """Part the lines that are UTF-8 from those that are not."""
    import pyarrow as pa

    texts: list[str] = []
    kept: list[int] = []
    rejects: list[Reject] = []
    for data, place in zip(raw.cast(pa.binary()).to_pylist(), places.to_pylist(), strict=True):
        try:
            texts.append(data.decode("utf-8"))
            kept.append(place)
        except UnicodeDecodeError as error:
            rejects.append(Reject(place, f"is not UTF-8 (byte {error.start:,})", excerpt_of(data)))
    return pa.array(texts, pa.string()), pa.array(kept, pa.int64()), rejects


def _without_mark(data: bytes, path: Path) -> bytes:
    """Return the first block without a mark of UTF-8. Raises `UsageError` for another encoding's."""
    for mark, name in _MARKS.items():
        if data.startswith(mark):
            raise UsageError(f"{path} is written in {name}", hint="Convert it to UTF-8 first, for example with iconv.")
    return data.removeprefix(b"\xef\xbb\xbf")


def _no_rows(reject: Reject) -> Rows:
    import pyarrow as pa

    return Rows(pa.array([], pa.int64()), pa.array([], pa.string()), [reject])
