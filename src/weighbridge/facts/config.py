"""The machine-readable configuration files."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import msgspec

from weighbridge.errors import FormatError, SourceError
from weighbridge.facts.engine import Facts, Unreadable
from weighbridge.facts.jsontext import parse_json
from weighbridge.facts.manifest import Manifest
from weighbridge.facts.roles import Role, role_of
from weighbridge.facts.yamltext import parse_yaml
from weighbridge.model import Depth, Location, Problem, RepoFile
from weighbridge.model.lazy import lazy
from weighbridge.sources.repository import Repository

DOCUMENT_LIMIT = 200
# Configuration is small; a larger document (a vocabulary, a data set) is not read as one.
SIZE_LIMIT = 4 * 1024 * 1024
# Longer copies are hardly ever those of another record; they are not remembered.
_SHORT = 2000

# Documents that describe the model, the most telling first.
MAIN = (
    "config.json", "adapter_config.json", "model_index.json", "open_clip_config.json", "params.json",
    "model_config.json", "mergekit_config.yml", "mergekit_config.yaml", "hyperparams.yaml", "model_config.yaml",
    "config.yaml", "config.yml", "metadata.json",
)  # fmt: skip
# Tokenizer and result files that are configuration as well.
_ALSO = frozenset({"tokenizer_config.json"})
_READABLE = (".json", ".yaml", ".yml")


class Document(msgspec.Struct, frozen=True):
    """One JSON (or YAML) document; `problem` is set and `value` None when it does not parse.

    `doubts` tells what parses but not every reader takes the same: keys that stand twice, `NaN`.
    """

    path: str
    value: Any = None
    problem: Problem | None = None
    doubts: tuple[Problem, ...] = ()

    def mapping(self) -> dict[str, Any]:
        """Return the document's top-level object, or an empty one."""
        return self.value if isinstance(self.value, dict) else {}


class Config(msgspec.Struct, frozen=True, dict=True, eq=False):
    """All configuration documents of a repository, with the values that many checks ask for.

    `main` is the document that describes the model (`config.json`, `adapter_config.json`, `model_index.json`,
    `open_clip_config.json` …), empty where there is none. With a shallow look only what the registry's record copies of
    it is there, and `is_partial` is True. `is_common` tells that other records that copy the same have this very one.
    """

    documents: dict[str, Document] = {}
    main: Document = Document("")
    is_partial: bool = False
    is_common: bool = False

    @lazy
    def values(self) -> dict[str, Any]:
        """The main document's object."""
        return self.main.mapping()

    @lazy
    def model_type(self) -> str:
        """`model_type` of a transformers configuration, or an empty text."""
        value = self.values.get("model_type")
        return value if isinstance(value, str) else ""

    @lazy
    def architectures(self) -> tuple[str, ...]:
        """The class names in `architectures`."""
        value = self.values.get("architectures")
        return tuple([v for v in value if isinstance(v, str)]) if isinstance(value, list) else ()

    def number(self, *keys: str) -> int | None:
        """Return the first of the keys, in the main object or its `text_config`, that holds a whole number."""
        nested = self.values.get("text_config")
        for values in (self.values, nested if isinstance(nested, dict) else {}):
            for key in keys:
                value = values.get(key)
                if isinstance(value, int) and not isinstance(value, bool):
                    return value
        return None

    @property
    def sentence_length(self) -> int | None:
        """The tokens after which a sentence-transformers model cuts its input, None for other models."""
        document = self.documents.get("sentence_bert_config.json")
        value = document.mapping().get("max_seq_length") if document else None
        return value if type(value) is int and value > 0 else None

    def where(self, *keys: str) -> Location | None:
        """Return the place of a key in the main document."""
        return Location(self.main.path, pointer="".join(f"/{k}" for k in keys) or None) if self.main.path else None

    def named(self, *names: str) -> Document | None:
        """Return the first document at one of these paths."""
        return next((self.documents[name] for name in names if name in self.documents), None)


def read_config(facts: Facts) -> Config:
    """Read the configuration: the files where the depth allows, else as the registry's record copies it.

    Raises `Unreadable` where neither can be had.
    """
    copied = _from_record(facts.repository.record)
    if facts.depth < Depth.CARD:
        if copied is None:
            raise Unreadable("the registry's record holds no copy of the configuration", Depth.CARD)
        return copied
    manifest = facts.maybe(Manifest)
    if manifest is None:
        if copied is None:
            raise Unreadable("the source lists no files")
        return copied
    try:
        documents = _documents(facts.repository, manifest)
    except SourceError as error:
        if copied is None:
            raise Unreadable(f"the configuration could not be read: {error.message}") from error
        return copied
    if copied is not None and not documents:
        return copied
    return Config(documents, _main(documents))


def _from_record(record: Mapping[str, Any] | None) -> Config | None:
    values = record.get("config") if record is not None else None
    if not isinstance(values, dict):
        return None
    try:
        encoded = msgspec.json.encode(values)
    except UnicodeEncodeError:  # half a surrogate pair, which some decoders let pass
        return _copied(values)
    return _remembered(encoded) if len(encoded) <= _SHORT else _copied(values)


@lru_cache(maxsize=4096)
def _remembered(encoded: bytes) -> Config:
    """Return one configuration for all records that copy the same, as many of a registry's do."""
    return _copied(msgspec.json.decode(encoded), is_common=True)


def _copied(values: dict[str, Any], *, is_common: bool = False) -> Config:
    main = Document("config.json", values)
    return Config({"config.json": main}, main, is_partial=True, is_common=is_common)


def _documents(repository: Repository, manifest: Manifest) -> dict[str, Document]:
    listed = [file for file in manifest.files if _is_document(file)]
    # Those nearest the root first, so that a heap of results does not push out what matters.
    listed.sort(key=lambda file: (file.path.count("/"), file.name not in MAIN, file.path))
    read = [read_document(repository, file.path) for file in listed[:DOCUMENT_LIMIT]]
    return {document.path: document for document in sorted(read, key=lambda document: document.path)}


def _is_document(file: RepoFile) -> bool:
    if not file.path.endswith(_READABLE) or file.name.startswith("."):
        return False
    return role_of(file.path) is Role.CONFIG or file.name in _ALSO


def read_document(repository: Repository, path: str, limit: int = SIZE_LIMIT) -> Document:
    """Return one JSON or YAML document of a repository; what is wrong with it stands in its `problem`.

    Raises `SourceError` where the source does not give the file.
    """
    try:
        data = repository.read(path, limit)
        if path.endswith(".json"):
            parsed = parse_json(data)
            return Document(path, parsed.value, None, parsed.problems)
        text = parse_yaml(data.decode())
        return Document(path, text.value, None, text.problems)
    except FormatError as error:
        return Document(path, None, Problem(error.message, error.where))
    except UnicodeDecodeError:
        return Document(path, None, Problem("not UTF-8"))


def _main(documents: Mapping[str, Document]) -> Document:
    """Return the document that describes the model: at the root, else the one nearest to it that names an architecture."""
    named = [documents[name] for name in MAIN if name in documents]
    for document in named:
        if document.value is not None:
            return document
    nested = [documents[path] for path in documents if path.endswith("/config.json") and _names_model(documents[path])]
    nested.sort(key=lambda document: (document.path.count("/"), document.path))
    return next(iter([*nested, *named]), Document(""))


def _names_model(document: Document) -> bool:
    return not document.mapping().keys().isdisjoint({"model_type", "architectures", "_class_name"})
