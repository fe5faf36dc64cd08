"""TensorFlow graphs: operators that reach beyond the graph, with the constant texts that they are given.

A SavedModel saves and restores itself by graph operators, so `SaveV2`, `RestoreV2` and `MergeV2Checkpoints` stand in every one.
There the file's name comes from whoever calls; where it is a constant of the graph instead, the graph reads or overwrites that
file whenever it runs, and that is what is observed.
"""

from __future__ import annotations

import importlib.resources
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import msgspec

from weighbridge.errors import FormatError, LimitExceeded
from weighbridge.facts.scan import Observation
from weighbridge.facts.scanners.subject import Subject
from weighbridge.formats.archive import leaves_folder
from weighbridge.formats.protobuf import BYTES, VARINT, Field, Message, open_message

_NODES = 400_000
_TEXT = 1000
_DEEP = 24
# What runs Python that registered itself, reaches other machines, touches files, changes file systems.
_PYTHON = frozenset({"PyFunc", "PyFuncStateless", "EagerPyFunc"})
_NETWORK = (
    "Rpc",
    "TryRpc",
    "RemoteCall",
    "RemoteFusedGraph",
    "DataService",
    "RegisterDataset",
    "Kafka",
    "BigQuery",
    "Pubsub",
)
_FILES = frozenset(
    {"ReadFile", "WriteFile", "MatchingFiles", "WholeFileReader", "WholeFileReaderV2", "Save", "SaveSlices", "DistributedSave",
     "FileSystemSetConfiguration", "GcsConfigureBlockCache", "GcsConfigureCredentials", "ImmutableConst"}
)  # fmt: skip
_READERS = frozenset(
    {"FixedLengthRecordReader", "FixedLengthRecordReaderV2", "TextLineReader", "TextLineReaderV2", "TFRecordReader",
     "TFRecordReaderV2", "LMDBReader", "TextLineDataset", "TFRecordDataset", "TFRecordDatasetV2", "FixedLengthRecordDataset",
     "FixedLengthRecordDatasetV2", "CSVDataset", "CSVDatasetV2", "ExperimentalCSVDataset", "LMDBDataset",
     "ExperimentalLMDBDataset", "SqlDataset", "ExperimentalSqlDataset", "LoadDataset", "SaveDataset", "SaveDatasetV2",
     "SnapshotDataset", "SnapshotDatasetV2", "DatasetToTFRecord", "ExperimentalDatasetToTFRecord", "CacheDataset",
     "CacheDatasetV2", "CreateSummaryFileWriter", "CreateSummaryDbWriter", "WriteSummary", "WriteRawProtoSummary",
     "ExperimentalMatchingFilesDataset", "MatchingFilesDataset", "SSTableReader", "ReaderReadV2", "Restore", "RestoreSlice"}
)  # fmt: skip
# The place of the file's name among the inputs.
_SAVERS = {"SaveV2": 0, "RestoreV2": 0, "MergeV2Checkpoints": 1}
_TABLES = {"InitializeTableFromTextFile": 1, "InitializeTableFromTextFileV2": 1, "InitializeTableFromDataset": 1}
# Over these a constant text stays as constant as what goes in.
_PASSING = frozenset({"Identity", "StringJoin", "ShardedFilename", "ReduceJoin", "Pack", "AsString", "ExpandDims", "Reshape",
                      "Squeeze", "ConcatV2", "Fill", "Substr", "StringLower", "StringUpper", "StringFormat", "RegexReplace",
                      "StaticRegexReplace", "DecodeBase64", "Merge", "EnsureShape", "StopGradient", "Snapshot"})  # fmt: skip
# The names that savers use until they are told one.
_DEFAULTS = ("model", "_temp", "part", "save", "ckpt")


class Node(msgspec.Struct):
    """A node: its operator, the names of its inputs, its constant text if it is one, and the texts among its attributes."""

    name: str
    operator: str
    inputs: list[str] = []
    text: str | None = None
    attributes: dict[str, str] = {}
    at: int = 0


class _Graph(NamedTuple):
    """The nodes of a graph or of one function of its library."""

    name: str
    nodes: dict[str, Node]


