"""Base models: every place of a repository that names one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from weighbridge.errors import FormatError
from weighbridge.facts.card import Card
from weighbridge.facts.config import Config, Document
from weighbridge.facts.ids import is_id, is_model_id, model_of
from weighbridge.facts.metadata import Metadata
from weighbridge.facts.phrases import occurrences
from weighbridge.facts.registry import Registry
from weighbridge.facts.weights import Weights
from weighbridge.facts.yamltext import parse_yaml
from weighbridge.model import Location

PARENT_LIMIT = 200
RELATIONS = frozenset({"finetune", "adapter", "quantized", "merge"})

_MERGE_FILES = ("mergekit_config.yml", "mergekit_config.yaml")
# How far before a link the words stand that tell what the linked model is to this one.
_REACH = 90
# What the words before a link to a model say of it; the last to stand before the link counts.
_PHRASES = {
    "finetune": r"fine-?\s?tuned?(?:\s+\w+)?\s+(?:version|checkpoint|variant|from|of|on top of)|fine-?\s?tun(?:e|ing)\s+of"
    r"|further\s+(?:pre-?)?trained\s+(?:from|version)",
    "quantized": r"quanti[sz](?:ed|ation)\s+(?:\w+\s+)?(?:versions?|variants?|from|of)|quants\s+(?:of|for)"
    r"|(?:gguf|gptq|awq|ggml|exl2)(?:\s+[\w-]+){0,3}\s+(?:of|for)",
    "adapter": r"(?:adapters?|lora|qlora)(?:\s+\w+)?\s+(?:for|of|on)",
    "merge": r"merged?\s+(?:of|from)",
    "": r"base\s+model|original\s+model|conver(?:ted|sion)\s+(?:from|of)|distilled\s+(?:from|version\s+of)|pruned\s+(?:from|version\s+of)"
    r"|initiali[sz]ed\s+(?:from|with)|us(?:ed?|ing)\s+(?:the|a)\s+pre-?trained|derived\s+from|based\s+on|builds?\s+(?:on|upon)",
}
_PHRASE = re.compile("|".join(f"(?P<r{number}>{pattern})" for number, pattern in enumerate(_PHRASES.values())))
_RELATION_OF = dict(enumerate(_PHRASES))
# How each of the phrases begins.
_BEGINNINGS = (
    "fine", "further", "quant", "gguf", "gptq", "awq", "ggml", "exl2", "adapter", "lora", "qlora", "merge", "base", "original",
    "conver", "distilled", "pruned", "initiali", "us", "derived", "build",
)  # fmt: skip
# A model named without a link: "fine-tuned version of `org/name`", "Finetuned from model: org/name".
_ANCHORS = {"tuned version of": "finetune", "tuned from": "finetune", "base model": ""}
_ANCHOR_PHRASES = tuple(_ANCHORS)
_NAMED = re.compile(
    r"(?:\s{1,3}model)?(?:\s{0,3}\[optional\])?[\s:*]{1,6}`?(?P<id>[A-Za-z0-9][\w./-]{2,190})", re.IGNORECASE
)


class Parent(msgspec.Struct, frozen=True):
    """A base model as one place declares it; `relation` is finetune, adapter, quantized, merge or empty."""

    name: str
    relation: str = ""
    revision: str = ""
    where: Location | None = None


def declared_parents(metadata: Metadata) -> list[Parent]:
    """The front matter's `base_model`, a text or a list of texts."""
    names = metadata.texts("base_model")[:PARENT_LIMIT]
    written = metadata.text("base_model_relation")
    relation = written if written in RELATIONS else ""
    is_list = isinstance(metadata.values.get("base_model"), list)
    return [
        Parent(name.strip(), relation, "", metadata.where("base_model", *((index,) if is_list else ())))
        for index, name in enumerate(names)
    ]


def tagged_parents(registry: Registry) -> list[Parent]:
    """The registry's `base_model:` tags; the same model is tagged once plainly and once with its relation."""
    found: dict[str, str] = {}
    for tagged in registry.tagged("base_model"):
        relation, _, name = tagged.partition(":")
        if not name:
            found.setdefault(relation, "")
        elif relation in RELATIONS:
            found[name] = relation
    return [Parent(name, relation) for name, relation in list(found.items())[:PARENT_LIMIT]]


def configured_parents(config: Config, own_name: str) -> list[Parent]:
    """What adapter, merge and model configurations name; paths on somebody's disk are left out."""
    found = [parent for path in config.documents if (parent := _adapter(config.documents[path])) is not None]
    merge = config.named(*_MERGE_FILES)
    if merge is not None:
        found += [Parent(name, "merge", "", Location(merge.path)) for name in merged_models(merge.value)]
    name = config.values.get("_name_or_path")
    if isinstance(name, str) and is_model_id(name) and _last(name) != _last(own_name):
        found.append(Parent(name, "", "", config.where("_name_or_path")))
    return found[:PARENT_LIMIT]


