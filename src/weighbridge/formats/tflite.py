"""TensorFlow Lite (LiteRT): constants with their places, operators, quantisation, signatures and metadata.

Only tensors with data are listed: the others are activations. Custom operators are told apart, and among them those that
run TensorFlow's own (`Flex…`).
"""

from __future__ import annotations

from typing import Any

import msgspec

from weighbridge.errors import FormatError, LimitExceeded
from weighbridge.formats.binary import Limits, Siblings, Window
from weighbridge.formats.flatbuffers import Buffer, Table
from weighbridge.formats.inventory import Operators, Problems, at_most, is_weight, stored_bytes
from weighbridge.formats.metadata import ENTRIES, plain_text, tame
from weighbridge.formats.tflite_types import CUSTOM, OPERATORS, TYPES
from weighbridge.model import ByteSource, Format, Inspection, Tensor

MAGIC = b"TFL3"
_RANK = 64
_SHOWN = 1000
_NARROW = {"I8": "int8", "U8": "uint8", "I4": "int4", "U4": "uint4", "I2": "int2", "I16": "int16"}


class _Data(msgspec.Struct, frozen=True):
    """Where a buffer's bytes lie."""

    offset: int
    size: int


class _Model(msgspec.Struct):
    """What has been found so far; `seen` are the buffers whose elements were counted."""

    operators: Operators
    tensors: list[Tensor] = []
    problems: Problems = msgspec.field(default_factory=Problems)
    metadata: dict[str, Any] = {}
    versions: dict[str, str] = {}
    seen: set[int] = set()
    parameters: int = 0
    narrow: dict[str, int] = {}
    per_channel: int = 0
    custom: set[str] = set()
    has_narrow_activations: bool = False
    complete: bool = True

    def fail(self, message: str, where: str) -> None:
        """Tell what could not be read."""
        self.problems.tell(message, where)
        self.complete = False


class _TfliteReader:
    """The reader."""

    formats = (Format.TFLITE,)
    suffixes = (".tflite",)

    def recognise(self, head: bytes, _source: ByteSource) -> Format | None:
        """Return `TFLITE` for its letters at the fifth byte."""
        return Format.TFLITE if head[4:8] == MAGIC else None

    def inspect(self, source: ByteSource, _siblings: Siblings, limits: Limits) -> Inspection:
        """Return the constants in the order of the subgraphs; what was found before an error."""
        if source.read_at(4, 4) != MAGIC:
            raise FormatError(f"{source.path} does not have the letters TFL3 at its fifth byte", where="0x4")
        root = Buffer(source, limits).root
        model = _Model(Operators())
        try:
            _read_model(root, model, limits)
        except FormatError as error:
            model.fail(f"not read to its end: {error.message}", error.where)
        return _inspection(source, model, limits)


READER = _TfliteReader()


def _read_model(root: Table, model: _Model, limits: Limits) -> None:
    model.versions["tflite-schema"] = str(root.number(0, "<I"))
    description = root.text(3, limits.text)
    if description:
        model.metadata["description"] = description
    buffers = _read_buffers(root, model, limits)
    names = _read_operator_codes(root, model, limits)
    graphs = [Table(root.buffer, at) for at in root.tables(2, limits.members)]
    for number, graph in enumerate(graphs):
        _read_graph(graph, f"{number}/" if number else "", model, buffers, names, limits)
    if len(graphs) > 1:
        model.metadata["subgraphs"] = len(graphs)
    model.metadata["signatures"] = _read_signatures(root)
    _read_metadata(root, model, buffers, limits)


def _read_buffers(root: Table, model: _Model, limits: Limits) -> list[_Data]:
    """Return where each buffer's bytes lie; the large ones of files beyond 2 GB stand behind the FlatBuffer itself."""
    found = []
    size = root.buffer.source.size
    for number, at in enumerate(root.tables(4, limits.tensors)):
        table = Table(root.buffer, at)
        start, length = table.vector(0, 1)
        offset = table.number(1, "<Q")
        if offset > 1:
            start, length = offset, table.number(2, "<Q")
        if start + length > size:
            model.fail(f"buffer {number} would reach beyond the end of the file", f"{at:#x}")
            start = length = 0
        found.append(_Data(start, length))
    return found


