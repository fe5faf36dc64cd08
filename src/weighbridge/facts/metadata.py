"""The front matter of a model card: what the publisher states for machines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from weighbridge.errors import FormatError
from weighbridge.facts.card import CardFile
from weighbridge.facts.engine import Facts, Gap, Unreadable
from weighbridge.facts.frontmatter import Parts, split
from weighbridge.facts.yamltext import escape, parse_yaml
from weighbridge.model import Depth, Location, Problem


class Metadata(msgspec.Struct, frozen=True):
    """A card's front matter.

    `values` is the mapping as parsed (empty when there is none), `lines` maps the JSON pointer of each key to its line,
    `path` the file it stands in, empty when it comes from the registry's record. `problems` tells what could not be
    parsed, which keys stand twice, and which values YAML 1.1 reads otherwise than they look (`no` for Norwegian).
    """

    values: dict[str, Any] = {}
    lines: dict[str, int] = {}
    path: str = ""
    problems: tuple[Problem, ...] = ()

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a value that may be a text or a list of texts as a tuple of texts; other shapes give ()."""
        value = self.values.get(key)
        if isinstance(value, str):
            return (value,) if value.strip() else ()
        if isinstance(value, list):
            return tuple([item for item in value if isinstance(item, str) and item.strip()])
        return ()

    def text(self, key: str) -> str:
        """Return the first text of a value, or an empty one."""
        texts = self.texts(key)
        return texts[0] if texts else ""

    def where(self, *keys: str | int) -> Location | None:
        """Return the place of a value, as exactly as known; None when the values come from a registry's record."""
        if not self.path:
            return None
        pointer = "".join([f"/{escape(key)}" if isinstance(key, str) else f"/{key}" for key in keys])
        return Location(self.path, line=self.lines.get(pointer), pointer=pointer or None)


def read_metadata(facts: Facts) -> Metadata:
    """Read the front matter: from the card where the depth allows, else as the registry's record copies it.

    Raises `Unreadable` where neither can be had.
    """
    copied = _from_record(facts.repository.record)
    if facts.depth < Depth.CARD:
        if copied is None:
            raise Unreadable("the registry's record holds no copy of the card's front matter", Depth.CARD)
        return copied
    file = facts.get(CardFile)
    if isinstance(file, Gap):
        if copied is None:
            raise Unreadable(file.reason, file.depth)
        return copied
    written = front_matter_of(file)
    if copied is not None and not written.values:
        return msgspec.structs.replace(copied, problems=copied.problems + written.problems)
    return written


def front_matter_of(file: CardFile) -> Metadata:
    """Return the front matter of a card's text; what is wrong with it stands in `problems`."""
    if not file.path:
        return Metadata()
    parts = split(file.text)
    problems = (Problem(parts.problem, f"line {parts.problem_line}"),) if parts.problem else ()
    if parts.front is None:
        return Metadata(path=file.path, problems=problems)
    return _parsed(file.path, parts, problems)


def _parsed(path: str, parts: Parts, problems: tuple[Problem, ...]) -> Metadata:
    try:
        parsed = parse_yaml(parts.front or "", parts.front_line)
    except FormatError as error:
        return Metadata(path=path, problems=(*problems, Problem(error.message, error.where)))
    problems += parsed.problems
    if parsed.value is None:
        return Metadata(path=path, problems=problems)
    if not isinstance(parsed.value, dict):
        wrong = Problem("the front matter is not a mapping of keys to values", f"line {parts.front_line}")
        return Metadata(path=path, problems=(*problems, wrong))
    return Metadata(parsed.value, parsed.lines, path, problems)


def _from_record(record: Mapping[str, Any] | None) -> Metadata | None:
    """Return the record's copy of the front matter; None where it has none, though the card may."""
    if record is None or ("cardData" not in record and not _lists_no_card(record)):
        return None
    values = record.get("cardData")
    values = dict(values) if isinstance(values, dict) else {}
    index = record.get("model-index")
    problems: tuple[Problem, ...] = ()
    if isinstance(index, dict) and isinstance(index.get("error"), str):
        problems = (Problem(f"the registry refuses the model-index: {index['error'][:300]}", "model-index"),)
    elif isinstance(index, list) and "model-index" not in values:
        values["model-index"] = index
    return Metadata(values, problems=problems)


def _lists_no_card(record: Mapping[str, Any]) -> bool:
    """Whether the record lists the repository's files and no README is among them."""
    siblings = record.get("siblings")
    if not isinstance(siblings, list) or not siblings:
        return False
    names = [item.get("rfilename") if isinstance(item, dict) else item for item in siblings]
    return "README.md" not in names
