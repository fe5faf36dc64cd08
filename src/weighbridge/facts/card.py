"""The model card's text."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate

import msgspec

from weighbridge.errors import SourceError
from weighbridge.facts.distribution import metadata_file, parse_metadata
from weighbridge.facts.engine import Facts, Unreadable
from weighbridge.facts.frontmatter import split
from weighbridge.facts.links import Link
from weighbridge.facts.manifest import Manifest
from weighbridge.facts.markdown import CodeBlock, Section, is_placeholder, scan, without_comments
from weighbridge.facts.phrases import Places, lowered
from weighbridge.facts.tables import Table
from weighbridge.model.lazy import lazy

__all__ = ["Card", "CardFile", "CodeBlock", "Link", "Section", "Table", "read_card", "read_card_file"]

# Cards are prose; beyond this size the rest is not read, and the card says so.
CARD_LIMIT = 10 * 1024 * 1024
QUOTE_LENGTH = 120


class CardFile(msgspec.Struct, frozen=True):
    """The card's file as text, with line feeds alone at its line ends: what both the front matter and the body are read from."""

    path: str = ""
    text: str = ""
    is_truncated: bool = False
    is_utf8: bool = True


class Card(msgspec.Struct, frozen=True, dict=True):
    """A model card's body, read in one pass over its lines.

    `path` is empty when the repository has no card. `text` is the body below the front matter, HTML comments blanked,
    and `first_line` the line of the file on which it begins. `words` counts words outside code and front matter,
    `placeholders` the lines that still hold a template's slots (`[More Information Needed]`, `TODO`), `is_truncated`
    is True for a card beyond the size limit. Text before the first heading is a section without title, of level 0.
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
    first_line: int = 1

    @property
    def is_description(self) -> bool:
        """Whether it is a Python package's long description: its relative links and "this repository" mean its source's."""
        return self.path.endswith("/METADATA")

    def section(self, *words: str) -> Section | None:
        """Return the first section whose title holds one of the words (lower case), with some text in it or below it.

        A word must begin where a word of the title begins; it need not end there: `limitation` finds "Limitations".
        """
        places = self._title_places
        found: list[int] = []
        for word in places.among(words):
            found += [at for at in places.of(word) if _begins_a_word(self._titles, at)]
        for at in sorted(found) if len(found) > 1 else found:
            index = self._titles.count("\n", 0, at)
            if self._has_text(index):
                return self.sections[index]
        return None

    def titled(self, *titles: str) -> Section | None:
        """Return the first section whose whole title is one of these (lower case), with some text in it or below it."""
        for index, title in enumerate(self._titles.split("\n")):
            if title.strip(" :?!") in titles and self._has_text(index):
                return self.sections[index]
        return None

    def mentions(self, *phrases: str) -> int | None:
        """Return the line of the first phrase (lower case) found in the text outside code blocks, or None.

        A phrase must stand as whole words, of which the last may have a plural's `s`; it may run over a line's end.
        """
        return next((line for line in self._lines_of(phrases) if line not in self.code_lines), None)

    def shows(self, *phrases: str) -> int | None:
        """Return the line of the first phrase (lower case) as `mentions` does, in code blocks as well."""
        return next(self._lines_of(phrases), None)

    def quote(self, line: int, *phrases: str) -> str:
        """Return a line of the text as it can be shown: cut, around the first of the phrases that it holds."""
        start, end = self.line_starts[line - self.first_line : line - self.first_line + 2]
        at = min([at for phrase in phrases if (at := self.lowered.find(phrase, start, end)) >= 0], default=start)
        begin = at - QUOTE_LENGTH // 3 if at - start > QUOTE_LENGTH // 2 else start
        text = " ".join(self.text[begin : min(begin + QUOTE_LENGTH, end)].strip(" \t\n>*-#").split())
        return ("… " if begin > start else "") + text + (" …" if begin + QUOTE_LENGTH < end else "")

    def _lines_of(self, phrases: tuple[str, ...]) -> Iterator[int]:
        places = self.places
        for phrase in places.among(phrases):
            for at in places.of(phrase):
                if _stands_alone(self.lowered, at, at + len(phrase)):
                    yield self.first_line + self.lowered.count("\n", 0, at)

    @lazy
    def lowered(self) -> str:
        """The text in lower case, letter for letter."""
        return lowered(self.text)

    @lazy
    def places(self) -> Places:
        """Where phrases (lower case) stand in the text, over the ends of lines as well."""
        return Places(self.lowered.replace("\n", " "))

    @lazy
    def line_starts(self) -> list[int]:
        """Where in the text each line begins, and where a line behind the last one would."""
        return list(accumulate([len(line) + 1 for line in self.text.split("\n")], initial=0))

    @lazy
    def code_lines(self) -> frozenset[int]:
        """The numbers of the lines that lie in code blocks, fences included."""
        lines: set[int] = set()
        for block in self.code:
            lines.update(range(block.line - 1, block.line + block.text.count("\n") + 2))
        return frozenset(lines)

    @lazy
    def _titles(self) -> str:
        """The titles in lower case, one a line; that of the whole card left empty, since it names what the rest is about."""
        titles = [section.title.replace("\n", " ").lower() for section in self.sections]
        top = [index for index, section in enumerate(self.sections) if section.level == 1]
        if len(top) == 1 and top[0] <= 1 and len(titles) > top[0] + 1:
            titles[top[0]] = ""
        return "\n".join(titles)

    @lazy
    def _title_places(self) -> Places:
        return Places(self._titles)

    def _has_text(self, index: int) -> bool:
        level = self.sections[index].level
        for number in range(index, len(self.sections)):
            section = self.sections[number]
            if number > index and section.level <= level:
                return False
            if _holds_text(section.text):
                return True
        return False


def _holds_text(text: str) -> bool:
    """Whether a line of the text holds more than a template's slot."""
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        line = text[start : end if end >= 0 else len(text)]
        if line.strip() and not is_placeholder(line):
            return True
        start += len(line) + 1
    return False


