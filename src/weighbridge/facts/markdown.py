"""A model card's Markdown, read in one pass over its lines: headings, tables, code, links, open slots.

No Markdown library: what the checks need of a card is told by how its lines begin, and a line scan takes microseconds
where a full parser takes a millisecond. Everything is linear in the text and limited in number, whatever the text.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import msgspec

from weighbridge.facts.links import Link, find_links
from weighbridge.facts.tables import Table, read_html_table, read_pipe_table

SECTION_LIMIT = 5000
CODE_LIMIT = 2000
TABLE_LIMIT = 500
CELL_LIMIT = 500_000
PLACEHOLDER_LIMIT = 1000
TITLE_LENGTH = 300
# A heading in HTML may stand over several lines.
HEADING_LINES = 6

_SPECIAL = "#`~|-=:<"
# Most lines begin with none of those, nor with a blank: nothing more is asked of them.
_PLAIN = frozenset(chr(code) for code in range(0x21, 0x7F)) - frozenset(_SPECIAL) | {""}
_HTML_HEADING = re.compile(r"<h([1-6])\b[^<>]{0,500}>", re.IGNORECASE)
_HTML_TAG = re.compile(r"<[^<>]{0,500}>")
_INLINE_LINK = re.compile(r"!?\[([^\[\]]{0,300})\]\([^()\s]{0,1000}\)")
# What a template's slot begins with, in lower case, and how it goes on; only `TODO` in capitals is one.
_SLOTS = {
    "more information needed": re.compile("more information needed"),
    "{{": re.compile(r"\{\{[^{}\n]{0,200}\}\}"),
    "[insert": re.compile(r"\[insert\b[^\[\]\n]{0,80}\](?!\()"),
    "[your": re.compile(r"\[your\b[^\[\]\n]{0,80}\](?!\()"),
    "[add": re.compile(r"\[add\b[^\[\]\n]{0,80}\](?!\()"),
    "lorem ipsum": re.compile("lorem ipsum"),
}
_TODO = re.compile(r"\bTODO\b")


class Section(msgspec.Struct, frozen=True):
    """A heading with its own text, up to the next heading; `line` counts from 1 in the whole file."""

    title: str
    level: int
    line: int
    text: str


class CodeBlock(msgspec.Struct, frozen=True):
    """A fenced code block; `line` is the line of its first content line."""

    language: str
    text: str
    line: int


class Scanned(NamedTuple):
    """What one pass over a card's lines found."""

    words: int
    sections: tuple[Section, ...]
    tables: tuple[Table, ...]
    links: tuple[Link, ...]
    code: tuple[CodeBlock, ...]
    placeholders: tuple[int, ...]


class _Heading(NamedTuple):
    title: str
    level: int
    at: int
    body: int


def without_comments(text: str) -> str:
    """Return the text with HTML comments blanked, their line breaks kept: a template's instructions are no content."""
    start = text.find("<!--")
    if start < 0:
        return text
    pieces, position = [], 0
    while start >= 0:
        end = text.find("-->", start + 4)
        if end < 0:
            break
        pieces += [text[position:start], "\n" * text.count("\n", start, end)]
        position = end + 3
        start = text.find("<!--", position)
    return "".join([*pieces, text[position:]])


def scan(text: str, first_line: int = 1) -> Scanned:
    """Return what a card's body holds; `first_line` is the line in the file on which the body begins."""
    scanner = _Scanner(text.split("\n"), first_line)
    scanner.run()
    prose = scanner.prose()
    return Scanned(
        words=len(prose.split()),
        sections=tuple(scanner.sections()),
        tables=tuple(scanner.tables),
        links=find_links(prose, first_line),
        code=tuple(scanner.code),
        placeholders=_placeholders(prose, first_line),
    )


