"""JSON and YAML documents: every kind of configuration that makes a loader do something.

A document is parsed once; then everything is looked for in it, because which loader it will be given to is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from weighbridge.errors import FormatError, LimitExceeded
from weighbridge.facts.jsontext import parse_json
from weighbridge.facts.scan import Observation
from weighbridge.facts.scanners import chat_templates, keras_config, skops, trees, yaml_tags
from weighbridge.facts.scanners.outside import data_outside
from weighbridge.facts.scanners.subject import Subject
from weighbridge.facts.scanners.walking import walk
from weighbridge.facts.yamltext import parse_yaml

# Keys under which libraries state what is to be called: Hydra and NeMo, Lightning and jsonargparse, latent diffusion,
# and `logging.config.dictConfig`, which calls what stands under `()`.
_TARGET_KEYS = ("_target_", "class_path", "target", "_target", "()")
_DOTTED = re.compile(r"[A-Za-z_]\w*(?:[.:][A-Za-z_]\w*)+")
_REFERENCE = re.compile(r"\$\{([\w.]{1,200})\}")
_REFERENCES = 8
_JSONPICKLE = ("py/object", "py/reduce", "py/type", "py/function", "py/repr", "py/mod")
_LOADERS = ("loader_module", "python_model", "model_code_path", "code")


def scan(subject: Subject) -> Iterator[Observation]:
    """Yield what a loader would do at the document's word. Raises `FormatError` for what cannot be parsed."""
    yaml = _is_yaml(subject)
    if yaml:
        yield from yaml_tags.scan(subject)
    value = _parse_yaml(subject) if yaml else _parse_json(subject)
    if keras_config.is_architecture(value):
        yield from keras_config.scan_tree(subject, value)
    if skops.is_schema(value):
        yield from skops.scan_schema(subject, value)
    if trees.is_xgboost(value):
        yield from trees.scan_xgboost(subject, value)
    if subject.name == "modules.json":
        yield from _modules(subject, value)
    for pointer, mapping in walk(value):
        yield from chat_templates.scan_mapping(subject, mapping, pointer)
        yield from _targets(subject, mapping, pointer, value)
        yield from _jsonpickle(subject, mapping, pointer)
        yield from _mxnet(subject, mapping, pointer)
        yield from _shards(subject, mapping, pointer)
        if pointer.startswith("/flavors"):
            yield from _flavor(subject, mapping, pointer)


def _modules(subject: Subject, value: Any) -> Iterator[Observation]:
    """The modules of a sentence-transformers model: classes that are imported by name; one without a package lies in the model."""
    for index, module in enumerate(value if isinstance(value, list) else ()):
        name = module.get("type") if isinstance(module, dict) else None
        if isinstance(name, str) and _DOTTED.fullmatch(name) and not _is_beside(subject, name):
            where = subject.where(pointer=f"/{index}/type")
            yield subject.observe("modules.type", name, f"loading imports and constructs {name}", where)


def _is_beside(subject: Subject, name: str) -> bool:
    """Whether the module of a class is a file of the model itself, which is read as code."""
    return subject.siblings(f"{name.rpartition('.')[0].replace('.', '/')}.py") is not None


def _is_yaml(subject: Subject) -> bool:
    return subject.suffix in {".yaml", ".yml"} or subject.head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in (b"{", b"[")


def _parse_json(subject: Subject) -> Any:
    data = subject.data()
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    try:
        return parse_json(subject.text().encode("utf-8", "replace")).value
    except LimitExceeded:
        raise
    except FormatError as error:
        return _lines(data, error)


def _lines(data: bytes, error: FormatError) -> list[Any]:
    """Parse one document a line; what is neither JSON nor lines of it is prose that begins with a bracket."""
    try:
        return list(msgspec.json.Decoder().decode_lines(data))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        if data[:1] == b"[" or b'"' not in data[:64]:
            return []
        raise error from None


def _parse_yaml(subject: Subject) -> Any:
    try:
        return parse_yaml(subject.text()).value
    except LimitExceeded:
        raise
    except FormatError:
        if subject.suffix in {".yaml", ".yml"} or subject.name == "mlmodel":
            raise
        return None


def _jsonpickle(subject: Subject, mapping: dict[str, Any], pointer: str) -> Iterator[Observation]:
    """Jsonpickle's keys: JSON that its loader turns into objects and calls."""
    for key in _JSONPICKLE:
        name = mapping.get(key)
        if name is not None:
            path = name if isinstance(name, str) else key
            where = subject.where(pointer=f"{pointer}/{key.replace('/', '~1')}")
            yield subject.observe("config.jsonpickle", path, f"jsonpickle resolves {path} for {key}", where)


def _resolved(value: Any, document: Any) -> Any:
    """Follow OmegaConf's references to other values of the same document, as far as they lead."""
    for _ in range(_REFERENCES):
        if not isinstance(value, str) or "${" not in value:
            break
        value = _REFERENCE.sub(lambda match: str(_at(document, match[1])), value)
    return value


def _at(document: Any, path: str) -> Any:
    for part in path.strip().split("."):
        document = document.get(part) if isinstance(document, dict) else None
    return document if isinstance(document, str) else "?"


def _targets(subject: Subject, mapping: dict[str, Any], pointer: str, document: Any) -> Iterator[Observation]:
    for key in _TARGET_KEYS:
        stated = mapping.get(key)
        name = _resolved(stated, document)
        if isinstance(stated, str) and "${" in stated and not _DOTTED.fullmatch(str(name)):
            where = subject.where(pointer=f"{pointer}/{key}")
            yield subject.observe("config.computed", stated, f"instantiating calls what {stated} stands for", where)
            continue
        if not isinstance(name, str) or not _DOTTED.fullmatch(name.strip()):
            continue
        # `target` is a word for many things; only beside arguments does it name what is to be called.
        if key == "target" and not mapping.keys() & {"params", "init_args", "kwargs", "args"}:
            continue
        path = name.strip().replace(":", ".")
        arguments = ", ".join(f"{k}={v!r}" for k, v in list(mapping.items())[:5] if k != key)
        where = subject.where(pointer=f"{pointer}/{key}")
        yield subject.observe("config.target", path, f"instantiating calls {path}({arguments[:200]})", where)


def _mxnet(subject: Subject, mapping: dict[str, Any], pointer: str) -> Iterator[Observation]:
    """MXNet's symbol files: a custom operator is a Python class that the user has to have registered."""
    attributes = mapping.get("attrs", mapping.get("param"))
    if mapping.get("op") == "Custom" and isinstance(attributes, dict) and "op_type" in attributes:
        name = str(attributes["op_type"])
        yield subject.observe("mxnet.custom", name, f"runs the Python operator {name}", subject.where(pointer=pointer))


def _shards(subject: Subject, mapping: dict[str, Any], pointer: str) -> Iterator[Observation]:
    shards = mapping.get("weight_map")
    if isinstance(shards, dict):
        names = sorted({name for name in shards.values() if isinstance(name, str)})
        for observation in data_outside(subject, names):
            where = subject.where(pointer=f"{pointer}/weight_map")
            yield msgspec.structs.replace(observation, where=where)


def _flavor(subject: Subject, mapping: dict[str, Any], pointer: str) -> Iterator[Observation]:
    """A flavour of an MLflow model: which module loads it, and whether it brings code along."""
    for key in _LOADERS:
        value = mapping.get(key)
        if isinstance(value, str) and value:
            where = subject.where(pointer=f"{pointer}/{key}")
            yield subject.observe(f"mlflow.{key.replace('_', '-')}", value, f"loading uses {key} {value!r}", where)