def _begins_a_word(text: str, at: int) -> bool:
    return at == 0 or not (text[at - 1].isalnum() and text[at].isalnum())


def _stands_alone(text: str, start: int, end: int) -> bool:
    if start and _is_of_word(text[start - 1]) and text[start].isalnum():
        return False
    if end < len(text) and text[end] == "s":
        end += 1
    return end >= len(text) or not (_is_of_word(text[end]) and text[end - 1].isalnum())


def _is_of_word(letter: str) -> bool:
    return letter.isalnum() or letter == "_"


def read_card_file(facts: Facts) -> CardFile:
    """Read the card's file; an empty one where the repository has none. Raises `Unreadable`."""
    manifest = facts.need(Manifest)
    listed = manifest.card or metadata_file(manifest)
    if listed is None:
        return CardFile()
    try:
        source = facts.repository.open(listed.path)
        data = source.read_at(0, min(source.size, CARD_LIMIT))
    except SourceError as error:
        raise Unreadable(f"{listed.path} could not be read: {error.message}") from error
    text, is_utf8 = _decode(data, source.size > CARD_LIMIT)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if listed is not manifest.card:
        text = parse_metadata(listed.path, text).body
    return CardFile(listed.path, text, source.size > CARD_LIMIT, is_utf8)


def _decode(data: bytes, is_cut: bool) -> tuple[str, bool]:
    try:
        return data.decode(), True
    except UnicodeDecodeError as error:
        # A cut may fall into the middle of a character: that is not the card's fault.
        return data.decode(errors="replace"), is_cut and error.start >= len(data) - 3


def read_card(facts: Facts) -> Card:
    """Read the card's body. Raises `Unreadable` where its file cannot be read."""
    file = facts.need(CardFile)
    if not file.path:
        return Card()
    return card_of(file)


def card_of(file: CardFile) -> Card:
    """Return the card that a file's text is."""
    parts = split(file.text)
    text = without_comments(parts.body)
    found = scan(text, parts.body_line)
    return Card(
        file.path, text, found.words, found.sections, found.tables, found.links, found.code, found.placeholders,
        file.is_truncated, file.is_utf8, parts.body_line,
    )  # fmt: skip
