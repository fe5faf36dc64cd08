"""YAML as strangers write it: read from parser events in one pass, with limits, and as YAML 1.2 means it.

Nothing is constructed but mappings, lists, texts, numbers, booleans and nulls. `no` stays the text that it looks like,
dates stay texts, `1e-5` is a number; where a YAML 1.1 reader (PyYAML, and so most Python code) would take a value for
something else, that is told as a problem.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Any

import msgspec

from weighbridge.errors import FormatError, LimitExceeded
from weighbridge.model import Problem

# Front matter with the results of a large benchmark suite reaches one or two megabytes; nothing that people need is larger.
TEXT_LIMIT = 4 * 1024 * 1024
NODE_LIMIT = 500_000
DEPTH_LIMIT = 50
# Nodes that aliases may stand for in all: people use a handful, bombs millions.
ALIASED_LIMIT = 10_000
PROBLEM_LIMIT = 50
_TOO_DEEP = "exceeded maximum nesting depth"

_NUMBER = re.compile(
    r"[-+]?(?:0|[1-9][0-9_]{0,40}|0[0-9]{1,40})|0x[0-9a-fA-F]{1,32}|0o[0-7]{1,32}"
    r"|(?P<float>[-+]?(?:[0-9][0-9_]{0,40}\.?[0-9_]{0,400}|\.[0-9]{1,400})(?:[eE][-+]?[0-9]{1,6})?"
    r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))"
)
_SEXAGESIMAL = re.compile(r"[-+]?[0-9][0-9_]{0,20}(?::[0-5]?[0-9]){1,4}(?:\.[0-9_]{0,20})?")
_CONSTANTS: dict[str, bool | None] = {
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
    "null": None, "Null": None, "NULL": None, "~": None, "": None,
}  # fmt: skip
# What a YAML 1.1 reader takes for a truth value and a YAML 1.2 reader, and the Hub, for a text.
_OLD_TRUTHS = {
    word: word.lower() in {"yes", "on"} for w in ("yes", "no", "on", "off") for word in (w, w.title(), w.upper())
}
_SPECIAL = frozenset(_CONSTANTS) | frozenset(_OLD_TRUTHS)
_STANDARD_TAGS = frozenset(
    f"tag:yaml.org,2002:{kind}" for kind in ("map", "seq", "null", "bool", "int", "float", "timestamp")
)
_TEXT_TAG = "tag:yaml.org,2002:str"


# Most front matter is keys with words and lists of words. Those lines mean the same to every reader of YAML and need no parser.
_WORDS = r"[A-Za-z](?:[\w .,/+@()-]*[\w/+@()])?"
_SIMPLE = re.compile(rf"(?:([A-Za-z_][\w-]*):(?: ({_WORDS}))?|( *)- ({_WORDS}))", re.ASCII)


class Yaml(msgspec.Struct, frozen=True):
    """A parsed document: its value, the line of each JSON pointer (counting from 1), and what was wrong with it."""

    value: Any = None
    lines: dict[str, int] = {}
    problems: tuple[Problem, ...] = ()


class _Open:
    """A mapping or list whose end has not come yet."""

    __slots__ = ("anchor", "height", "holder", "key", "line", "merged", "nodes", "pointer")

    def __init__(self, holder: Any, pointer: str, line: int, anchor: str | None) -> None:
        self.holder = holder
        self.pointer = pointer
        self.line = line
        self.anchor = anchor
        self.key: str | None = None
        self.merged: dict[str, Any] | None = None
        self.nodes = 1
        self.height = 1


def parse_yaml(text: str, first_line: int = 1) -> Yaml:
    """Return what a YAML document says; `first_line` is the line in its file on which `text` begins.

    Raises `FormatError` when it is not YAML, `LimitExceeded` when it is too large, too deep or a bomb.
    """
    if len(text) > TEXT_LIMIT:
        raise LimitExceeded(f"{len(text):,} characters of YAML; the limit is {TEXT_LIMIT:,}")
    simple = _simple(text, first_line)
    if simple is not None:
        return simple
    return _parsed(text, first_line)


def _simple(text: str, first_line: int) -> Yaml | None:
    """Return what a document of nothing but words says; None where it needs a parser."""
    values: dict[str, Any] = {}
    lines: dict[str, int] = {}
    items: list[str] | None = None
    key, indent = "", ""
    for number, line in enumerate(text.split("\n"), first_line):
        match = _SIMPLE.fullmatch(line)
        if match is None:
            if line:
                return None
            continue
        name, value, spaces, item = match.groups()
        if name is None:
            if item in _SPECIAL or not key or (items is not None and spaces != indent):
                return None
            if items is None:
                items, indent = [], spaces
                values[key] = items
            lines[f"/{key}/{len(items)}"] = number
            items.append(item)
            continue
        if name in values or name in _SPECIAL or value in _SPECIAL:
            return None
        values[name] = value
        lines[f"/{name}"] = number
        key, items = name if value is None else "", None
    return Yaml(values, lines) if values else None


def _parsed(text: str, first_line: int) -> Yaml:
    builder = _Builder(first_line)
    builder.run(_events(text, first_line))
    return Yaml(builder.value, builder.lines, tuple(builder.problems))


@functools.cache
def _parser() -> Any:
    try:
        from yaml._yaml import CParser
    except ImportError:  # PyYAML without libyaml
        import yaml

        return yaml.SafeLoader
    return CParser


def _events(text: str, first_line: int) -> Iterator[Any]:
    import yaml

    try:
        parser = _parser()(text)
        while (event := parser.get_event()) is not None:
            yield event
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + first_line if mark else first_line
        # Newer builds of libyaml have a limit of their own; reading ahead, they meet it before the events that ours counts.
        if error.problem == _TOO_DEEP:
            raise LimitExceeded("YAML nested deeper than its parser goes", where=f"line {line}") from None
        raise FormatError(f"not YAML: {error.problem or error.context or 'malformed'}", where=f"line {line}") from None
    except yaml.YAMLError as error:
        raise FormatError(f"not YAML: {str(error).splitlines()[0][:200]}", where=f"line {first_line}") from None
    except (ValueError, OverflowError) as error:  # escapes outside Unicode in PyYAML's pure parser
        raise FormatError(f"not YAML: {str(error)[:200]}", where=f"line {first_line}") from None


class _Builder:
    """Builds values from events; keeps count of everything that can grow."""

    def __init__(self, first_line: int) -> None:
        self.value: Any = None
        self.lines: dict[str, int] = {}
        self.problems: list[Problem] = []
        self._first_line = first_line
        self._stack: list[_Open] = []
        self._anchors: dict[str, tuple[Any, int, int]] = {}
        self._nodes = 0
        self._aliased = 0
        self._documents = 0

    def run(self, events: Iterator[Any]) -> None:
        """Take all events of the first document; a second document is a problem."""
        handlers = {
            "ScalarEvent": self._scalar,
            "MappingStartEvent": self._mapping,
            "SequenceStartEvent": self._sequence,
            "MappingEndEvent": self._end,
            "SequenceEndEvent": self._end,
            "AliasEvent": self._alias,
        }
        for event in events:
            kind = type(event).__name__
            handler = handlers.get(kind)
            if handler is not None:
                handler(event)
            elif kind == "DocumentStartEvent":
                self._documents += 1
                if self._documents > 1:
                    self._tell("a second document begins; only the first is read", event)
                    return

    def _scalar(self, event: Any) -> None:
        text: str = event.value
        opened = self._stack[-1] if self._stack else None
        if opened is not None and opened.key is None and type(opened.holder) is dict:
            self._key(opened, text, event)
            return
        value: Any = text
        tag = event.tag
        if event.implicit[0] and not event.style:
            value = self._plain(text, event)
        elif tag is not None and tag != _TEXT_TAG:
            value = self._tagged(text, tag, event)
        if event.anchor is not None:
            self._anchors[event.anchor] = (value, 1, 0)
        self._put(value, event.start_mark.line + self._first_line, 1, 0)

    def _plain(self, text: str, event: Any) -> Any:
        first = text[:1]
        if first and first not in "0123456789+-.tTfFnNyYoO~":
            return text
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        if text in _OLD_TRUTHS:
            reading = "true" if _OLD_TRUTHS[text] else "false"
            self._tell(f'`{text}` without quotes is {reading} to YAML 1.1 readers: write "{text}"', event)
            return text
        if first in "0123456789+-.":
            return self._number(text, event)
        return text

    def _number(self, text: str, event: Any) -> Any:
        match = _NUMBER.fullmatch(text)
        if match is None:
            if ":" in text and _SEXAGESIMAL.fullmatch(text):
                self._tell(f'`{text}` without quotes is a number in base 60 to YAML 1.1 readers: write "{text}"', event)
            return text
        if match["float"] is not None:
            return float(text.replace("_", "").replace(".inf", "inf").replace(".Inf", "inf").replace(".INF", "inf")
                         .replace(".nan", "nan").replace(".NaN", "nan").replace(".NAN", "nan"))  # fmt: skip
        if text[:2] in ("0x", "0o"):
            return int(text, 0)
        if text[:1] == "0" and text != "0" and set(text) <= set("01234567"):
            self._tell(f'`{text}` without quotes is octal to YAML 1.1 readers: write "{text}"', event)
        return int(text.replace("_", ""))

    def _tagged(self, text: str, tag: str, event: Any) -> Any:
        if tag in _STANDARD_TAGS:
            return self._plain(text, event) if tag != "tag:yaml.org,2002:timestamp" else text
        if tag not in ("!", "tag:yaml.org,2002:binary"):
            self._refuse(tag, event)
        return text

    def _refuse(self, tag: str, event: Any) -> None:
        self._tell(f"the tag `{tag[:100]}` asks a YAML reader to make an object of its own; it was not followed", event)

    def _key(self, opened: _Open, text: str, event: Any) -> None:
        if event.tag is not None and event.tag not in _STANDARD_TAGS and event.tag not in (_TEXT_TAG, "!"):
            self._refuse(event.tag, event)
        if (
            not event.style
            and event.implicit[0]
            and text not in _OLD_TRUTHS
            and type(self._plain(text, event)) is not str
        ):
            self._tell(f"the key `{text[:100]}` is not a text", event)
        if event.anchor is not None:
            self._anchors[event.anchor] = (text, 1, 0)
        line = event.start_mark.line + self._first_line
        if text in opened.holder:
            self._tell(f"the key `{text[:100]}` stands twice; readers keep the last or refuse", event)
        opened.key = text
        self.lines[f"{opened.pointer}/{escape(text)}"] = line

    def _mapping(self, event: Any) -> None:
        self._begin({}, event)

    def _sequence(self, event: Any) -> None:
        self._begin([], event)

    def _begin(self, holder: Any, event: Any) -> None:
        if len(self._stack) >= DEPTH_LIMIT:
            raise LimitExceeded(f"YAML nested deeper than {DEPTH_LIMIT}", where=self._where(event))
        if event.tag is not None and event.tag not in _STANDARD_TAGS and event.tag != "!":
            self._refuse(event.tag, event)
        line = event.start_mark.line + self._first_line
        self._stack.append(_Open(holder, self._pointer(event), line, event.anchor))

    def _pointer(self, event: Any) -> str:
        if not self._stack:
            return ""
        opened = self._stack[-1]
        if type(opened.holder) is list:
            return f"{opened.pointer}/{len(opened.holder)}"
        if opened.key is None:
            raise FormatError("a mapping or list stands where a key should", where=self._where(event))
        return f"{opened.pointer}/{escape(opened.key)}"

    def _end(self, _event: Any) -> None:
        opened = self._stack.pop()
        if opened.merged:
            opened.holder.update({key: value for key, value in opened.merged.items() if key not in opened.holder})
        if opened.anchor is not None:
            self._anchors[opened.anchor] = (opened.holder, opened.nodes, opened.height)
        self._put(opened.holder, opened.line, opened.nodes, opened.height)

    def _alias(self, event: Any) -> None:
        if event.anchor not in self._anchors:
            raise FormatError(f"the alias *{event.anchor[:100]} refers to nothing before it", where=self._where(event))
        value, nodes, height = self._anchors[event.anchor]
        self._aliased += nodes
        if self._aliased > ALIASED_LIMIT:
            raise LimitExceeded(f"aliases stand for more than {ALIASED_LIMIT:,} values", where=self._where(event))
        if len(self._stack) + height > DEPTH_LIMIT:
            raise LimitExceeded(f"YAML nested deeper than {DEPTH_LIMIT}", where=self._where(event))
        opened = self._stack[-1] if self._stack else None
        if opened is not None and opened.key is None and type(opened.holder) is dict:
            opened.key = str(value)[:100] if isinstance(value, str | int | float) else f"*{event.anchor}"
            return
        self._put(value, event.start_mark.line + self._first_line, nodes, height)

    def _put(self, value: Any, line: int, nodes: int, height: int) -> None:
        self._nodes += 1
        if self._nodes > NODE_LIMIT:
            raise LimitExceeded(f"more than {NODE_LIMIT:,} values in a YAML document", where=f"line {line}")
        if not self._stack:
            self.value = value
            return
        opened = self._stack[-1]
        opened.nodes += nodes
        if height >= opened.height:
            opened.height = height + 1
        if type(opened.holder) is list:
            self.lines[f"{opened.pointer}/{len(opened.holder)}"] = line
            opened.holder.append(value)
        elif opened.key == "<<" and type(value) is dict:
            opened.merged = value if opened.merged is None else {**value, **opened.merged}
            opened.key = None
        else:
            opened.holder[opened.key] = value
            opened.key = None

    def _tell(self, message: str, event: Any) -> None:
        if len(self.problems) < PROBLEM_LIMIT:
            self.problems.append(Problem(message, self._where(event)))

    def _where(self, event: Any) -> str:
        return f"line {event.start_mark.line + self._first_line}"


def escape(key: str) -> str:
    """Return a key as it stands in a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1") if "/" in key or "~" in key else key
