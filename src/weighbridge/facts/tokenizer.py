"""How text becomes numbers: the tokenizer's files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from weighbridge.errors import FormatError
from weighbridge.facts.config import Config, Document, read_document
from weighbridge.facts.engine import Facts
from weighbridge.facts.manifest import Manifest
from weighbridge.facts.vocabulary import Vocabulary, read_vocabulary
from weighbridge.model import Problem

TEMPLATE_LIMIT = 1024 * 1024
# Libraries write 1e30 and its like for "no limit".
INFINITE = 10_000_000_000

_FOLDERS = ("", "tokenizer/", "0_Transformer/", "0_StaticEmbedding/")
_MARKS = ("tokenizer_config.json", "tokenizer.json", "vocab.txt", "vocab.json", "tokenizer.model", "spiece.model",
          "sentencepiece.bpe.model", "spm.model", "source.spm", "tekken.json")  # fmt: skip


class Tokenizer(msgspec.Struct, frozen=True):
    """What the tokenizer's files say.

    `vocabulary` counts distinct token ids (added tokens included), `max_length` is in tokens and None where absent or
    one of the libraries' "infinite" values, `template` is the chat template and `template_path` where it stands;
    `templates` holds all chat templates by the place where each stands (a file, or a file and a JSON pointer).
    `class_name` is the tokenizer's class. `path` is empty where the repository has no tokenizer.
    """

    path: str = ""
    class_name: str = ""
    vocabulary: int | None = None
    vocabulary_path: str = ""
    max_length: int | None = None
    special_tokens: dict[str, str] = {}
    template: str = ""
    template_path: str = ""
    problems: tuple[Problem, ...] = ()
    templates: dict[str, str] = {}


def read_tokenizer(facts: Facts) -> Tokenizer:
    """Read the tokenizer's files. Raises `Unreadable` or `SourceError` where they cannot be read."""
    manifest = facts.need(Manifest)
    folder, path = _home(manifest)
    if not path:
        return Tokenizer()
    problems: list[Problem] = []
    settings = _settings(facts, manifest, f"{folder}tokenizer_config.json", problems)
    vocabulary = _vocabulary(facts, manifest, folder, problems)
    templates = _templates(facts, manifest, folder, settings, problems)
    place = next(iter(templates), "")
    return Tokenizer(
        path=path,
        class_name=_class_name(facts, settings),
        vocabulary=vocabulary.size or None,
        vocabulary_path=vocabulary.path,
        max_length=_max_length(settings),
        special_tokens=_special_tokens(facts, manifest, folder, settings, problems),
        template=templates.get(place, ""),
        template_path=place,
        problems=tuple(problems),
        templates=templates,
    )


def _home(manifest: Manifest) -> tuple[str, str]:
    """Return the folder in which the tokenizer stands, with its slash, and its most telling file there."""
    for folder in _FOLDERS:
        for mark in _MARKS:
            if folder + mark in manifest:
                return folder, folder + mark
    nested = sorted(
        [file for file in manifest.tokenizers if file.name in _MARKS], key=lambda f: (f.path.count("/"), f.path)
    )
    if not nested:
        return "", ""
    return nested[0].path.removesuffix(nested[0].name), nested[0].path


def _document(facts: Facts, path: str, problems: list[Problem]) -> Document:
    document = read_document(facts.repository, path)
    if document.problem is not None:
        problems.append(Problem(document.problem.message, f"{path} {document.problem.where}".strip()))
    return document


def _settings(facts: Facts, manifest: Manifest, path: str, problems: list[Problem]) -> dict[str, Any]:
    if path not in manifest:
        return {}
    config = facts.maybe(Config)
    known = config.documents.get(path) if config is not None else None
    if known is not None and known.problem is None:
        return known.mapping()
    return _document(facts, path, problems).mapping()


def _vocabulary(facts: Facts, manifest: Manifest, folder: str, problems: list[Problem]) -> Vocabulary:
    try:
        return read_vocabulary(facts.repository, manifest, folder)
    except FormatError as error:
        problems.append(Problem(error.message, error.where))
        return Vocabulary()


def _class_name(facts: Facts, settings: Mapping[str, Any]) -> str:
    name = settings.get("tokenizer_class")
    if not isinstance(name, str):
        config = facts.maybe(Config)
        name = config.values.get("tokenizer_class") if config is not None else None
    return name if isinstance(name, str) else ""


def _max_length(settings: Mapping[str, Any]) -> int | None:
    for key in ("model_max_length", "max_len"):
        value = settings.get(key)
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < INFINITE:
            return int(value)
    return None


def _special_tokens(
    facts: Facts, manifest: Manifest, folder: str, settings: Mapping[str, Any], problems: list[Problem]
) -> dict[str, str]:
    path = f"{folder}special_tokens_map.json"
    mapped = _document(facts, path, problems).mapping() if path in manifest else {}
    found: dict[str, str] = {}
    for key, value in [*settings.items(), *mapped.items()]:
        content = value.get("content") if isinstance(value, dict) else value
        if key.endswith("_token") and isinstance(content, str):
            found[key] = content
    return dict(sorted(found.items()))


def _templates(
    facts: Facts, manifest: Manifest, folder: str, settings: Mapping[str, Any], problems: list[Problem]
) -> dict[str, str]:
    """Return all chat templates by their places, the one that is used first."""
    found: dict[str, str] = {}
    main = f"{folder}chat_template.jinja"
    files = [file.path for file in manifest.tokenizers if file.path.endswith(".jinja")]
    for path in sorted(files, key=lambda path: (path != main, path)):
        try:
            found[path] = facts.repository.read(path, TEMPLATE_LIMIT).decode(errors="replace")
        except FormatError as error:
            problems.append(Problem(error.message, path))
    path = f"{folder}tokenizer_config.json"
    found.update({path + pointer: text for pointer, text in _named_templates(settings.get("chat_template"))})
    path = f"{folder}chat_template.json"
    if path in manifest:
        written = _document(facts, path, problems).mapping().get("chat_template")
        found.update({path + pointer: text for pointer, text in _named_templates(written)})
    return found


def _named_templates(value: Any) -> list[tuple[str, str]]:
    """Return JSON pointers and texts of one template, or of a list of named ones, the default first."""
    if isinstance(value, str):
        return [("#/chat_template", value)]
    listed = list(enumerate(value)) if isinstance(value, list) else []
    named = [
        (number, item) for number, item in listed if isinstance(item, dict) and isinstance(item.get("template"), str)
    ]
    named.sort(key=lambda pair: pair[1].get("name") != "default")
    return [(f"#/chat_template/{number}/template", item["template"]) for number, item in named]