def scan(subject: Subject) -> Iterator[Observation]:
    """Yield the operators that reach beyond the graph. Raises `FormatError` when it cannot be read to its end."""
    assets: set[str] = set()
    for graph in _graphs(open_message(subject.source, subject.limits), assets):
        for node in graph.nodes.values():
            yield from _node(subject, graph, node, assets)


def _node(subject: Subject, graph: _Graph, node: Node, assets: set[str]) -> Iterator[Observation]:
    operator = node.operator
    kind = reach_of(operator)
    if operator in _SAVERS or operator in _TABLES:
        yield from _file_of(subject, graph, node, assets)
    elif kind:
        yield _told(subject, kind, graph, node)
    elif operator == "PrintV2" and node.attributes.get("output_stream", "").startswith("file://"):
        yield _told(subject, "tensorflow.print", graph, node)
    elif operator.startswith("Debug") and any("://" in text for text in node.attributes.values()):
        yield _told(subject, "tensorflow.network", graph, node)
    elif operator not in known_operators() and operator not in ("", "_Arg", "_Retval"):
        yield _told(subject, "tensorflow.custom", graph, node)


def reach_of(operator: str) -> str:
    """Return the kind of observation that an operator makes by itself; empty where it depends, or there is none."""
    if operator in _PYTHON:
        return "tensorflow.python"
    if operator.startswith(_NETWORK):
        return "tensorflow.network"
    if operator in _FILES or operator.startswith(("IO>", "Gcs")):
        return "tensorflow.file"
    return "tensorflow.reader" if operator in _READERS else ""


def _told(subject: Subject, kind: str, graph: _Graph, node: Node) -> Observation:
    given = [_constant(graph, name, 0) for name in node.inputs if not name.startswith("^")]
    shown = ", ".join("…" if text is None else repr(text) for text in given[:4])
    urls = [text for text in node.attributes.values() if "://" in text]
    text = f"{node.operator}({shown}) in {graph.name or 'the graph'}" + (f" with {urls[0]}" if urls else "")
    return subject.observe(kind, node.operator, text, subject.where(offset=node.at), node=node.name)


def _file_of(subject: Subject, graph: _Graph, node: Node, assets: set[str]) -> Iterator[Observation]:
    """Observe a file's name that is a constant, where it is the caller who should give it, or one outside the model."""
    place = (_SAVERS | _TABLES)[node.operator]
    inputs = [name for name in node.inputs if not name.startswith("^")]
    if len(inputs) <= place:
        if node.operator == "MergeV2Checkpoints":
            yield _told(subject, "tensorflow.reader", graph, node)
        return
    named = _constant(graph, inputs[place], 0)
    if named is None:
        return
    if node.operator in _SAVERS:
        is_odd = bool(named) and (_is_elsewhere(named) or not named.startswith(_DEFAULTS))
    else:
        is_odd = named not in assets and _is_elsewhere(named)
    if is_odd:
        yield _told(subject, "tensorflow.file", graph, node)


def _is_elsewhere(name: str) -> bool:
    return leaves_folder(name) or "://" in name or name.startswith("~")


def _constant(graph: _Graph, reference: str, depth: int) -> str | None:
    """Return the text that an input always has; None where it depends on who runs the graph."""
    node = graph.nodes.get(reference.partition(":")[0])
    if node is None or depth > _DEEP:
        return None
    if node.operator == "Const":
        return node.text
    if node.operator not in _PASSING:
        return None
    inputs = [name for name in node.inputs if not name.startswith("^")][:8]
    parts = [_constant(graph, name, depth + 1) for name in inputs]
    if node.operator == "StringJoin":
        return (
            None
            if any(part is None for part in parts)
            else node.attributes.get("separator", "").join(filter(None, parts))
        )
    return parts[0] if parts else None


