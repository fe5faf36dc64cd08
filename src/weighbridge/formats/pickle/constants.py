# ruff: noqa: D102 - the methods below are the opcodes of their names
"""Steps that push numbers, texts and byte strings."""

from __future__ import annotations

from weighbridge.errors import FormatError
from weighbridge.formats.pickle.core import NAMES, Core
from weighbridge.formats.pickle.operands import (
    NESTED_HEAD,
    big_endian_double,
    floating,
    integer,
    nested_encoding,
    quoted,
    raw_unicode,
    utf8,
)
from weighbridge.formats.pickle.values import TEXT_LIMIT, Blob

_NUMBER_BYTES = 1024


class Constants(Core):
    """Numbers, texts, byte strings."""

    def int_line(self, i: int) -> int:
        line, end = self.stream.line(i)
        self.stack.append(line == b"01" if line in (b"00", b"01") else integer(line, self.at(i)))
        return end

    def long_line(self, i: int) -> int:
        line, end = self.stream.line(i)
        self.stack.append(integer(line.removesuffix(b"L"), self.at(i)))
        return end

    def number(self, i: int, width: int, *, signed: bool = False) -> int:
        i = self.stream.hold(i, width)
        self.stack.append(int.from_bytes(self.stream.data[i : i + width], "little", signed=signed))
        return i + width

    def long_bytes(self, i: int, width: int) -> int:
        length, i = self._length(i, width)
        if length > _NUMBER_BYTES:
            return self._blob(i, length)
        return self.number(i, length, signed=True)

    def float_line(self, i: int) -> int:
        line, end = self.stream.line(i)
        self.stack.append(floating(line, self.at(i)))
        return end

    def float_binary(self, i: int) -> int:
        i = self.stream.hold(i, 8)
        self.stack.append(big_endian_double(self.stream.data[i : i + 8]))
        return i + 8

    def string_line(self, i: int) -> int:
        at = self.at(i)
        line, end = self.stream.line(i)
        return self._text(quoted(line, at), -1, at, len(line), end)

    def unicode_line(self, i: int) -> int:
        at = self.at(i)
        line, end = self.stream.line(i)
        return self._text(raw_unicode(line, at), -1, at, len(line), end)

    def text(self, i: int, width: int) -> int:
        """Read SHORT_BINUNICODE, BINUNICODE, BINUNICODE8: UTF-8."""
        at = self.at(i)
        length, i = self._length(i, width)
        if length > TEXT_LIMIT:
            return self._blob(i, length)
        i = self.stream.hold(i, length)
        raw = self.stream.data[i : i + length]
        return self._text(utf8(raw, at), at if width < 8 else -1, self.at(i) + 1, length, i + length)

    def string(self, i: int, width: int) -> int:
        """Read SHORT_BINSTRING, BINSTRING: bytes, which an unpickler takes for letters of some encoding."""
        at = self.at(i)
        length, i = self._length(i, width)
        if length > TEXT_LIMIT:
            return self._blob(i, length)
        i = self.stream.hold(i, length)
        raw = self.stream.data[i : i + length]
        return self._text(raw.decode("latin-1"), at if width == 1 else -1, self.at(i) + 1, length, i + length)

    def _text(self, text: str, memo_at: int, begin: int, length: int, end: int) -> int:
        """Push a text; `memo_at` is its opcode's place when the memo can find it there again."""
        self.room -= 1 + length // 64
        self.stack.append(text)
        self.last_text, self.last_text_at = text, memo_at
        if length >= 12:
            self.look_for_nested(text[:NESTED_HEAD].encode("utf-8", "surrogatepass"), begin, length)
        return end

    def bytes_of(self, i: int, width: int) -> int:
        length, i = self._length(i, width)
        return self._blob(i, length)

    def _blob(self, i: int, length: int) -> int:
        begin = self.stream.base + i
        i = self.stream.hold(i, min(length, NESTED_HEAD))
        head = self.stream.data[i : i + min(length, NESTED_HEAD)]
        i = self.stream.skip(i, length)
        self.stack.append(Blob(begin, length, head))
        self.room -= 4
        self.look_for_nested(head, begin, length)
        return i

    def look_for_nested(self, head: bytes, begin: int, length: int) -> None:
        """Take note of a string that begins like a pickle."""
        encoding = nested_encoding(head)
        if encoding:
            text = f"{length:,} bytes at {begin:#x} that begin like a pickle"
            name = NAMES[self.opcode]
            self.events.add("nested", encoding, lambda: text, begin, name, apart=f"{begin}", length=length)

    def _length(self, i: int, width: int) -> tuple[int, int]:
        """Read a length. Where CPython takes it for signed, a negative one is as impossible as a large one."""
        i = self.stream.hold(i, width)
        length = int.from_bytes(self.stream.data[i : i + width], "little")
        i += width
        if self.stream.base + i + length > self.stream.size:
            remaining = self.stream.size - self.stream.base - i
            raise FormatError(f"announces {length:,} bytes, {remaining:,} remain", where=f"{self.at(i):#x}")
        return length, i

    def buffer(self, i: int) -> int:
        self.stack.append(Blob(self.at(i), 0, b""))
        return i
