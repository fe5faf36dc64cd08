"""The YAML that most front matter is written in: keys, words, numbers and lists, one a line.

Such lines mean the same to every reader of YAML and need no parser, which takes ten times as long. Whatever is not so plain
(a comment, a tag, a text over several lines, a letter beyond ASCII, `no` without quotes, a key that stands twice) is left to one.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

TEXT_LENGTH = 100_000
DEPTH_LIMIT = 40

# Letters first, and then whatever neither begins a comment nor ends a key.
_WORDS = r"[A-Za-z](?:[!-9;-~]|:(?=[!-~])| (?=[!\"$-~]))*"
_NUMBER = r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,17})?"
_VALUE = rf"{_WORDS}|{_NUMBER}|'[ -&(-~]*'|\"[ !#-\[\]-~]*\""
_LINE = re.compile(rf"( *)(- )?(?:([A-Za-z_][A-Za-z0-9_-]{{0,100}}):(?: ({_VALUE}))?|({_VALUE}))")


class Plain(NamedTuple):
    """A mapping, and the line of each JSON pointer."""

    value: dict[str, Any]
    lines: dict[str, int]


class _Open(NamedTuple):
    """A mapping or list to which the next line may add: how far it is indented, and its JSON pointer."""

    indent: int
    holder: Any
    pointer: str


def read_plain(text: str, first_line: int, special: frozenset[str]) -> Plain | None:
    """Return what a mapping in plain YAML says; None where it takes a parser to tell.

    `special` are the words that mean something else than themselves: `true`, `null`, `no`.
    """
    if len(text) > TEXT_LENGTH:
        return None
    reading = _Reading(special)
    for number, line in enumerate(text.split("\n"), first_line):
        if line and not reading.take(line, number):
            return None
    return Plain(reading.root, reading.lines) if reading.root else None


class _Reading:
    """Goes down the lines; `take` is False at the first that is not plain."""

    def __init__(self, special: frozenset[str]) -> None:
        self.root: dict[str, Any] = {}
        self.lines: dict[str, int] = {}
        self._special = special
        self._stack = [_Open(0, self.root, "")]
        # The key whose value has not come yet; it is None should none come.
        self._key: str | None = None

    def take(self, line: str, number: int) -> bool:
        match = _LINE.fullmatch(line)
        if match is None:
            return False
        spaces, dash, key, value, item = match.groups()
        indent = len(spaces)
        if dash is not None:
            opened = self._list_at(indent)
            if opened is None:
                return False
            pointer = f"{opened.pointer}/{len(opened.holder)}"
            self.lines[pointer] = number
            if key is None:
                return self._append(opened.holder, item)
            opened.holder.append(self._begin(indent + 2, {}, pointer))
        elif key is None or not self._is_mapping_at(indent):
            return False
        return self._set(key, value, number)

    def _list_at(self, indent: int) -> _Open | None:
        """Return the list to which an item so indented belongs."""
        top = self._stack[-1]
        if self._key is not None and indent >= top.indent:
            top.holder[self._key] = self._begin(indent, [], f"{top.pointer}/{self._key}")
        self._key = None
        top = self._close(indent)
        return top if top.indent == indent and type(top.holder) is list else None

    def _is_mapping_at(self, indent: int) -> bool:
        """Whether there is a mapping to which a key so indented belongs; it becomes the last on the stack."""
        top = self._stack[-1]
        if self._key is not None and indent > top.indent:
            top.holder[self._key] = self._begin(indent, {}, f"{top.pointer}/{self._key}")
        self._key = None
        top = self._close(indent)
        if top.indent == indent and type(top.holder) is list and len(self._stack) > 1:
            self._stack.pop()  # a list may be indented no further than the key that holds it
            top = self._stack[-1]
        return top.indent == indent and type(top.holder) is dict and len(self._stack) <= DEPTH_LIMIT

    def _begin(self, indent: int, holder: Any, pointer: str) -> Any:
        self._stack.append(_Open(indent, holder, pointer))
        return holder

    def _close(self, indent: int) -> _Open:
        while self._stack[-1].indent > indent:
            self._stack.pop()
        return self._stack[-1]

    def _append(self, holder: list[Any], written: str) -> bool:
        if written in self._special:
            return False
        holder.append(_value(written))
        return True

    def _set(self, key: str, written: str | None, number: int) -> bool:
        opened = self._stack[-1]
        if key in opened.holder or key in self._special or written in self._special:
            return False
        self.lines[f"{opened.pointer}/{key}"] = number
        if written is None:
            self._key = key
            opened.holder[key] = None
        else:
            opened.holder[key] = _value(written)
        return True


def _value(written: str) -> str | int | float:
    first = written[0]
    if first in "'\"":
        return written[1:-1]
    if first in "-0123456789":
        return float(written) if "." in written else int(written)
    return written