class _Scanner:
    """Goes over the lines once; every handler returns the index of the first line that it did not take."""

    def __init__(self, lines: list[str], first_line: int) -> None:
        self.lines = lines
        self.first_line = first_line
        self.headings: list[_Heading] = []
        self.tables: list[Table] = []
        self.code: list[CodeBlock] = []
        self._fenced: list[tuple[int, int]] = []
        self._cells = 0
        self._tries = 0

    def run(self) -> None:
        until = 0
        for index, line in enumerate(self.lines):
            if line[:1] in _PLAIN or index < until:
                continue
            stripped = line.lstrip()
            first = stripped[:1]
            if not first or first not in _SPECIAL:
                continue
            if first == "#":
                self._atx(index, line, stripped)
            elif first in "`~":
                until = self._fence(index, line, stripped)
            elif first == "<":
                until = self._html(index, stripped)
            elif index and not stripped.rstrip().strip("|-:= \t"):
                until = self._underline(index, stripped.rstrip())

    def _atx(self, index: int, line: str, stripped: str) -> None:
        title = stripped.lstrip("#")
        level = len(stripped) - len(title)
        # "#Title" is no heading by the letter, but "##Title" is meant as one wherever it is written.
        if level > 6 or len(line) - len(stripped) > 3 or (level == 1 and title[:1] not in " \t"):
            return
        self._add(plain(title[:TITLE_LENGTH].strip().rstrip("#")), level, index, index + 1)

    def _add(self, title: str, level: int, index: int, body: int) -> None:
        if len(self.headings) < SECTION_LIMIT:
            self.headings.append(_Heading(title, level, index, body))

    def _fence(self, index: int, line: str, stripped: str) -> int:
        mark = stripped[0]
        info = stripped.lstrip(mark)
        length = len(stripped) - len(info)
        if length < 3 or (mark == "`" and "`" in info):
            return index
        fence = mark * length
        end = len(self.lines)
        for at in range(index + 1, end):
            candidate = self.lines[at].strip()
            if candidate.startswith(fence) and not candidate.strip(mark):
                end = at
                break
        if len(self.code) < CODE_LIMIT:
            self.code.append(self._block(index, end, len(line) - len(stripped), info))
        self._fenced.append((index, end + 1))
        return end + 1

    def _block(self, index: int, end: int, indent: int, info: str) -> CodeBlock:
        lines = self.lines[index + 1 : end]
        if indent:
            lines = [line[indent:] if not line[:indent].strip() else line for line in lines]
        words = info[:200].split()
        language = words[0].strip("{}.").lower() if words else ""
        return CodeBlock(language, "\n".join(lines), index + 1 + self.first_line)

    def _underline(self, index: int, stripped: str) -> int:
        """Take a line of dashes, bars, colons or equals signs: below a table's header, or below a heading."""
        above = self.lines[index - 1]
        if "-" in stripped and "|" in stripped and "=" not in stripped:
            return self._pipe_table(index) if "|" in above else index
        mark = stripped[0]
        is_bare = mark in "-=" and len(stripped) > 1 and not stripped.strip(mark)
        if is_bare and above.strip() and above.lstrip()[0] not in "#|>-*+<`~" and not self._is_taken(index - 1):
            self._add(plain(above[:TITLE_LENGTH].strip()), 1 if mark == "=" else 2, index - 1, index + 1)
        return index

    def _is_taken(self, index: int) -> bool:
        return bool(self.headings and self.headings[-1].body > index) or bool(
            self._fenced and self._fenced[-1][1] > index
        )

    def _pipe_table(self, index: int) -> int:
        end = index + 1
        while end < len(self.lines) and "|" in self.lines[end] and self.lines[end].lstrip()[0] != "#":
            end += 1
        if len(self.tables) < TABLE_LIMIT and self._cells < CELL_LIMIT:
            table = read_pipe_table(self.lines, index, end, self._title(), self.first_line)
            self._keep(table)
        return end

    def _keep(self, table: Table | None) -> None:
        if table is not None:
            self._cells += len(table.header) * (len(table.rows) + 1)
            self.tables.append(table)

    def _title(self) -> str:
        return self.headings[-1].title if self.headings else ""

    def _html(self, index: int, stripped: str) -> int:
        lowered = stripped[:2000].lower()
        if "<h" in lowered:
            self._html_heading(index, stripped[:2000])
        if "<table" in lowered:
            return self._html_table(index)
        return index

    def _html_heading(self, index: int, stripped: str) -> None:
        opening = _HTML_HEADING.search(stripped)
        self._tries += 1
        if opening is None or self._tries > SECTION_LIMIT:
            return
        text = stripped[opening.end() :]
        closing = f"</h{opening[1]}>"
        body = index + 1
        while closing not in text.lower():
            if body >= min(len(self.lines), index + HEADING_LINES):
                return
            text += " " + self.lines[body][:2000]
            body += 1
        title = _HTML_TAG.sub(" ", text[: text.lower().index(closing)])
        self._add(plain(" ".join(title.split())[:TITLE_LENGTH]), int(opening[1]), index, body)

    def _html_table(self, index: int) -> int:
        end = index
        while end < len(self.lines) and "</table" not in self.lines[end].lower():
            end += 1
        end = min(end + 1, len(self.lines))
        if len(self.tables) < TABLE_LIMIT and self._cells < CELL_LIMIT:
            self._keep(read_html_table(self.lines[index:end], index + self.first_line, self._title()))
        return end

    def prose(self) -> str:
        """The lines outside code, with code lines left empty."""
        if not self._fenced:
            return "\n".join(self.lines)
        lines = list(self.lines)
        for start, end in self._fenced:
            end = min(end, len(lines))
            lines[start:end] = [""] * (end - start)
        return "\n".join(lines)

    def sections(self) -> list[Section]:
        """The text before the first heading, where there is any, and one section a heading."""
        ends = [heading.at for heading in self.headings[1:]] + [len(self.lines)]
        found = []
        for heading, end in zip(self.headings, ends, strict=True) if self.headings else ():
            text = "\n".join(self.lines[heading.body : end]).strip("\n")
            found.append(Section(heading.title, heading.level, heading.at + self.first_line, text))
        before = "\n".join(self.lines[: self.headings[0].at if self.headings else None]).strip("\n")
        return [Section("", 0, self.first_line, before), *found] if before.strip() else found