@cache
def known_operators() -> frozenset[str]:
    """The operators that TensorFlow itself registers."""
    data = importlib.resources.files("weighbridge.facts").joinpath("data", "tensorflow_operators.txt")
    lines = data.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def _graphs(message: Message, assets: set[str]) -> Iterator[_Graph]:
    """Yield every graph of a SavedModel, a MetaGraphDef or a GraphDef, told apart by their first fields."""
    fields = iter(message)
    first = next(fields, None)
    if first is None:
        return
    if first.kind == VARINT or first.number == 2:
        yield from _saved_model(message, assets)
    elif _is_node(message.inside(first)):
        yield from _graph_def(message)
    else:
        yield from _meta_graph(message, assets)


def _saved_model(message: Message, assets: set[str]) -> Iterator[_Graph]:
    for field in message:
        if field.number == 2 and field.kind == BYTES:
            yield from _meta_graph(message.inside(field), assets)


def _meta_graph(message: Message, assets: set[str]) -> Iterator[_Graph]:
    for field in message:
        if field.number == 6 and field.kind == BYTES:
            assets.update(_texts(message.inside(field), 2))
    for field in message:
        if field.number == 2 and field.kind == BYTES:
            yield from _graph_def(message.inside(field))


def _graph_def(message: Message) -> Iterator[_Graph]:
    nodes: dict[str, Node] = {}
    for field in message:
        if field.number == 1 and field.kind == BYTES:
            _take(nodes, message.inside(field))
        elif field.number == 2 and field.kind == BYTES:
            library = message.inside(field)
            for part in library:
                if part.number == 1 and part.kind == BYTES:
                    yield _function(library.inside(part))
    yield _Graph("", nodes)


def _function(message: Message) -> _Graph:
    name, nodes = "", dict[str, Node]()
    for field in message:
        if field.number == 1 and field.kind == BYTES:
            name = next(iter(_texts(message.inside(field), 1)), "")
        elif field.number == 3 and field.kind == BYTES:
            _take(nodes, message.inside(field))
    return _Graph(name, nodes)


def _take(nodes: dict[str, Node], message: Message) -> None:
    node = _read_node(message)
    if len(nodes) >= _NODES:
        raise LimitExceeded(f"a graph of more than {_NODES:,} nodes")
    # Names should be unique; what shares one must not hide behind the other.
    name = node.name if node.name not in nodes else f"{node.name}#{len(nodes)}"
    nodes[name] = node


def _read_node(message: Message) -> Node:
    node = Node("", "", at=message.start)
    for field in message:
        if field.number == 1:
            node.name = message.text(field, _TEXT)
        elif field.number == 2:
            node.operator = message.text(field, 256)
        elif field.number == 3 and len(node.inputs) < 1000:
            node.inputs.append(message.text(field, _TEXT))
        elif field.number == 5:
            _read_attribute(message, field, node)
    return node


def _read_attribute(message: Message, field: Field, node: Node) -> None:
    """Read an attribute's text, its list of texts, or the text of a constant tensor."""
    key, value, entry = message.pair(field, 64)
    if value is None or value.kind != BYTES:
        return
    attribute = entry.inside(value)
    for part in attribute:
        if part.number == 2 and part.kind == BYTES:
            node.attributes[key] = attribute.text(part, _TEXT)
        elif part.number == 1 and part.kind == BYTES and part.length < 65_536:
            texts = _texts(attribute.inside(part), 2)
            if texts:
                node.attributes[key] = " ".join(texts)
        elif part.number == 8 and part.kind == BYTES and key == "value":
            node.text = next(iter(_texts(attribute.inside(part), 8)), node.text)


def _texts(message: Message, number: int) -> list[str]:
    """Return the texts in one repeated field; none where the message is no message after all."""
    try:
        return [message.text(field, _TEXT) for field in message if field.number == number and field.kind == BYTES][
            :1000
        ]
    except LimitExceeded:
        raise
    except FormatError:
        return []


def _is_node(message: Message) -> bool:
    fields = [field for field in message if field.number in (1, 2)]
    return len(fields) == 2 and all(field.kind == BYTES for field in fields) and _is_name(message.text(fields[1], 256))


def _is_name(text: str) -> bool:
    return bool(text) and text.replace(">", "").replace("_", "").replace(".", "").isalnum()
