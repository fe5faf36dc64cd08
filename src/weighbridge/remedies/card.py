"""A model card, completed with what could be measured.

The card's own bytes are never rewritten: keys are added at the end of the front matter, sections at the end of the text, and
only the block `measured:`, which is this module's own, is replaced when it is out of date.
"""

from __future__ import annotations

import difflib
from typing import Any

import msgspec
import yaml

from weighbridge.errors import FormatError
from weighbridge.facts.card import Card
from weighbridge.facts.config import Config
from weighbridge.facts.engine import Facts
from weighbridge.facts.licence import Licence, identifier_of
from weighbridge.facts.lineage import Lineage
from weighbridge.facts.metadata import Metadata
from weighbridge.facts.overview import describe
from weighbridge.model import Overview
from weighbridge.remedies.sections import TEMPLATES, Template

_CARD = "README.md"
_FENCE = "---"
# A licence text is taken for what it resembles only when nearly nothing else is in the file.
_SURE = 0.9


class Addition(msgspec.Struct, frozen=True):
    """A front-matter key to write, and what it was measured from."""

    key: str
    value: Any
    reason: str


class Proposal(msgspec.Struct, frozen=True):
    """A card as it is and as it could be. `before` is empty when there is no card yet."""

    path: str
    before: str
    after: str
    additions: tuple[Addition, ...] = ()
    sections: tuple[str, ...] = ()

    @property
    def diff(self) -> str:
        """The change as a unified diff; empty when nothing is missing."""
        lines = difflib.unified_diff(
            self.before.splitlines(keepends=True),
            self.after.splitlines(keepends=True),
            f"a/{self.path}",
            f"b/{self.path}",
        )
        return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def propose(facts: Facts) -> Proposal:
    """Work out what the card lacks and could say.

    Raises `FormatError` when the card is not UTF-8 or its front matter does not parse: there is no safe place to write to.
    """
    path, before = current(facts)
    metadata = facts.need(Metadata)
    if metadata.problems and not metadata.values:
        raise FormatError(
            f"{path}: the front matter does not parse: {metadata.problems[0].message}",
            where=metadata.problems[0].where,
            hint="Mend the front matter by hand first; nothing was changed.",
        )
    additions = tuple(a for a in _measurements(facts, metadata) if metadata.values.get(a.key) != a.value)
    sections = _missing_sections(facts.need(Card))
    after = _with_sections(with_additions(before, metadata, additions), sections, describe(facts))
    return Proposal(path, before, after, additions, tuple(section.title for section in sections))


def current(facts: Facts) -> tuple[str, str]:
    """Return the card's path and its text, exactly as it stands."""
    path = facts.need(Card).path
    if not path:
        return _CARD, ""
    try:
        return path, facts.repository.read(path).decode("utf-8")
    except UnicodeDecodeError as error:
        raise FormatError(
            f"{path} is not UTF-8 (byte {error.start})", hint="Save the card as UTF-8 first; nothing was changed."
        ) from None


def _measurements(facts: Facts, metadata: Metadata) -> list[Addition]:
    """List what can be written into the front matter; a key that the publisher set is left alone."""
    overview = describe(facts)
    found = [
        Addition("library_name", _library(facts), "the configuration files"),
        Addition("license", _licence(facts), "the licence file's text"),
        Addition("base_model", _base_model(facts), "the adapter's or the model's configuration"),
    ]
    additions = [a for a in found if a.value and a.key not in metadata.values]
    measured = _measured(overview)
    return additions + ([Addition("measured", measured, "the weight files")] if measured else [])


def _measured(overview: Overview) -> dict[str, Any]:
    """Gather what the weight files tell under one key, so that nobody takes it for the publisher's own words."""
    values = {
        "parameters": overview.parameters,
        "precision": next(iter(overview.precisions), None),
        "architecture": overview.architecture or None,
        "quantisation": overview.quantisation or None,
        "formats": [str(form) for form in overview.formats] or None,
    }
    return {key: value for key, value in values.items() if value is not None} if overview.formats else {}


# The configuration file that each library writes; the more particular first.
_LIBRARIES = {
    "modules.json": "sentence-transformers",
    "adapter_config.json": "peft",
    "model_index.json": "diffusers",
    "open_clip_config.json": "open_clip",
}


def _library(facts: Facts) -> str:
    """Return the library whose configuration file is there."""
    config = facts.maybe(Config)
    if config is None:
        return ""
    written = next((library for path, library in _LIBRARIES.items() if path in config.documents), "")
    return written or ("transformers" if config.model_type else "")


def _licence(facts: Facts) -> str:
    """Return the Hub's identifier of the one licence whose text is there, when no other speaks against it."""
    licence = facts.maybe(Licence)
    keys = {text.key for text in licence.texts if text.similarity >= _SURE} if licence else set()
    return identifier_of(next(iter(keys))) if len(keys) == 1 else ""


def _base_model(facts: Facts) -> str:
    """Return the base model when all places that name one name the same."""
    lineage = facts.maybe(Lineage)
    names = {parent.name for parent in lineage.parents} if lineage else set()
    return next(iter(names)) if len(names) == 1 else ""


def with_additions(text: str, metadata: Metadata, additions: tuple[Addition, ...]) -> str:
    """Write the additions into the front matter's end, in the line ending that the card uses."""
    if not additions:
        return text
    block = yaml.safe_dump({a.key: a.value for a in additions}, sort_keys=False, allow_unicode=True)
    newline = "\r\n" if "\r\n" in text else "\n"
    added = [f"{line}{newline}" for line in block.splitlines()]
    lines = text.splitlines(keepends=True)
    end = front_matter_end(lines)
    if end is None:
        separator = [newline] if text else []
        return "".join([f"{_FENCE}{newline}", *added, f"{_FENCE}{newline}", *separator, *lines])
    start, stop = _own_block(lines, end, metadata)
    return "".join([*lines[:start], *lines[stop:end], *added, *lines[end:]])


def front_matter_end(lines: list[str]) -> int | None:
    """Return the index of the closing fence, or None when there is no front matter."""
    if not lines or lines[0].lstrip("\ufeff").rstrip() != _FENCE:
        return None
    return next((i for i, line in enumerate(lines[1:], 1) if line.rstrip() == _FENCE), None)


def _own_block(lines: list[str], end: int, metadata: Metadata) -> tuple[int, int]:
    """Return the lines (from, to) of an earlier `measured:` block, an empty range when there is none."""
    line = metadata.lines.get("/measured")
    if line is None:
        return end, end
    start = line - 1
    stop = next((i for i in range(start + 1, end) if lines[i].strip() and not lines[i][0].isspace()), end)
    return start, stop


def _missing_sections(card: Card) -> list[Template]:
    return [template for template in TEMPLATES if card.section(*template.synonyms) is None]


def _with_sections(text: str, sections: list[Template], overview: Overview) -> str:
    newline = "\r\n" if "\r\n" in text else "\n"
    headings = text.lower()
    parts = [
        section.render(overview)
        for section in sections
        if f"## {section.title.lower()}" not in headings  # an empty one, perhaps ours from an earlier run
    ]
    if not parts:
        return text
    gap = "" if not text or text.endswith(("\n\n", "\r\n\r\n")) else "\n" if text.endswith("\n") else "\n\n"
    return text + (gap + "\n\n".join(parts) + "\n").replace("\n", newline)