def plain(text: str) -> str:
    """Return a short text without the marks of emphasis, links and images."""
    if "[" in text:
        text = _INLINE_LINK.sub(r"\1", text)
    if "<" in text:
        text = _HTML_TAG.sub("", text)
    return text.replace("**", "").replace("`", "").strip(" \t*_")


def is_placeholder(text: str) -> bool:
    """Whether a short text holds nothing but a template's slot."""
    if "[" not in text and "{" not in text and "TODO" not in text and "eeded" not in text:
        return False
    rest = _TODO.sub("", text).lower()
    for hint, pattern in _SLOTS.items():
        if hint in rest:
            rest = pattern.sub("", rest)
    return bool(text.strip()) and not rest.strip("[]()*_-.: \t\n#")


def _placeholders(prose: str, first_line: int) -> tuple[int, ...]:
    lowered = prose.lower()
    found = {line for hint, slot in _SLOTS.items() if hint in lowered for line in _lines_of(lowered, hint, slot)}
    if "TODO" in prose:
        found.update(_lines_of(prose, "TODO", _TODO))
    return tuple(sorted([line + first_line for line in found])[:PLACEHOLDER_LIMIT])


def _lines_of(text: str, hint: str, slot: re.Pattern[str]) -> list[int]:
    """Return the lines, counting from 0, on which a slot that begins with `hint` stands."""
    found: list[int] = []
    line, position, at = 0, 0, text.find(hint)
    while at >= 0 and len(found) < PLACEHOLDER_LIMIT:
        if slot.match(text, at):
            line += text.count("\n", position, at)
            position = at
            found.append(line)
        at = text.find(hint, at + len(hint))
    return found
