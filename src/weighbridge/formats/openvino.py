"""OpenVINO's intermediate representation: the network's XML, and whether its constants lie within the `.bin` beside it.

The XML may not declare a document type or entities: with them a small file could grow without bound or read others.
"""

from __future__ import annotations

import re
from typing import Any
from xml.parsers import expat

import msgspec

from weighbridge.errors import FormatError
from weighbridge.formats.binary import Limits, Siblings, require
from weighbridge.formats.inventory import Operators, Outside, Problems, at_most, count_weights, stored_bytes
from weighbridge.formats.metadata import ENTRIES, plain_text, tame
from weighbridge.model import DTYPE_BITS, ByteSource, Format, Inspection, Tensor

# Element types of version 10 and later, and the precisions of the versions before.
TYPES = {
    "f64": "F64", "f32": "F32", "f16": "F16", "bf16": "BF16", "i64": "I64", "i32": "I32", "i16": "I16", "i8": "I8",
    "i4": "I4", "u64": "U64", "u32": "U32", "u16": "U16", "u8": "U8", "u6": "U6", "u4": "U4", "u3": "U3", "u2": "U2",
    "u1": "U1", "boolean": "BOOL", "bool": "BOOL", "string": "TEXT", "nf4": "NF4", "f8e4m3": "F8_E4M3",
    "f8e5m2": "F8_E5M2", "f8e8m0": "F8_E8M0", "f4e2m1": "F4", "fp32": "F32", "fp16": "F16", "fp64": "F64", "bin": "U1",
}  # fmt: skip
_WIDTHS = {"NF4": 4}
_ROOT = re.compile(rb"<net(?:\s[^>]*)?>\s*(?:<!--.*?-->\s*)*<(?:layers|pre-process|meta_data)", re.DOTALL)
_BLOCK = 256 * 1024
# Without its numbers even a network of many billions stays far below.
_LONGEST = 64 * 1024 * 1024
_RANK = 64
_NARROW = {"I8": "int8", "U8": "uint8", "I4": "int4", "U4": "uint4", "NF4": "nf4", "U1": "binary", "U2": "uint2",
           "F8_E4M3": "float8", "F8_E5M2": "float8", "F4": "mxfp4"}  # fmt: skip
# Layers whose constants are scales and ranges of a quantised model.
_FAKE_QUANTISE = "FakeQuantize"
_OLD_BLOBS = frozenset({"weights", "biases", "custom", "kernel"})
_STANDARD = re.compile(r"opset\d{1,3}|experimental|ie_internal_opset|internal|util")


class _Layer(msgspec.Struct):
    """The layer that is open; layers within layers are the bodies of loops."""

    name: str
    kind: str
    precision: str = ""


class _Network(msgspec.Struct):
    """What has been found so far."""

    path: str
    limits: Limits
    operators: Operators
    stack: list[str] = []
    layers: list[_Layer] = []
    tensors: list[Tensor] = []
    places: list[tuple[str, int, int]] = []
    problems: Problems = msgspec.field(default_factory=Problems)
    root: dict[str, str] = {}
    info: dict[str, str] = {}
    custom: dict[str, int] = {}
    libraries: list[str] = []
    ports: list[dict[str, Any]] = []
    odd: set[str] = set()
    nodes: int = 0


class _OpenvinoReader:
    """The reader."""

    formats = (Format.OPENVINO,)
    suffixes = (".xml",)

    def recognise(self, head: bytes, _source: ByteSource) -> Format | None:
        """Return `OPENVINO` for an XML document whose root is a `net` of layers."""
        start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
        return Format.OPENVINO if start.startswith((b"<?xml", b"<net", b"<!")) and _ROOT.search(head) else None

    def inspect(self, source: ByteSource, siblings: Siblings, limits: Limits) -> Inspection:
        """Return the constants in the network's order. Raises `FormatError` for a document type or an entity."""
        require(min(limits.header_bytes, _LONGEST), source.size, "bytes of XML", source.path)
        network = _Network(source.path, limits, Operators())
        complete = _parse(source, network)
        if not network.root:
            raise FormatError(f"{source.path} is no OpenVINO network: its root is no `net`", where="0x0")
        outside = Outside(siblings, limits)
        _look_at_data(source, network, outside)
        return _inspection(source, network, outside, complete)


