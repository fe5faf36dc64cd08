"""Links and images of a model card, found by searching for what every link must contain."""

from __future__ import annotations

import re
from operator import attrgetter

import msgspec

LINK_LIMIT = 5000
TRY_LIMIT = 20_000
TEXT_LENGTH = 500
TARGET_LENGTH = 2000

_BARE = re.compile(r"https?://[^\s<>\"'`)\]}|\\]{1,2000}")
_ATTRIBUTE = re.compile(r"(href|src|HREF|SRC)\s{0,9}=\s{0,9}(?:\"([^\"<>\n]{1,2000})\"|'([^'<>\n]{1,2000})')")
_DEFINITION = re.compile(r"^ {0,3}\[([^\[\]\n]{1,300})\]:[ \t]{0,20}<?([^\s<>]{1,2000})", re.MULTILINE)
_LINE = attrgetter("line")


class Link(msgspec.Struct, frozen=True):
    """A link or image target as written."""

    target: str
    text: str
    line: int
    is_image: bool = False


class _Found:
    """Links collected in the order of their places; remembers where targets begin, so that none counts twice."""

    def __init__(self, text: str, first_line: int) -> None:
        self.text = text
        self.links: list[Link] = []
        self.starts: set[int] = set()
        self._first_line = first_line
        self._position = 0
        self._line = first_line

    def rewind(self) -> None:
        """Begin a new search from the top of the text."""
        self._position, self._line = 0, self._first_line

    def add(self, target: str, text: str, start: int, is_image: bool = False) -> None:
        """Keep a link whose target begins at `start`, which never lies before the one added last."""
        if start >= self._position:
            self._line += self.text.count("\n", self._position, start)
            self._position = start
        self.links.append(Link(target, text, self._line, is_image))
        self.starts.add(start)

    @property
    def is_full(self) -> bool:
        """Whether the limit is reached."""
        return len(self.links) >= LINK_LIMIT


def find_links(prose: str, first_line: int = 1) -> tuple[Link, ...]:
    """Return the links and images in a text without code, in the order of their lines."""
    found = _Found(prose, first_line)
    if "](" in prose:
        _inline(found)
    if "]:" in prose:
        found.rewind()
        _matches(found, _DEFINITION)
    if "<" in prose and ("href" in prose or "src" in prose or "HREF" in prose or "SRC" in prose):
        found.rewind()
        _attributes(found)
    if "://" in prose:
        found.rewind()
        _bare(found)
    return tuple(sorted(found.links, key=_LINE))


def _inline(found: _Found) -> None:
    text = found.text
    at = text.find("](")
    for _ in range(TRY_LIMIT):
        if at < 0 or found.is_full:
            return
        start = at + 2
        end = _target_end(text, start)
        if end > start:
            label, is_image = _label(text, at)
            found.add(_target(text[start:end]), label, start + (text[start] == "<"), is_image)
        at = text.find("](", start)


def _target_end(text: str, start: int) -> int:
    """Return where the target's closing parenthesis stands, -1 where there is none on the line."""
    limit = min(len(text), start + TARGET_LENGTH)
    newline = text.find("\n", start, limit)
    limit = newline if newline >= 0 else limit
    end = text.find(")", start, limit)
    while end >= 0 and text.count("(", start, end) > text.count(")", start, end):
        later = text.find(")", end + 1, limit)
        if later < 0 or text.count("(", start, end) > 8:
            return end
        end = later
    return end


def _target(written: str) -> str:
    target = written.strip()
    if target.startswith("<"):
        return target[1:].partition(">")[0]
    return target.split(None, 1)[0] if target else ""


def _label(text: str, at: int) -> tuple[str, bool]:
    begin = text.rfind("[", max(0, at - TEXT_LENGTH), at)
    if begin < 0:
        return "", False
    label = text[begin + 1 : at]
    if "](" in label:  # an image inside a link: this is the outer target
        return label.partition("](")[0], False
    return " ".join(label.split()).strip("*_`"), begin > 0 and text[begin - 1] == "!"


def _matches(found: _Found, pattern: re.Pattern[str]) -> None:
    for match in pattern.finditer(found.text):
        if found.is_full:
            return
        found.add(match[2], match[1], match.start(2))


def _attributes(found: _Found) -> None:
    for match in _ATTRIBUTE.finditer(found.text):
        if found.is_full:
            return
        group = 2 if match[2] is not None else 3
        found.add(match[group], "", match.start(group), match[1].lower() == "src")


def _bare(found: _Found) -> None:
    text = found.text
    at = text.find("http")
    for _ in range(TRY_LIMIT):
        if at < 0 or found.is_full:
            return
        match = None if at in found.starts else _BARE.match(text, at)
        if match is not None and text[at - 1 : at] != "`" and not (at and text[at - 1].isalnum()):
            found.add(match[0].rstrip(".,;:!?*_"), "", at)
        at = text.find("http", match.end() if match else at + 4)
