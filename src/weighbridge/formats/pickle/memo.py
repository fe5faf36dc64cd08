"""The unpickler's memo, eight bytes an entry: what is remembered is mostly texts, which stay where they are in the file."""

from __future__ import annotations

from array import array
from typing import Any

from weighbridge.errors import LimitExceeded
from weighbridge.formats.pickle.stream import Stream
from weighbridge.formats.pickle.values import Blob, Call, Global, Opaque

# Values that are not kept are remembered by their kind.
LIST = Opaque("[…]", ~0)
DICT = Opaque("{…}", ~1)
SET = Opaque("{…}", ~2)
TUPLE = Opaque("(…)", ~3)
NUMBER = Opaque("<number>", ~4)
VALUE = Opaque("<value>", ~5)
ASKED = Opaque("<persistent object>", ~6)
COMPUTED = Opaque("<what a call returned>", ~7)
_MISSING = Opaque("", ~8)
_FIXED = (LIST, DICT, SET, TUPLE, NUMBER, VALUE, ASKED, COMPUTED, _MISSING)

_ENTRIES = 16_000_000
_KEPT = 2_000_000
# From so many kept values on, those that are no names are remembered by their kind only.
_FULL = 100_000
_PARTS, _LEVELS = 200, 12
_CACHED_BYTES = 16 * 1024 * 1024
# Python 2 counted from 1, and other writers leave small gaps: up to here a gap is filled, beyond it kept apart.
_GAP = 1024


class Memo:
    """Maps numbers to values. An entry of `codes` is the offset of a text's opcode, or below zero `~index` into `kept`."""

    def __init__(self, stream: Stream) -> None:
        self.codes = array("q")
        self.kept: list[Any] = list(_FIXED)
        # Whether room has run out: then large values, and all but names when there are many, are remembered by their kind.
        self.is_scarce = False
        self._sparse: dict[int, Any] = {}
        self._holes = 0
        self._cached = 0
        self._stream = stream

    @property
    def is_plain(self) -> bool:
        """Whether the next number is the number of entries: nothing was put beyond the end."""
        return not self._holes and not self._sparse

    @property
    def is_dense(self) -> bool:
        """Whether every number below the number of entries is in `codes`, and none beyond."""
        return not self._sparse

    @property
    def is_full(self) -> bool:
        """Whether of new values only those that are names are kept, as there is no room for others either."""
        return self.is_scarce and len(self.kept) > _FULL

    def check(self) -> None:
        """Raise `LimitExceeded` when more is remembered than memory may hold."""
        if len(self.codes) > _ENTRIES or len(self.kept) > _KEPT or len(self._sparse) > _KEPT:
            raise LimitExceeded("more values are remembered than may be held")

    def code_of(self, value: Any) -> int:
        """Return the code under which a value is remembered."""
        kind = type(value)
        if kind is Opaque and value.code:
            return int(value.code)
        if (
            self.is_scarce
            and len(self.kept) > _FULL
            and kind is not Global
            and kind is not Call
            and kind is not str
            and kind is not bytes
        ):
            return (TUPLE if kind is tuple else LIST if kind is list else VALUE).code
        if self.is_scarce and kind is tuple and is_large(value):
            return int(TUPLE.code)
        self.kept.append(value)
        code = ~(len(self.kept) - 1)
        if kind is Opaque:
            value.code = code
        return code

    def get(self, index: int) -> Any:
        """Return what is remembered under a number. Raises `KeyError`."""
        codes = self.codes
        if not 0 <= index < len(codes):
            return self._sparse[index]
        code = codes[index]
        if code < 0:
            value = self.kept[~code]
            if value is _MISSING:
                raise KeyError(index)
            return value
        text = read_text(self._stream, code)
        self._cached += len(text) if type(text) is str else 0
        if self._cached < _CACHED_BYTES and len(self.kept) < _KEPT:
            self.kept.append(text)
            codes[index] = ~(len(self.kept) - 1)
        return text

    def put(self, index: int, value: Any, text_at: int = -1) -> None:
        """Remember a value; `text_at` is the offset of the opcode of a text that stands in the file, below zero for others."""
        size = len(self.codes)
        if 0 <= index < size:
            code = self.codes[index]
            self._holes -= code == _MISSING.code
            self.codes[index] = text_at if text_at >= 0 else self.code_of(value)
        elif index == size and index not in self._sparse:
            self.codes.append(text_at if text_at >= 0 else self.code_of(value))
        elif size < index <= size + _GAP - self._holes and not self._sparse:
            self._holes += index - size
            self.codes.extend([_MISSING.code] * (index - size))
            self.put(index, value, text_at)
        else:
            self._sparse[index] = value
            if len(self._sparse) > _KEPT:
                self.check()

    def put_next(self, value: Any, text_at: int = -1) -> None:
        """Remember a value under the number of entries, as MEMOIZE does."""
        self.put(len(self.codes) - self._holes + len(self._sparse), value, text_at)


def is_large(value: tuple[Any, ...]) -> bool:
    """Whether a tuple holds more parts, or tuples in tuples, than are worth keeping."""
    left, level = _PARTS, [value]
    for _ in range(_LEVELS):
        left -= len(level) + sum(map(len, level))
        if left < 0:
            return True
        level = [inner for part in level for inner in part if type(inner) is tuple]
        if not level:
            return False
    return True


def read_text(stream: Stream, offset: int) -> Any:
    """Return the text whose opcode stands at an offset: one that was stepped over before."""
    head = stream.source.read_at(offset, 257)
    match head[0]:
        case 0x8C:  # SHORT_BINUNICODE
            raw = head[2 : 2 + head[1]]
        case 0x58:  # BINUNICODE
            length = int.from_bytes(head[1:5], "little")
            raw = head[5 : 5 + length] if length < 250 else stream.source.read_at(offset + 5, length)
        case 0x55:  # SHORT_BINSTRING
            return head[2 : 2 + head[1]].decode("latin-1")
        case _:
            return Blob(offset, 0, head[:16])
    try:
        return raw.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return raw.decode("latin-1")