READER = _OpenvinoReader()


def _parse(source: ByteSource, network: _Network) -> bool:
    """Feed the document to the parser; return whether it was read to its end."""
    # The encoding is given, so that the document cannot choose one.
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = False
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.ExternalEntityRefHandler = _refuse
    parser.StartElementHandler = lambda name, attributes: _start(network, name, attributes)
    parser.EndElementHandler = lambda name: _end(network, name)
    at = 0
    try:
        while at < source.size:
            data = source.read_at(at, min(_BLOCK, source.size - at))
            at += len(data)
            parser.Parse(data, at >= source.size or not data)
            if not data:
                break
    except expat.ExpatError as error:
        where = f"line {error.lineno}, column {error.offset + 1}"
        message = f"the XML is broken: {expat.ErrorString(error.code)}"
        if not network.root:
            raise FormatError(f"{source.path}: {message}", where=where) from error
        network.problems.tell(message, where)
        return False
    return True


def _refuse(*_arguments: object) -> int:
    raise FormatError("an XML document with a document type or entities of its own is not read")


def _start(network: _Network, name: str, attributes: dict[str, str]) -> None:
    network.nodes += 1
    require(network.limits.items, network.nodes, "XML elements", network.path)
    require(network.limits.depth, len(network.stack), "levels of nesting", network.path)
    if not network.stack:
        if name != "net":
            raise FormatError(f"{network.path} is no OpenVINO network: its root is `{plain_text(name, 64)}`")
        network.root = {key: plain_text(value, 1024) for key, value in list(attributes.items())[:ENTRIES]}
        network.root.setdefault("name", "")
    network.stack.append(name)
    if name == "layer":
        _start_layer(network, attributes)
    elif name == "data" and network.layers:
        _take_data(network, attributes)
    elif name in _OLD_BLOBS and "blobs" in network.stack[-3:] and network.layers:
        _take_blob(network, name, attributes)
    elif "rt_info" in network.stack and "value" in attributes and "layer" not in network.stack:
        _take_info(network, attributes["value"])


def _end(network: _Network, name: str) -> None:
    network.stack.pop()
    if name == "layer" and network.layers:
        network.layers.pop()


def _start_layer(network: _Network, attributes: dict[str, str]) -> None:
    kind, version = attributes.get("type", ""), attributes.get("version", "")
    network.operators.add(kind)
    network.layers.append(_Layer(attributes.get("name", ""), kind, attributes.get("precision", "")))
    if version and not _STANDARD.fullmatch(version) and len(network.custom) < ENTRIES:
        name = plain_text(f"{version}::{kind}", 256)
        network.custom[name] = network.custom.get(name, 0) + 1


def _take_data(network: _Network, attributes: dict[str, str]) -> None:
    layer = network.layers[-1]
    if "library" in attributes and len(network.libraries) < ENTRIES:
        network.libraries.append(plain_text(attributes["library"], network.limits.text))
    shape, dtype = _shape(attributes.get("shape", "")), _dtype(attributes.get("element_type", ""))
    if layer.kind == "Const" and "offset" in attributes:
        _take(network, layer.name, shape or (), dtype, attributes)
    elif layer.kind == "Parameter" and len(network.ports) < ENTRIES:
        network.ports.append({"name": layer.name, "dtype": dtype, "shape": attributes.get("shape", "")[:256]})


