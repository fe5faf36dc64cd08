"""The front matter of a model card: what the publisher states for machines."""

from __future__ import annotations

from typing import Any

import msgspec

from weighbridge.model import Location, Problem


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
            return tuple(item for item in value if isinstance(item, str) and item.strip())
        return ()

    def text(self, key: str) -> str:
        """Return the first text of a value, or an empty one."""
        return next(iter(self.texts(key)), "")

    def where(self, *keys: str | int) -> Location | None:
        """Return the place of a value, as exactly as known; None when the values come from a registry's record."""
        if not self.path:
            return None
        pointer = "".join(f"/{key}" for key in keys)
        return Location(self.path, line=self.lines.get(pointer), pointer=pointer or None)
