"""Walking parsed documents without recursion, with the way to each place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from weighbridge.errors import LimitExceeded
from weighbridge.facts.yamltext import escape

_CONTAINERS = 2_000_000


def walk(value: Any, pointer: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every mapping of a document with its JSON pointer, outer ones first. Raises `LimitExceeded` for too many."""
    waiting: list[tuple[str, Any]] = [(pointer, value)]
    budget = _CONTAINERS
    while waiting:
        place, held = waiting.pop()
        budget -= 1
        if budget < 0:
            raise LimitExceeded(f"more than {_CONTAINERS:,} lists and mappings")
        if isinstance(held, dict):
            yield place, held
            inner = [(f"{place}/{escape(str(k))}", v) for k, v in held.items() if isinstance(v, dict | list)]
        elif isinstance(held, list):
            inner = [(f"{place}/{i}", v) for i, v in enumerate(held) if isinstance(v, dict | list)]
        else:
            continue
        waiting.extend(reversed(inner))
