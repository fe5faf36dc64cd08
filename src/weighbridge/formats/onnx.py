"""ONNX models: initial values, operators, opsets and custom domains; the numbers themselves are stepped over.

A tensor in a subgraph or a node's attribute is named by the way to it: `node/attribute/name`.
"""

from __future__ import annotations

from typing import Any

import msgspec

from weighbridge.errors import FormatError
from weighbridge.formats.binary import LIMITS, Limits, Siblings
from weighbridge.formats.inventory import Outside, at_most, count_weights
from weighbridge.formats.metadata import ENTRIES, tame
from weighbridge.formats.onnx_graph import STANDARD_DOMAINS, Walk, read_value
from weighbridge.formats.protobuf import BYTES, VARINT, Field, Message, open_message
from weighbridge.model import ByteSource, Format, Inspection, Problem

_IR, _PRODUCER, _PRODUCER_VERSION, _DOMAIN, _MODEL_VERSION, _DOC, _GRAPH, _OPSET = range(1, 9)
_PROPERTIES, _TRAINING, _FUNCTIONS = 14, 20, 25
_KINDS = {
    _IR: VARINT, _PRODUCER: BYTES, _PRODUCER_VERSION: BYTES, _DOMAIN: BYTES, _MODEL_VERSION: VARINT, _DOC: BYTES,
    _GRAPH: BYTES, _OPSET: BYTES, _PROPERTIES: BYTES, _TRAINING: BYTES, _FUNCTIONS: BYTES, 26: BYTES,
}  # fmt: skip
_GRAPH_FIELDS = frozenset({1, 2, 5, 10, 11, 12, 13, 14, 15, 16})
_TEXTS = frozenset({_PRODUCER, _PRODUCER_VERSION, _DOMAIN})
_NEWEST_IR = 255
_LOOKED_AT = 2000
_SUBJECTS = {_PRODUCER: "producer_name", _PRODUCER_VERSION: "producer_version", _DOMAIN: "domain", _DOC: "doc_string"}
# What quantised weights are stored as.
_NARROW = {"I8": "int8", "U8": "uint8", "I4": "int4", "U4": "uint4", "I2": "int2", "U2": "uint2", "F4": "float4",
           "F8_E4M3": "float8", "F8_E5M2": "float8", "I16": "int16", "U16": "uint16"}  # fmt: skip


class _Model(msgspec.Struct):
    """What stands beside the graph."""

    walk: Walk
    metadata: dict[str, Any] = {}
    versions: dict[str, str] = {}
    properties: dict[str, str] = {}
    complete: bool = True
    has_graph: bool = False


class _OnnxReader:
    """The reader. ONNX has no first bytes of its own: it is known by the order of its fields."""

    formats = (Format.ONNX,)
    suffixes = (".onnx",)

    def recognise(self, head: bytes, source: ByteSource) -> Format | None:
        """Return `ONNX` for a message whose fields all are a model's, with a graph and a version among them."""
        if not head or head[0] & 7 not in (VARINT, BYTES) or head[0] >> 3 not in _KINDS:
            return None
        message = open_message(source, msgspec.structs.replace(LIMITS, items=_LOOKED_AT * 4))
        return Format.ONNX if _is_model(message) else None

    def inspect(self, source: ByteSource, siblings: Siblings, limits: Limits) -> Inspection:
        """Return every tensor of the graph, its subgraphs, attributes and functions; what was found before an error."""
        outside = Outside(siblings, limits)
        model = _Model(Walk(outside, limits.tensors))
        try:
            _read_model(open_message(source, limits), model, limits)
        except FormatError as error:
            if not model.has_graph:
                raise
            model.walk.problems.append(Problem(f"not read to its end: {error.message}", error.where))
            model.complete = False
        if not model.has_graph:
            raise FormatError(f"{source.path} is no ONNX model: it has no graph", where="0x0")
        return _inspection(source, model, outside, limits)


READER = _OnnxReader()


def _is_model(message: Message) -> bool:
    has_graph = has_version = False
    for number, field in enumerate(message):
        if _KINDS.get(field.number) != field.kind or number > _LOOKED_AT:
            return False
        if field.number == _IR:
            has_version |= 0 < field.value <= _NEWEST_IR
        elif field.number == _OPSET:
            has_version |= _is_opset(message.inside(field))
        elif field.number == _GRAPH:
            has_graph = has_graph or _is_graph(message.inside(field))
        elif field.number in _TEXTS and b"\0" in message.raw(field, 256):
            return False
    return has_graph and has_version


def _is_opset(message: Message) -> bool:
    return message.end - message.start < 1024 and all(
        (field.number, field.kind) in ((1, BYTES), (2, VARINT)) for field in message
    )


def _is_graph(message: Message) -> bool:
    """Look at the first field of a graph, and into it where it is a node."""
    first = next(iter(message), None)
    if first is None or first.kind != BYTES or first.number not in _GRAPH_FIELDS:
        return False
    node = message.inside(first)
    return first.number != 1 or all(field.kind == BYTES and field.number in range(1, 11) for field in node)


