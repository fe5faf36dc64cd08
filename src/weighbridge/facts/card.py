"""The model card's text."""

from __future__ import annotations

import msgspec


class Section(msgspec.Struct, frozen=True):
    """A heading with its own text, up to the next heading; `line` counts from 1 in the whole file."""

    title: str
    level: int
    line: int
    text: str


class Table(msgspec.Struct, frozen=True):
    """A pipe or HTML table; `rows` are cut to the header's width, cells are stripped of emphasis."""

    line: int
    section: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Link(msgspec.Struct, frozen=True):
    """A link or image target as written."""

    target: str
    text: str
    line: int
    is_image: bool = False


class CodeBlock(msgspec.Struct, frozen=True):
    """A fenced code block; `line` is the line of its first content line."""

    language: str
    text: str
    line: int


class Card(msgspec.Struct, frozen=True):
    """A model card's body, read in one pass over its lines.

    `path` is empty when the repository has no card. `words` counts words outside code and front matter, `placeholders`
    the lines that still hold a template's slots (`[More Information Needed]`, `TODO`), `is_truncated` is True for a
    card beyond the size limit.
    """

    path: str = ""
    text: str = ""
    words: int = 0
    sections: tuple[Section, ...] = ()
    tables: tuple[Table, ...] = ()
    links: tuple[Link, ...] = ()
    code: tuple[CodeBlock, ...] = ()
    placeholders: tuple[int, ...] = ()
    is_truncated: bool = False
    is_utf8: bool = True

    def section(self, *words: str) -> Section | None:
        """Return the first section whose title holds one of the words (lower case), with some text in it or below it."""
        raise NotImplementedError

    def mentions(self, *phrases: str) -> int | None:
        """Return the line of the first phrase (lower case) found in the text, or None."""
        raise NotImplementedError
