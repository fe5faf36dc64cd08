"""TensorFlow: SavedModel, frozen graphs and meta graphs, and checkpoints.

A SavedModel's weights lie beside it under `variables/`; they are part of what is told about it. Constants that several
functions hold copies of are listed once.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from weighbridge.errors import FormatError
from weighbridge.formats.binary import LIMITS, Limits, Siblings
from weighbridge.formats.inventory import Outside, Problems, at_most, is_weight
from weighbridge.formats.metadata import tame
from weighbridge.formats.protobuf import BYTES, VARINT, Field, Message, open_message
from weighbridge.formats.sstable import is_table
from weighbridge.formats.tensorflow_bundle import Bundle, read_bundle
from weighbridge.formats.tensorflow_companions import companion_kind, read_companion
from weighbridge.formats.tensorflow_graph import Graphs
from weighbridge.formats.tensorflow_tensors import Constant
from weighbridge.model import ByteSource, Format, Inspection, Problem, Tensor

_INDEX = "variables/variables.index"
_OPERATOR = re.compile(r"[A-Z_a-z][A-Za-z0-9_>.]*")
_CONTROL = re.compile(r"[\x00-\x1f]")
_FAKE_QUANTISED = "FakeQuant"
_QUANTISED = ("Quantize", "Dequantize", "Quantized", "UniformQuantize", "UniformDequantize", "UniformQuantized")


class _Root(msgspec.Struct):
    """What a file turned out to be: `saved model`, `meta graph` or `graph`."""

    kind: str
    message: Message


class _TensorFlowReader:
    """The reader of all of them."""

    formats = (Format.SAVED_MODEL, Format.TENSORFLOW_CHECKPOINT)
    suffixes = (".pb", ".index")

    def recognise(self, head: bytes, source: ByteSource) -> Format | None:
        """Return the format for a table with a checkpoint's header, or a message that is a graph in one of its wraps."""
        if is_table(source):
            return Format.TENSORFLOW_CHECKPOINT
        if head[:1] not in (b"\x08", b"\x0a", b"\x12"):
            return None
        is_graph = _find_root(source, msgspec.structs.replace(LIMITS, items=10_000)) is not None
        return Format.SAVED_MODEL if is_graph or companion_kind(source) else None

    def inspect(self, source: ByteSource, siblings: Siblings, limits: Limits) -> Inspection:
        """Return a checkpoint's tensors, or a graph's operators and constants with the variables that belong to it."""
        if is_table(source):
            bundle, outside = read_bundle(source, siblings, limits)
            return _checkpoint(source, bundle, outside)
        root = _find_root(source, limits)
        kind = "" if root is not None else companion_kind(source)
        if kind:
            metadata = read_companion(source, kind, limits)
            return Inspection(source.path, Format.SAVED_MODEL, source.size, metadata=tame(metadata, limits))
        if root is None:
            raise FormatError(f"{source.path} is no TensorFlow graph, SavedModel or checkpoint index", where="0x0")
        return _inspect_graphs(source, root, siblings, limits)


READER = _TensorFlowReader()


def _checkpoint(source: ByteSource, bundle: Bundle, outside: Outside) -> Inspection:
    return Inspection(
        source.path,
        Format.TENSORFLOW_CHECKPOINT,
        source.size,
        tuple(bundle.tensors),
        {"byte order": "big-endian"} if bundle.is_big_endian else {},
        versions=bundle.versions,
        references=outside.references,
        problems=(*bundle.problems, *outside.problems),
        complete=bundle.complete and outside.complete,
        stated_parameters=bundle.parameters,
    )


def _find_root(source: ByteSource, limits: Limits) -> _Root | None:
    """Tell the wraps apart by their first fields."""
    message = open_message(source, limits)
    try:
        for field in message:
            if field.number == 1 and field.kind == VARINT:
                if not 0 < field.value < 256:
                    return None
            elif field.number == 2 and field.kind == BYTES:
                return _Root("saved model", open_message(source, limits)) if _is_meta(message.inside(field)) else None
            elif field.number == 1 and field.kind == BYTES:
                return _graph_or_meta(message, field, source, limits)
            else:
                return None
    except FormatError:
        return None
    return None


def _graph_or_meta(message: Message, field: Field, source: ByteSource, limits: Limits) -> _Root | None:
    if _is_node(message.inside(field)):
        return _Root("graph", open_message(source, limits))
    return _Root("meta graph", open_message(source, limits)) if _is_meta(message) else None