def _read_model(message: Message, model: _Model, limits: Limits) -> None:
    for field in message:
        number = field.number
        if number == _GRAPH:
            model.has_graph = True
            _read_graph(message.inside(field), model)
        elif number == _FUNCTIONS:
            model.walk.function(message.inside(field))
        elif number == _TRAINING:
            _read_training(message.inside(field), model)
        elif number == _PROPERTIES and len(model.properties) < ENTRIES:
            key, value, entry = message.pair(field, 256)
            model.properties[key] = entry.text(value, limits.text) if value is not None else ""
        elif number in (_IR, _MODEL_VERSION, _OPSET):
            _read_version(message, field, model)
        elif number in _SUBJECTS:
            model.metadata[_SUBJECTS[number]] = message.text(field, limits.text)


def _read_version(message: Message, field: Field, model: _Model) -> None:
    if field.number == _IR:
        model.versions["onnx-ir"] = str(field.signed)
    elif field.number == _MODEL_VERSION:
        model.metadata["model_version"] = field.signed
    elif len(model.versions) < ENTRIES:
        opset, domain, version = message.inside(field), "", 0
        for part in opset:
            if part.number == 1:
                domain = opset.text(part, 256)
            elif part.number == 2:
                version = part.signed
        model.versions[f"opset:{domain or 'ai.onnx'}"] = str(version)


def _read_graph(message: Message, model: _Model) -> None:
    first = len(model.walk.tensors)
    described = model.walk.graph(message)
    # Until IR version 4 every initial value was among the inputs too.
    known = {tensor.name for tensor in model.walk.tensors[first:]}
    values: dict[int, list[dict[str, Any]]] = {11: [], 12: []}
    for field in described:
        if field.number == 2:
            model.metadata["graph"] = message.text(field, 1024)
        else:
            values[field.number].append(read_value(message.inside(field)))
    model.metadata["inputs"] = [value for value in values[11] if value["name"] not in known]
    model.metadata["outputs"] = values[12]


def _read_training(message: Message, model: _Model) -> None:
    """Graphs that only training runs: their values are listed, but are no parameters."""
    first = len(model.walk.tensors)
    for field in message:
        if field.number in (1, 2):
            model.walk.graph(message.inside(field), "training/")
    model.walk.not_learned.update([tensor.name for tensor in model.walk.tensors[first:]])


def _inspection(source: ByteSource, model: _Model, outside: Outside, limits: Limits) -> Inspection:
    walk = model.walk
    if walk.operators.is_cut or walk.custom.is_cut:
        walk.problems.append(Problem("more kinds of operators than are listed"))
        model.complete = False
    name, version = model.metadata.pop("producer_name", ""), model.metadata.pop("producer_version", "")
    if name and version:
        model.versions.setdefault(name, version)
    return Inspection(
        source.path,
        Format.ONNX,
        source.size,
        tuple(walk.tensors),
        tame(model.metadata, limits) | _facts(model),
        producer=f"{name} {version}".strip()[:256],
        versions=model.versions,
        quantisation=_quantisation(walk),
        references=outside.references,
        problems=(*walk.problems, *outside.problems),
        complete=model.complete and outside.complete,
        stated_parameters=_parameters(walk),
    )


def _facts(model: _Model) -> dict[str, Any]:
    walk = model.walk
    facts: dict[str, Any] = walk.operators.facts()
    custom = {name: count for name, count in walk.custom.counts.items() if name not in walk.functions}
    if custom:
        facts["custom_operators"] = dict(sorted(custom.items())[:ENTRIES])
        facts["custom_domains"] = sorted({name.partition("::")[0] for name in custom})[:ENTRIES]
    imported = {key.removeprefix("opset:") for key in model.versions if key.startswith("opset:")}
    if imported - STANDARD_DOMAINS:
        facts["imported_domains"] = sorted(imported - STANDARD_DOMAINS)[:ENTRIES]
    counted = {"local_functions": len(walk.functions), "subgraphs": walk.subgraphs, "sparse_tensors": walk.sparse}
    facts |= {key: count for key, count in counted.items() if count}
    return facts | ({"metadata_props": model.properties} if model.properties else {})


def _parameters(walk: Walk) -> int:
    """The learned elements: without shapes and indices, scales and zero points, and tensors that are not what they say."""
    without = walk.scales | walk.not_learned | walk.reader.odd | walk.packed.keys()
    # A byte holds eight elements at most, whatever the node says.
    packed = [min(walk.packed[t.name], 8 * t.nbytes) for t in walk.tensors if t.name in walk.packed]
    biases = [t.elements for t in walk.tensors if t.dtype == "I32" and walk.schemes and t.name not in without]
    return at_most(count_weights(walk.tensors, without) + sum(packed) + sum(biases))


def _quantisation(walk: Walk) -> str:
    """The schemes by name, with the narrow type that most weights are stored as."""
    elements: dict[str, int] = {}
    for tensor in walk.tensors:
        if tensor.dtype in _NARROW and tensor.name not in walk.scales:
            elements[tensor.dtype] = elements.get(tensor.dtype, 0) + tensor.elements
    scheme = ", ".join(sorted(walk.schemes))
    if not scheme or "-bit" in scheme or not elements:
        return scheme
    return f"{scheme} {_NARROW[max(sorted(elements), key=lambda dtype: elements[dtype])]}"
