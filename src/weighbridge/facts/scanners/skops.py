"""skops: the schema of an archive, a tree of nodes that say which class or function each value is rebuilt by."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from weighbridge.facts.scan import Observation
from weighbridge.facts.scanners.subject import Subject
from weighbridge.facts.scanners.walking import walk


def is_schema(value: Any) -> bool:
    """Whether a JSON document is a skops schema."""
    return isinstance(value, dict) and "__loader__" in value and ("_skops_version" in value or "protocol" in value)


def scan_schema(subject: Subject, value: Any) -> Iterator[Observation]:
    """Yield every node that names a type or function, once a kind of loader and name."""
    seen = set()
    for pointer, node in walk(value):
        loader, name, module = node.get("__loader__"), node.get("__class__"), node.get("__module__")
        if not isinstance(loader, str):
            continue
        path = f"{module}.{name}" if isinstance(module, str) else str(name)
        if (loader, path) in seen:
            continue
        seen.add((loader, path))
        yield subject.observe(f"skops.{loader}", path, _text(loader, path, node), subject.where(pointer=pointer))


def _text(loader: str, path: str, node: dict[str, Any]) -> str:
    content = node.get("content")
    if isinstance(content, dict) and isinstance(content.get("func"), str):
        return f"{loader} takes the method {content['func']!r} of {path}"
    return f"{loader} rebuilds {path}"
