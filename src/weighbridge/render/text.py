"""Text by strangers, made safe to show: the one place where control characters are escaped."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from weighbridge.model.units import count_text, plural, size_text

__all__ = ["count_text", "cut", "plain", "plural", "printable", "redact", "size_text"]

# Invisible although no category says so: fillers, Braille blank, variation selectors beyond emoji's.
_INVISIBLE = re.compile("[\u115f\u1160\u3164\uffa0\u2800\u034f\u180b-\u180f\ufe00-\ufe0d\U000e0100-\U000e01ef]")
_SUSPECT = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
# Registry tokens have 34 letters and digits; names such as `hf_transformers` have fewer.
_TOKEN = re.compile(r"(hf_|api_org_)[A-Za-z0-9]{20,}")
_PRINTABLE_ASCII = re.compile(r"[ -~]*\Z")


def printable(text: object, limit: int = 2000) -> str:
    r"""Return the text on one line, with everything that a terminal or a reader's eye would obey made visible.

    Line breaks and tabs become spaces; every other control character, bidirectional override, zero-width or unassigned
    character is written as its escape (`\x1b`, `\u202e`); registry tokens are blacked out.
    """
    shown = str(text)
    shown = cut(shown, limit * 4)
    if not _PRINTABLE_ASCII.match(shown):
        shown = "".join(_visible(character) for character in shown)
    return cut(redact(shown), limit)


def cut(text: str, limit: int) -> str:
    """Return the text, ended by `…` where it is longer than `limit` characters."""
    return text if len(text) <= limit else text[: max(0, limit - 1)] + "…"


def redact(text: str) -> str:
    """Black out registry tokens."""
    return _TOKEN.sub(r"\1[redacted]", text)


# What the reports' own words use beyond ASCII, spelled out for terminals that cannot show it.
_PLAIN = {
    0x2026: "...", 0x2013: "-", 0x2014: "-", 0x00B7: "-", 0x2192: "->", 0x00D7: "x", 0x2265: ">=", 0x2264: "<=",
    0x2248: "~", 0x201C: '"', 0x201D: '"', 0x2018: "'", 0x2019: "'", 0x00B1: "+/-", 0x00B5: "u",
}  # fmt: skip


def plain(text: str, encoding: str = "ascii") -> str:
    """Return the text in what `encoding` can hold: known signs spelled out, others as their escapes."""
    spelled = text.translate(_PLAIN) if encoding == "ascii" else text
    return spelled.encode(encoding, "backslashreplace").decode(encoding)


@lru_cache(maxsize=4096)
def _visible(character: str) -> str:
    if character in "\n\t":
        return " "
    if unicodedata.category(character) in _SUSPECT or _INVISIBLE.match(character):
        code = ord(character)
        return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    return character
