"""JSON as strangers write it: with limits, and with what is doubtful told."""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec

from weighbridge.errors import FormatError, LimitExceeded
from weighbridge.model import Problem

TEXT_LIMIT = 16 * 1024 * 1024
DEPTH_LIMIT = 64

# Half of a surrogate pair: valid in JSON's letter, but no character, and no encoder takes it.
_HALF_PAIR = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB]..)\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)


class Json(msgspec.Struct, frozen=True):
    """A parsed document and what was doubtful in it."""

    value: Any = None
    problems: tuple[Problem, ...] = ()


def parse_json(data: bytes) -> Json:
    """Return what a JSON document says. Raises `FormatError`, or `LimitExceeded` when it is too large or too deep.

    As Python's reader does, it takes `NaN` and `Infinity`, and the last of two equal keys; both are told.
    """
    if len(data) > TEXT_LIMIT:
        raise LimitExceeded(f"{len(data):,} bytes of JSON; the limit is {TEXT_LIMIT:,}")
    text, problems = _text(data)
    seen = _Seen()
    try:
        value = json.loads(text, object_pairs_hook=seen.mapping, parse_constant=seen.constant)
    except json.JSONDecodeError as error:
        raise FormatError(f"not JSON: {error.msg}", where=f"line {error.lineno}") from None
    except RecursionError:
        raise LimitExceeded(f"JSON nested deeper than {DEPTH_LIMIT}") from None
    except ValueError as error:  # a number of more digits than Python converts
        raise FormatError(f"not JSON: {str(error)[:200]}") from None
    if text.count("[") + text.count("{") > DEPTH_LIMIT and is_deeper(value, DEPTH_LIMIT):
        raise LimitExceeded(f"JSON nested deeper than {DEPTH_LIMIT}")
    return Json(value, problems + seen.problems())


def _text(data: bytes) -> tuple[str, tuple[Problem, ...]]:
    problems: tuple[Problem, ...] = ()
    if data.startswith(b"\xef\xbb\xbf"):
        data, problems = data[3:], (Problem("the file begins with a byte order mark"),)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise FormatError("not UTF-8, which JSON must be", where=f"{error.start:#x}") from None
    if "\\ud" in text or "\\uD" in text:
        text = _HALF_PAIR.sub("\\\\ufffd", text)
    return text, problems


class _Seen:
    """What the parser meets on its way that not every reader takes the same."""

    def __init__(self) -> None:
        self.twice: set[str] = set()
        self.constants: set[str] = set()

    def mapping(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        values = dict(pairs)
        if len(values) < len(pairs):
            keys: set[str] = set()
            self.twice.update(key for key, _ in pairs if key in keys or keys.add(key))  # type: ignore[func-returns-value]
        return values

    def constant(self, name: str) -> float:
        self.constants.add(name)
        return float(name.replace("Infinity", "inf"))

    def problems(self) -> tuple[Problem, ...]:
        twice = [
            Problem(f"the key `{key[:100]}` stands twice; readers keep one of the two", key[:100])
            for key in sorted(self.twice)
        ]
        return (
            *twice[:20],
            *(Problem(f"`{name}` is not JSON; strict readers refuse it") for name in sorted(self.constants)),
        )


def is_deeper(value: Any, limit: int) -> bool:
    """Whether mappings and lists are nested deeper than `limit`."""
    level = [value]
    for _ in range(limit + 1):
        level = [item for held in level for item in _children(held)]
        if not level:
            return False
    return True


def _children(value: Any) -> list[Any]:
    held = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [item for item in held if isinstance(item, dict | list)]
