"""The models that configuration files name: YAML, JSON and TOML, by what their keys are called.

The text is parsed for what it means, and searched for where that stands.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from typing import Any, NamedTuple

import yaml

from weighbridge.errors import FormatError
from weighbridge.facts.jsontext import parse_json
from weighbridge.model import Confidence
from weighbridge.uses.loaders import Loader, table
from weighbridge.uses.naming import Named, in_repository, named, named_anyhow
from weighbridge.uses.shell import commands_in, uses_of_command
from weighbridge.uses.use import Place, Use, pin_of

_NODES = 200_000
_DEPTH = 60
_HUB = Loader("configuration", (), ())
# Keys whose values are commands, in workflows, compose files and manifests.
_COMMANDS = frozenset(
    {"run", "command", "args", "script", "entrypoint", "cmd", "before_script", "commands", "exec", "shell"}
)


class Item(NamedTuple):
    """A value with the keys that lead to it, and the mapping that it stands in."""

    key: str
    value: str
    beside: dict[Any, Any]


def uses_in(text: str, path: str) -> list[Use]:
    """Return the models that a configuration names. Raises `FormatError` where it is not what its name says."""
    found: dict[Use, None] = {}
    places = _Places(text)
    for document in _documents(text, path):
        for item in _items(document):
            for use in _of_item(item, places, path):
                found[use] = None
    return sorted(found, key=lambda use: (use.place, use.model))


def _documents(text: str, path: str) -> list[Any]:
    lowered = path.lower()
    try:
        if lowered.endswith((".json", ".jsonc")):
            return [parse_json(text.encode()).value]
        if lowered.endswith(".toml"):
            return [tomllib.loads(text)]
        return _yaml(text)
    except (ValueError, RecursionError, MemoryError) as error:
        raise FormatError(f"cannot be parsed: {str(error)[:200]}") from None
    except yaml.YAMLError as error:
        raise FormatError(f"not YAML: {str(getattr(error, 'problem', error))[:200]}") from None


def _yaml(text: str) -> list[Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    if max((len(line) - len(line.lstrip(" -[{")) for line in text.splitlines()), default=0) > 400:
        raise FormatError("nested too deep")
    return [_plain(node, 0, set()) for node in yaml.compose_all(text, Loader=loader)]


def _plain(node: Any, depth: int, around: set[int]) -> Any:
    """Return texts, lists and mappings for a node, whatever its tags ask for."""
    if depth > _DEPTH or node is None or id(node) in around:
        return None
    if isinstance(node, yaml.ScalarNode):
        return node.value if node.tag != "tag:yaml.org,2002:null" else None
    # An anchor may be named a thousand times; what it holds is taken once.
    around.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, depth + 1, around) for item in node.value]
    held = {}
    for key, value in node.value:
        if isinstance(key, yaml.ScalarNode):
            held[key.value] = _plain(value, depth + 1, around)
    return held


def _items(document: Any) -> Iterator[Item]:
    """Yield the texts of a document with their keys; an item of a list has its list's key."""
    stack: list[tuple[str, Any, dict[Any, Any]]] = [("", document, {})]
    for _ in range(_NODES):
        if not stack:
            return
        key, value, beside = stack.pop()
        if isinstance(value, dict):
            stack.extend((str(inner), held, value) for inner, held in reversed(value.items()))
        elif isinstance(value, list):
            if key.lower() in _COMMANDS and all(isinstance(part, str) for part in value):
                yield Item(key, json.dumps(value), beside)
            stack.extend((key, held, beside) for held in reversed(value))
        elif isinstance(value, str) and value:
            yield Item(key, value, beside)


def _of_item(item: Item, places: _Places, path: str) -> Iterator[Use]:
    key = item.key.lower().replace("-", "_")
    if key in _COMMANDS:
        yield from _of_commands(item, places, path)
        return
    model, confidence = _model(key, item.value)
    if model is None:
        return
    revision = model.revision or next(
        (str(v) for k, v in item.beside.items() if str(k).lower().replace("-", "_") in table().keys.revision and v), ""
    )
    trust = str(item.beside.get("trust_remote_code", "")).lower() == "true"
    place = Place(path, places.line_of(item.key, item.value))
    yield Use(model.model, model.registry, place, item.key, _HUB.library, revision, pin_of(revision), trust, confidence)


def _model(key: str, value: str) -> tuple[Named | None, Confidence]:
    words, text = table().keys, value.strip()
    if text.startswith(("http://", "https://")):
        is_named = key in words.sure or key in words.vague or "/resolve/" in text
        return (in_repository(text) if is_named else None), Confidence.MEDIUM
    if key in words.sure:
        return named(text, _HUB), Confidence.MEDIUM
    plain = re.sub(r"^(?:default|hf|huggingface)_|_(?:name|id|path|name_or_path|repo)$", "", key)
    if key in words.vague or plain in words.vague or plain in words.sure:
        return named_anyhow(text), Confidence.LOW
    return None, Confidence.LOW


def _of_commands(item: Item, places: _Places, path: str) -> Iterator[Use]:
    is_list = item.value.startswith("[")
    first = item.value if is_list else item.value.splitlines()[0]
    start = places.line_of(item.key, "" if is_list or "\n" in item.value else first)
    offset = 1 if "\n" in item.value else 0
    for command in commands_in(item.value):
        yield from uses_of_command(command, path, start + offset - 1)


class _Places:
    """Where in a text a key stands with its value."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()
        self._known: dict[tuple[str, str], int] = {}

    def line_of(self, key: str, value: str) -> int:
        """Return the line of a key and its value: the next one that holds both; else the one that holds the value."""
        known = self._known.get((key, value), 0)
        for index in range(known, len(self._lines)):
            line = self._lines[index]
            if key in line and value in line and not line.lstrip().startswith(("#", "//")):
                self._known[key, value] = index + 1
                return index + 1
        alone = (i for i, line in enumerate(self._lines, 1) if value in line and not line.lstrip().startswith("#"))
        return known or next(alone, 1)
