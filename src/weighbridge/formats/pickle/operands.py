"""Numbers and texts as CPython's three parsers read them (`_pickle`, `pickle`, `pickletools`): what any of them accepts."""

from __future__ import annotations

import codecs
import re
import struct

from weighbridge.errors import FormatError

_DIGITS = 4096
# Pickles in a byte string, in a text of Latin-1 letters, in base64 and in hexadecimal digits; also what zlib or gzip packed.
_NESTED = re.compile(
    rb"(?P<bytes>\x80[\x02-\x05](?:\x95|[\]}()BCcFGIJKLMNSTUVX\x88-\x8f\x96])|c[\w.]+\n[\w.]+\n[(KXVU)]|\(i[\w.]+\n[\w.]+\n"
    rb"|x[\x01\x5e\x9c\xda][\x00-\xff]{6}|\x1f\x8b\x08[\x00-\xff]{8})"
    rb"|(?P<latin_1>\xc2\x80[\x02-\x05](?:\xc2\x95|[\]}()cCXK]|\xc2[\x8a-\x8e]))"
    rb"|(?P<base64>(?:gA[I-W]|e[JNAF][A-Za-z]|H4sI|Y[23][A-Za-z0-9])[A-Za-z0-9+/_=-]{16})"
    rb"|(?P<hex>800[2-5](?:95|5d|7d|28|63|58|4b|8c)[0-9a-fA-F]{6})"
)
NESTED_HEAD = 64
# The same question asked of a window, cheaply, for texts that the fast walk steps over.
looks_nested = re.compile(rb"gA[I-W]|e[JNAF]|H4sI|Y[23]|800[2-5]|\xc2\x80[\x02-\x05]|c[\w.]{2,}\n|\(i[\w.]{2,}\n").match


def nested_encoding(head: bytes) -> str:
    """Return how the pickle is encoded that a string's first bytes begin with; empty where they begin none."""
    found = _NESTED.match(head)
    return str(found.lastgroup).replace("_", "-") if found else ""


def integer(line: bytes, where: int) -> int:
    """Read a line's number: decimal, with a base prefix, or octal as C's `strtol` does; a NUL ends it for C.

    Raises `FormatError`.
    """
    text = line.partition(b"\0")[0].strip()
    if len(text) > _DIGITS:
        raise FormatError(f"a number of {len(text):,} digits", where=f"{where:#x}")
    for base in (10, 0, 8):
        try:
            return int(text, base)
        except ValueError:
            continue
    raise FormatError("no number where one should stand", where=f"{where:#x}")


def floating(line: bytes, where: int) -> float:
    """Read a line's floating-point number. Raises `FormatError`."""
    try:
        return float(line.partition(b"\0")[0][:_DIGITS])
    except ValueError:
        raise FormatError("no number where one should stand", where=f"{where:#x}") from None


def big_endian_double(raw: bytes) -> float:
    """Read BINFLOAT's eight bytes."""
    return float(struct.unpack(">d", raw)[0])


def quoted(line: bytes, where: int) -> str:
    """Read STRING's line: quotes of either kind around escapes; a byte stands for the letter of its number.

    Raises `FormatError`.
    """
    text = line.strip()
    if len(text) < 2 or text[:1] not in (b"'", b'"') or text[-1:] != text[:1]:
        raise FormatError("a string without quotes", where=f"{where:#x}")
    try:
        return codecs.escape_decode(text[1:-1])[0].decode("latin-1")
    except ValueError:
        raise FormatError("a string with a broken escape", where=f"{where:#x}") from None


def raw_unicode(line: bytes, where: int) -> str:
    """Read UNICODE's line. Raises `FormatError`."""
    try:
        return line.decode("raw-unicode-escape")
    except UnicodeDecodeError:
        raise FormatError("a text with a broken escape", where=f"{where:#x}") from None


def utf8(raw: bytes, where: int) -> str:
    """Read a text as CPython does, lone surrogates included. Raises `FormatError`."""
    try:
        return raw.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        raise FormatError("a text that is no UTF-8", where=f"{where:#x}") from None
