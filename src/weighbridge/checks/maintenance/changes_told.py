"""MA006: changes are told."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.checks.sections import described
from weighbridge.facts.card import Card
from weighbridge.facts.manifest import Manifest
from weighbridge.model import (
    Attribute,
    Depth,
    Evidence,
    Factor,
    Location,
    Outcome,
    Severity,
    missing,
    unknown,
    verified,
)

_MISSING = missing(
    "Nothing tells what changed from version to version.",
    remedy="Keep a changelog, or a section on versions in the card.",
)
_UNREAD = unknown("There is no changelog among the files; the card was not read.", depth=Depth.CARD)
_FILES = (
    "changelog.md",
    "changelog",
    "changelog.txt",
    "changes.md",
    "history.md",
    "releases.md",
    "release_notes.md",
    "news.md",
    "changelog.rst",
)
_WORDS = (
    "changelog",
    "change log",
    "release note",
    "what's new",
    "version history",
    "updates",
    "news",
    "versions",
    "revision",
    "changes",
)


@check(code="MA006", attribute=Attribute.MAINTENANCE, factor=Factor.UPDATES, severity=Severity.LOW)
def changes_told(manifest: Manifest | None, card: Card | None) -> Outcome:
    """Changes are told.

    What it asks: whether there is a changelog, or a section of the card about versions or news.
    Why it matters: who has pinned a version must know whether to move on.
    Evidence: files named as changelogs; headings of the card with text below them.
    Remedy: keep a changelog, or a section on versions in the card.
    Limits: commit messages and tags are not counted.
    Source: this project; Keep a Changelog.
    """
    held = manifest.named(*_FILES) if manifest is not None else ()
    if held:
        return verified(f"The repository holds {held[0].path}.", Evidence(held[0].path, Location(held[0].path)))
    return _UNREAD if card is None else described(card, _WORDS, _MISSING)