def _is_meta(message: Message) -> bool:
    """Whether a message has a MetaGraphDef's fields, and a graph whose first part is a node, a library or versions."""
    has_graph = False
    for number, field in enumerate(message):
        if field.kind != BYTES or not 1 <= field.number <= 7 or number > 1000:
            return False
        if field.number == 2 and not has_graph:
            graph = message.inside(field)
            first = next(iter(graph), None)
            if first is None or first.number not in (1, 2, 3, 4):
                return False
            if first.number == 1 and not (first.kind == BYTES and _is_node(graph.inside(first))):
                return False
            has_graph = True
    return has_graph


def _is_node(message: Message) -> bool:
    name = operator = ""
    for field in message:
        if field.kind != BYTES or not 1 <= field.number <= 7:
            return False
        if field.number == 1:
            name = message.text(field, 4096)
        elif field.number == 2:
            operator = message.text(field, 4096)
    is_named = bool(name) and "\ufffd" not in name and not _CONTROL.search(name)
    return is_named and _OPERATOR.fullmatch(operator) is not None


def _inspect_graphs(source: ByteSource, root: _Root, siblings: Siblings, limits: Limits) -> Inspection:
    graphs, problems, complete = Graphs(limits.tensors), [], True
    try:
        _walk(root, graphs)
    except FormatError as error:
        problems.append(Problem(f"not read to its end: {error.message}", error.where))
        complete = False
    if graphs.operators.is_cut:
        problems.append(Problem("more kinds of operators than are listed"))
        complete = False
    outside = Outside(siblings, limits)
    bundle = Bundle()
    if root.kind == "saved model":
        bundle, references = _variables(graphs, siblings, outside, limits)
    else:
        references = ()
    return Inspection(
        source.path,
        Format.SAVED_MODEL,
        source.size,
        (*bundle.tensors, *_listed(graphs)),
        tame(_metadata(root, graphs), limits) | graphs.operators.facts(),
        producer="TensorFlow" if "tensorflow" in graphs.versions else "",
        versions=graphs.versions,
        quantisation=_quantisation(graphs),
        references=(*outside.references, *references),
        problems=(*problems, *bundle.problems, *outside.problems),
        complete=complete and bundle.complete and outside.complete,
        stated_parameters=at_most(bundle.parameters + _learned(graphs)),
    )


def _walk(root: _Root, graphs: Graphs) -> None:
    if root.kind == "graph":
        graphs.graph(root.message)
    elif root.kind == "meta graph":
        graphs.meta_graph(root.message)
    else:
        for field in root.message:
            if field.number == 1 and field.kind == VARINT:
                graphs.versions["saved-model"] = str(field.signed)
            elif field.number == 2:
                graphs.meta_graph(root.message.inside(field))


def _variables(graphs: Graphs, siblings: Siblings, outside: Outside, limits: Limits) -> tuple[Bundle, tuple[str, ...]]:
    """Return the variables beside a SavedModel, where its graph has any, and the files that they need."""
    for asset in graphs.assets:
        outside.open(f"assets/{asset}")
    found = siblings(_INDEX)
    if found is None:
        if _has_variables(graphs):
            outside.open(_INDEX)
        return Bundle(), ()
    outside.open(_INDEX)
    try:
        bundle, data = read_bundle(found, lambda path: siblings(f"variables/{path}"), limits)
    except FormatError as error:
        return Bundle(problems=Problems([Problem(error.message, _INDEX)]), complete=False), ()
    bundle.problems.extend(data.problems)
    bundle.complete &= data.complete
    return bundle, tuple([f"variables/{path}" for path in data.references])


def _has_variables(graphs: Graphs) -> bool:
    return any(name in graphs.operators.counts for name in ("VarHandleOp", "VariableV2", "Variable"))


def _constants(graphs: Graphs) -> list[Constant]:
    return [*graphs.constants, *graphs.function_constants.values()]


def _listed(graphs: Graphs) -> list[Tensor]:
    return [constant.tensor for constant in _constants(graphs) if constant.tensor.elements > 1]


def _learned(graphs: Graphs) -> int:
    """Elements of constants that were stored one by one: what one value fills was not learned."""
    constants = [constant.tensor for constant in _constants(graphs) if not constant.is_filled]
    return sum([tensor.elements for tensor in constants if is_weight(tensor) and tensor.elements > 1])


def _metadata(root: _Root, graphs: Graphs) -> dict[str, Any]:
    facts: dict[str, Any] = {"kind": root.kind, **graphs.facts}
    told = {
        "tags": graphs.tags, "signatures": graphs.signatures, "assets": graphs.assets, "functions": graphs.functions,
    }  # fmt: skip
    return facts | {key: value for key, value in told.items() if value}


def _quantisation(graphs: Graphs) -> str:
    if graphs.operators.named(*_QUANTISED):
        return "quantised operators"
    return "fake-quantised" if graphs.operators.named(_FAKE_QUANTISED) else ""