def _read_operator_codes(root: Table, model: _Model, limits: Limits) -> list[str]:
    names = []
    for at in root.tables(1, limits.members):
        table = Table(root.buffer, at)
        # Numbers above 127 do not fit the first field; both are written, the larger one counts.
        code = max(table.number(0, "<b"), table.number(3, "<i"))
        custom = table.text(1, 256)
        if code == CUSTOM or custom:
            name = plain_text(custom, 256) or "CUSTOM"
            model.custom.add(name)
        else:
            name = OPERATORS[code] if 0 <= code < len(OPERATORS) else f"OPERATOR_{code}"
        names.append(name)
    return names


def _read_graph(
    graph: Table, prefix: str, model: _Model, buffers: list[_Data], names: list[str], limits: Limits
) -> None:
    tensors = graph.tables(0, limits.tensors)
    for at in tensors:
        _read_tensor(Table(graph.buffer, at), prefix, model, buffers, limits)
    for at in graph.tables(3, limits.tensors):
        index = Table(graph.buffer, at).number(0, "<I")
        model.operators.add(names[index] if index < len(names) else f"OPERATOR_CODE_{index}")
    if not prefix:
        for key, field in (("inputs", 1), ("outputs", 2)):
            numbers = graph.numbers(field, "i", _SHOWN)
            described = [_describe(Table(graph.buffer, tensors[n])) for n in numbers if 0 <= n < len(tensors)]
            model.metadata[key] = described


def _describe(table: Table) -> dict[str, Any]:
    """Name, type and shape of an input or output; the signature's shape has the open dimensions."""
    shape = table.numbers(7, "i", _RANK) or table.numbers(0, "i", _RANK)
    extents = ["?" if extent < 0 else extent for extent in shape]
    return {"name": table.text(3, 1024), "dtype": _type(table), "shape": extents}


def _type(table: Table) -> str:
    number = table.number(1, "<b")
    return TYPES[number] if 0 <= number < len(TYPES) else f"TYPE_{number}"


def _read_tensor(table: Table, prefix: str, model: _Model, buffers: list[_Data], limits: Limits) -> None:
    dtype, number = _type(table), table.number(2, "<I")
    scales = _scales(table)
    data = buffers[number] if number < len(buffers) else None
    if data is None or not data.size:
        model.has_narrow_activations |= scales > 0 and dtype in _NARROW
        if data is None:
            model.fail(f"a tensor lies in buffer {number} of {len(buffers)}", f"{table.at:#x}")
        return
    if len(model.tensors) >= limits.tensors:
        raise LimitExceeded(f"{table.buffer.source.path} has more than {limits.tensors:,} tensors")
    shape = tuple([max(0, extent) for extent in table.numbers(0, "i", _RANK)])
    tensor = Tensor(f"{prefix}{table.text(3, limits.text)}", shape, dtype, data.size, data.offset)
    model.tensors.append(tensor)
    if number not in model.seen:
        model.seen.add(number)
        _count(tensor, scales, is_sparse=table.place(6) is not None, model=model)


def _scales(table: Table) -> int:
    quantisation = table.table(4)
    if quantisation is None:
        return 0
    has_details = quantisation.number(4, "<B") > 1
    return quantisation.vector(2, 4)[1] or int(has_details)


def _count(tensor: Tensor, scales: int, *, is_sparse: bool, model: _Model) -> None:
    needed = stored_bytes(tensor.shape, tensor.dtype)
    if needed is not None and needed != tensor.nbytes and not is_sparse:
        message = f"tensor {tensor.name} needs {needed:,} bytes, its buffer has {tensor.nbytes:,}"
        model.problems.tell(message, tensor.name)
        return
    # A quantised layer's biases are whole numbers of 32 bits with a scale.
    if is_weight(tensor) or (scales and tensor.dtype == "I32"):
        model.parameters += tensor.elements if not is_sparse else min(tensor.elements, 8 * tensor.nbytes)
    if scales and tensor.dtype in _NARROW:
        model.narrow[tensor.dtype] = model.narrow.get(tensor.dtype, 0) + tensor.elements
        model.per_channel += scales > 1