def _last(name: str) -> str:
    return name.rpartition("/")[2].lower()


def _adapter(document: Document) -> Parent | None:
    if not document.path.endswith("adapter_config.json"):
        return None
    values = document.mapping()
    name, revision = values.get("base_model_name_or_path"), values.get("revision")
    if not isinstance(name, str) or not (is_model_id(name) or ("/" not in name and is_id(name))):
        return None
    place = Location(document.path, pointer="/base_model_name_or_path")
    return Parent(name, "adapter", revision if isinstance(revision, str) else "", place)


def merged_models(value: Any) -> list[str]:
    """Return the models that a mergekit configuration names, each once, in their order."""
    found: dict[str, None] = {}
    for held in _mappings(value, 6):
        for key in ("model", "base_model"):
            name = held.get(key)
            if isinstance(name, dict):
                name = name.get("path")
            name = name.partition("+")[0].strip() if isinstance(name, str) else ""
            if is_model_id(name):
                found[name] = None
    return list(found)[:PARENT_LIMIT]


def _mappings(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    held = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for item in held if depth else ():
        if isinstance(item, dict | list):
            yield from _mappings(item, depth - 1)


def parents_in_weights(weights: Weights) -> list[Parent]:
    """`general.base_model.*` of GGUF files."""
    found: dict[str, Parent] = {}
    for inspection in weights.inspections:
        values = inspection.metadata
        for number in range(min(PARENT_LIMIT, _count(values.get("general.base_model.count")))):
            key = f"general.base_model.{number}"
            name = model_of(str(values.get(f"{key}.repo_url", "")))
            if not name:
                parts = (values.get(f"{key}.organization"), values.get(f"{key}.name"))
                name = "/".join(
                    part.strip().replace(" ", "-") for part in parts if isinstance(part, str) and part.strip()
                )
            if name:
                found.setdefault(name, Parent(name, "", "", Location(inspection.path, member=key)))
    return list(found.values())


def _count(value: Any) -> int:
    return value if isinstance(value, int) and value > 0 else 0


def told_parents(card: Card, own_name: str) -> list[Parent]:
    """Models that the card's text names as what this one was made from."""
    found: dict[str, Parent] = {}
    lines: list[str] = []
    for link in card.links:
        name = model_of(link.target)
        if not name or name in found or name.lower() == own_name.lower():
            continue
        lines = lines or card.text.split("\n")
        relation = _relation_before(lines, link.line - card.first_line, link.target)
        if relation is not None:
            found[name] = Parent(name, relation, "", Location(card.path, line=link.line))
    for anchor in card.places.among(_ANCHOR_PHRASES):
        _named(card, anchor, _ANCHORS[anchor], own_name, found)
    _merged(card, found)
    return list(found.values())[:PARENT_LIMIT]


def _relation_before(lines: list[str], index: int, target: str) -> str | None:
    """Return the relation that the words before a link tell, None where they tell none."""
    line = lines[index] if 0 <= index < len(lines) else ""
    at = line.find(target)
    before = line[max(0, at - _REACH) : at].lower() if at > 0 else ""
    if index > 0 and at < _REACH:
        before = f"{lines[index - 1][-_REACH:].lower()} {before}"
    if "." in before:  # what an earlier sentence says is about something else
        before = before.rpartition(". ")[2]
    return _relation_in(before) if before else None


def _relation_in(text: str) -> str | None:
    """Return the relation that the last phrase in a text tells; the phrases are tried only where one can begin."""
    relation, end = None, 0
    for at in sorted([at for beginning in _BEGINNINGS if beginning in text for at in occurrences(text, beginning)]):
        match = _PHRASE.match(text, at) if at >= end else None
        if match is not None:
            relation, end = _RELATION_OF[int((match.lastgroup or "r0")[1:])], match.end()
    return relation


def _named(card: Card, anchor: str, relation: str, own_name: str, found: dict[str, Parent]) -> None:
    lower = card.lowered
    for at in card.places.of(anchor):
        if len(found) >= PARENT_LIMIT:
            return
        match = _NAMED.match(card.text, at + len(anchor)) if lower.startswith(anchor, at) else None
        name = match["id"].rstrip("./-") if match is not None else ""
        if name and is_model_id(name) and name.lower() != own_name.lower() and name not in found:
            line = card.first_line + card.text.count("\n", 0, at)
            found[name] = Parent(name, relation, "", Location(card.path, line=line))


def _merged(card: Card, found: dict[str, Parent]) -> None:
    for block in card.code:
        if "merge_method" in block.text:
            try:
                names = merged_models(parse_yaml(block.text).value)
            except FormatError:
                continue
            for name in names:
                found.setdefault(name, Parent(name, "merge", "", Location(card.path, line=block.line)))