def _take_blob(network: _Network, name: str, attributes: dict[str, str]) -> None:
    """Take in a blob of the versions before 10, whose shape only its layer's kind would tell."""
    layer = network.layers[-1]
    dtype = _dtype(attributes.get("precision", layer.precision))
    length = _number(attributes.get("size", "")) or 0
    shape = (int(length * 8 // DTYPE_BITS.get(dtype, 8)),)
    _take(network, layer.name if layer.kind == "Const" else f"{layer.name}/{name}", shape, dtype, attributes)


def _take(network: _Network, name: str, shape: tuple[int, ...], dtype: str, attributes: dict[str, str]) -> None:
    require(network.limits.tensors, len(network.tensors) + 1, "tensors", network.path)
    name = plain_text(name, network.limits.text)
    offset, length = _number(attributes.get("offset", "")), _number(attributes.get("size", ""))
    if offset is None or length is None or shape is None:
        _tell(network, f"constant {name} has no readable place", name)
        offset = length = 0
    else:
        network.places.append((name, offset, length))
    needed = stored_bytes(shape, dtype) if dtype not in _WIDTHS else None
    if needed is not None and needed != length:
        _tell(network, f"constant {name} needs {needed:,} bytes, {length:,} are kept for it", name)
    network.tensors.append(Tensor(name, shape, dtype, length))


def _tell(network: _Network, message: str, name: str) -> None:
    network.problems.tell(message, name)
    network.odd.add(name)


def _take_info(network: _Network, value: str) -> None:
    """Keep what the model optimiser notes about itself, by the elements that lead to it."""
    if len(network.info) < ENTRIES:
        start = network.stack.index("rt_info") + 1
        network.info[plain_text("/".join(network.stack[start:]), 256)] = plain_text(value, 1024)


def _shape(text: str) -> tuple[int, ...] | None:
    parts = [part.strip() for part in text.split(",") if part.strip()][: _RANK + 1]
    extents = [_number(part) for part in parts]
    known = [extent for extent in extents if extent is not None]
    return tuple(known) if len(known) == len(parts) and len(parts) <= _RANK else None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _dtype(text: str) -> str:
    return TYPES.get(text.lower(), plain_text(text.upper(), 32) or "?")


def _look_at_data(source: ByteSource, network: _Network, outside: Outside) -> None:
    if network.places:
        data = f"{source.path.rpartition('/')[2].rpartition('.')[0]}.bin"
        for name, offset, length in network.places:
            outside.check(data, offset, length, name)


def _inspection(source: ByteSource, network: _Network, outside: Outside, complete: bool) -> Inspection:
    metadata: dict[str, Any] = {"network": network.root.get("name", "")}
    told = {"inputs": network.ports, "rt_info": network.info, "custom_operators": network.custom,
            "libraries": network.libraries}  # fmt: skip
    metadata |= {key: value for key, value in told.items() if value}
    if network.operators.is_cut:
        network.problems.tell("more kinds of operators than are listed")
    versions = _versions(network)
    return Inspection(
        source.path,
        Format.OPENVINO,
        source.size,
        tuple(network.tensors),
        tame(metadata, network.limits) | network.operators.facts(),
        producer=f"OpenVINO {versions.get('openvino', '')}".strip(),
        versions=versions,
        quantisation=_quantisation(network),
        references=outside.references,
        problems=(*network.problems, *outside.problems),
        complete=complete and outside.complete and not network.operators.is_cut,
        stated_parameters=_parameters(network),
    )


def _versions(network: _Network) -> dict[str, str]:
    versions = {"openvino-ir": network.root["version"]} if "version" in network.root else {}
    stated = network.info.get("Runtime_version") or network.info.get("MO_version")
    if stated:
        # `2024.3.0-16041-1e3b88e4e3f-releases/2024/3`
        versions["openvino"] = stated.partition("-")[0]
    for tool in ("nncf", "optimum"):
        found = network.info.get(f"{tool}/version") or network.info.get(f"{tool}/{tool}_version")
        if found:
            versions[tool] = found
    return versions


def _parameters(network: _Network) -> int:
    four_bits = sum([min(t.elements, 2 * t.nbytes) for t in network.tensors if t.dtype in _WIDTHS])
    return at_most(count_weights(network.tensors, network.odd) + four_bits)


def _quantisation(network: _Network) -> str:
    """The narrow type that most constants have, when the graph has them unfolded; or fake quantisation."""
    elements: dict[str, int] = {}
    for tensor in network.tensors:
        if tensor.dtype in _NARROW and tensor.elements > 1:
            elements[tensor.dtype] = elements.get(tensor.dtype, 0) + tensor.elements
    total = sum([tensor.elements for tensor in network.tensors])
    if elements and 2 * sum(elements.values()) > total:
        return _NARROW[max(sorted(elements), key=lambda dtype: elements[dtype])]
    return "fake-quantised" if _FAKE_QUANTISE in network.operators.counts else ""