def _read_signatures(root: Table) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for at in root.tables(7, _SHOWN):
        table = Table(root.buffer, at)
        sides = [[Table(root.buffer, each).text(0, 256) for each in table.tables(side, _SHOWN)] for side in (0, 1)]
        found[table.text(2, 256)] = {"inputs": sides[0], "outputs": sides[1]}
    return found


def _read_metadata(root: Table, model: _Model, buffers: list[_Data], limits: Limits) -> None:
    names = []
    for at in root.tables(6, ENTRIES):
        table = Table(root.buffer, at)
        name, number = table.text(0, 256), table.number(1, "<I")
        names.append(name)
        if number < len(buffers) and name in _ENTRIES:
            data = buffers[number]
            try:
                _ENTRIES[name](Window(root.buffer.source, name, data.offset, data.size), model, limits)
            except FormatError as error:
                model.fail(f"the metadata {name} cannot be read: {error.message}", name)
    if names:
        model.metadata["metadata_entries"] = names


def _read_runtime(source: ByteSource, model: _Model, _limits: Limits) -> None:
    text = source.read_at(0, 64).rstrip(b"\0").decode("ascii", "replace")
    if text:
        model.versions["tflite-runtime-min"] = text


def _read_conversion(source: ByteSource, model: _Model, limits: Limits) -> None:
    environment = Buffer(source, limits).root.table(0)
    version = environment.text(0, 256) if environment is not None else ""
    if version:
        model.versions["tensorflow"] = version


def _read_description(source: ByteSource, model: _Model, limits: Limits) -> None:
    """Read the `ModelMetadata` that TFLite's metadata tools write."""
    table = Buffer(source, limits).root
    fields = {"name": 0, "description": 1, "model_version": 2, "author": 4, "license": 5}
    texts = {key: table.text(field, limits.text) for key, field in fields.items()}
    model.metadata |= {key: text for key, text in texts.items() if text}


_ENTRIES = {
    "min_runtime_version": _read_runtime,
    "CONVERSION_METADATA": _read_conversion,
    "TFLITE_METADATA": _read_description,
}


def _inspection(source: ByteSource, model: _Model, limits: Limits) -> Inspection:
    metadata = {key: value for key, value in model.metadata.items() if value}
    used = model.custom & model.operators.counts.keys()
    if used:
        metadata["custom_operators"] = sorted(used)
    flex = sorted(name for name in used if name.startswith("Flex"))
    if flex:
        metadata["flex_operators"] = flex
    if model.per_channel:
        metadata["per_channel_tensors"] = model.per_channel
    if model.operators.is_cut:
        model.fail("more kinds of operators than are listed", "")
    return Inspection(
        source.path,
        Format.TFLITE,
        source.size,
        tuple(model.tensors),
        tame(metadata, limits) | model.operators.facts(),
        producer=_producer(metadata),
        versions=model.versions,
        quantisation=_quantisation(model),
        problems=tuple(model.problems),
        complete=model.complete,
        stated_parameters=at_most(model.parameters),
    )


def _producer(metadata: dict[str, Any]) -> str:
    """Return the converter, which signs in the description: `MLIR Converted.` or `TOCO Converted.`."""
    description = str(metadata.get("description", ""))
    return description.removesuffix(".") if description.rstrip(".").endswith("Converted") else ""


def _quantisation(model: _Model) -> str:
    if not model.narrow:
        return ""
    widest = _NARROW[max(sorted(model.narrow), key=lambda dtype: model.narrow[dtype])]
    return f"{widest} {'full-integer' if model.has_narrow_activations else 'dynamic-range'}"
