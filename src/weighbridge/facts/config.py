"""The machine-readable configuration files."""

from __future__ import annotations

from typing import Any

import msgspec

from weighbridge.model import Location, Problem


class Document(msgspec.Struct, frozen=True):
    """One JSON (or YAML) document; `problem` is set and `value` None when it does not parse."""

    path: str
    value: Any = None
    problem: Problem | None = None

    def mapping(self) -> dict[str, Any]:
        """Return the document's top-level object, or an empty one."""
        return self.value if isinstance(self.value, dict) else {}


class Config(msgspec.Struct, frozen=True):
    """All configuration documents of a repository, with the values that many checks ask for.

    `main` is the document that describes the model (`config.json`, `adapter_config.json`, `model_index.json`,
    `open_clip_config.json` …), empty where there is none. With a shallow look only what the registry's record copies of
    it is there, and `is_partial` is True.
    """

    documents: dict[str, Document] = {}
    main: Document = Document("")
    is_partial: bool = False

    @property
    def values(self) -> dict[str, Any]:
        """The main document's object."""
        return self.main.mapping()

    @property
    def model_type(self) -> str:
        """`model_type` of a transformers configuration, or an empty text."""
        value = self.values.get("model_type")
        return value if isinstance(value, str) else ""

    @property
    def architectures(self) -> tuple[str, ...]:
        """The class names in `architectures`."""
        value = self.values.get("architectures")
        return tuple(v for v in value if isinstance(v, str)) if isinstance(value, list) else ()

    def number(self, *keys: str) -> int | None:
        """Return the first of the keys, in the main object or its `text_config`, that holds a whole number."""
        nested = self.values.get("text_config")
        for values in (self.values, nested if isinstance(nested, dict) else {}):
            for key in keys:
                value = values.get(key)
                if isinstance(value, int) and not isinstance(value, bool):
                    return value
        return None

    def where(self, *keys: str) -> Location | None:
        """Return the place of a key in the main document."""
        return Location(self.main.path, pointer="".join(f"/{k}" for k in keys) or None) if self.main.path else None
