"""ONNX graphs: nodes, subgraphs and functions, walked for their tensors and operators."""

from __future__ import annotations

from typing import Any

import msgspec

from weighbridge.errors import LimitExceeded
from weighbridge.formats.binary import require
from weighbridge.formats.inventory import Operators, Outside, Problems
from weighbridge.formats.onnx_tensors import TYPES, TensorReader
from weighbridge.formats.protobuf import Field, Message
from weighbridge.model import Tensor

# The domains whose operators every runtime brings along.
STANDARD_DOMAINS = frozenset({"", "ai.onnx", "ai.onnx.ml", "ai.onnx.training", "ai.onnx.preview.training"})
# Operators that carry out a quantised model, by their scheme.
_SCHEMES = {
    "QuantizeLinear": "QDQ", "DequantizeLinear": "QDQ", "MatMulNBits": "MatMulNBits", "MatMulBnb4": "MatMulBnb4",
    "GatherBlockQuantized": "block-wise", "DynamicQuantizeLinear": "dynamic", "MatMulInteger": "integer",
    "ConvInteger": "integer", "QLinearConv": "QOperator", "QLinearMatMul": "QOperator", "QGemm": "QOperator",
    "QAttention": "QOperator", "DynamicQuantizeMatMul": "dynamic", "MatMulIntegerToFloat": "dynamic",
    "DynamicQuantizeLSTM": "dynamic", "QMoE": "QMoE", "FakeQuantize": "fake-quantised",
}  # fmt: skip
# The inputs, by place, that hold scales and zero points.
_SCALES: dict[str, tuple[int, ...]] = {
    "QuantizeLinear": (1, 2), "DequantizeLinear": (1, 2), "MatMulNBits": (2, 3), "MatMulBnb4": (2,),
    "GatherBlockQuantized": (2, 3), "MatMulInteger": (2, 3), "ConvInteger": (2, 3), "QLinearConv": (1, 2, 4, 5, 6, 7),
    "QLinearMatMul": (1, 2, 4, 5, 6, 7), "DynamicQuantizeMatMul": (2, 3), "MatMulIntegerToFloat": (2, 3, 4, 5),
    "QGemm": (1, 2, 4, 5, 7, 8), "DynamicQuantizeLSTM": (8, 9, 10, 11),
}  # fmt: skip
# Weights of several elements a byte: the input that holds them, and the attributes whose product is their number.
_PACKED = {"MatMulNBits": (1, ("K", "N")), "MatMulBnb4": (1, ("K", "N"))}

_SMALLEST_TENSOR = 16
_ATTRIBUTES = 10_000
_INPUTS = 64
_VALUES = 1000
_DESCRIBED = frozenset({2, 11, 12})


class Node(msgspec.Struct):
    """One node's fields, its attributes not yet read; `inputs` are the first few."""

    name: str = ""
    operator: str = ""
    domain: str = ""
    inputs: list[Field] = []
    attributes: list[Field] = []


class Walk:
    """What has been found in the graphs so far."""

    def __init__(self, outside: Outside, most_tensors: int) -> None:
        self.problems = Problems()
        self.reader = TensorReader(outside, self.problems)
        self.tensors: list[Tensor] = []
        self.operators = Operators()
        self.custom: Operators = Operators()
        self.functions: set[str] = set()
        self.schemes: set[str] = set()
        self.scales: set[str] = set()
        self.packed: dict[str, int] = {}
        self.not_learned: set[str] = set()
        self.subgraphs = 0
        self.sparse = 0
        self._most_tensors = most_tensors

    def graph(self, message: Message, prefix: str = "") -> list[Field]:
        """Walk one graph's nodes and initial values; return the fields that hold its name, inputs and outputs."""
        described: list[Field] = []
        for field in message:
            if field.number == 1:
                self.node(message.inside(field), prefix)
            elif field.number == 5:
                self.tensor(message.inside(field), prefix, "unnamed")
            elif field.number == 15:
                self._sparse_tensor(message.inside(field), prefix)
            elif field.number in _DESCRIBED and len(described) < 2 * _VALUES:
                described.append(field)
        return described

    def function(self, message: Message) -> None:
        """Walk a function that the model brings along; it is no custom operator."""
        name = domain = ""
        for field in message:
            if field.number == 1:
                name = message.text(field, 256)
            elif field.number == 10:
                domain = message.text(field, 256)
        self.functions.add(f"{domain}::{name}")
        for field in message:
            if field.number == 7:
                self.node(message.inside(field), f"{name}/")

    def tensor(self, message: Message, prefix: str, fallback: str) -> Tensor:
        """Take in one tensor."""
        require(self._most_tensors, len(self.tensors) + 1, "tensors", message.wire.source.path, f"{message.start:#x}")
        found = self.reader.read(message, prefix, fallback)
        self.tensors.append(found)
        return found

    def node(self, message: Message, prefix: str) -> None:
        """Count a node's operator and walk its attributes."""
        node = _read_node(message)
        self.operators.add(node.operator)
        if node.domain not in STANDARD_DOMAINS:
            self.custom.add(f"{node.domain}::{node.operator}")
        numbers: dict[str, int] = {}
        is_quantised = node.operator in _SCHEMES
        for field in node.attributes:
            if field.length >= _SMALLEST_TENSOR or is_quantised:
                self._attribute(message.inside(field), f"{prefix}{node.name or node.operator}/", numbers)
        if is_quantised:
            self._quantised(message, node, numbers, prefix)

    def _attribute(self, message: Message, prefix: str, numbers: dict[str, int]) -> None:
        name, count = "", 0
        for field in message:
            number = field.number
            if number == 1:
                name = message.text(field, 256)
            elif number == 3:
                numbers[name] = field.signed
            elif number in (5, 10):
                self.tensor(message.inside(field), prefix, f"{name or 'value'}{f'.{count}' if count else ''}")
                count += 1
            elif number in (6, 11):
                self.subgraphs += 1
                self.graph(message.inside(field), f"{prefix}{name}/")
            elif number in (22, 23):
                self._sparse_tensor(message.inside(field), prefix)

    def _sparse_tensor(self, message: Message, prefix: str) -> None:
        self.sparse += 1
        name = ""
        for field in message:
            if field.number == 1:
                name = self.tensor(message.inside(field), prefix, "values").name
            elif field.number == 2:
                self.tensor(message.inside(field), f"{name or prefix}/", "indices")

    def _quantised(self, message: Message, node: Node, numbers: dict[str, int], prefix: str) -> None:
        scheme = _SCHEMES[node.operator]
        bits = numbers.get("bits", 4 if node.operator in _PACKED else 0)
        self.schemes.add(f"{scheme} {bits}-bit" if 0 < bits <= 64 else scheme)
        names = [f"{prefix}{message.text(field, 4096)}" for field in node.inputs]
        places = _SCALES.get(node.operator, ())
        self.scales.update([names[place] for place in places if place < len(names)])
        place, factors = _PACKED.get(node.operator, (0, ()))
        if factors and place < len(names):
            count = max(0, numbers.get(factors[0], 0)) * max(0, numbers.get(factors[1], 0))
            self.packed[names[place]] = count


def _read_node(message: Message) -> Node:
    node = Node()
    for field in message:
        number = field.number
        if number == 1:
            if len(node.inputs) < _INPUTS:
                node.inputs.append(field)
        elif number == 3:
            node.name = message.text(field, 1024)
        elif number == 4:
            node.operator = message.text(field, 256)
        elif number == 7:
            node.domain = message.text(field, 256)
        elif number == 5:
            node.attributes.append(field)
            if len(node.attributes) > _ATTRIBUTES:
                raise LimitExceeded(f"a node has more than {_ATTRIBUTES:,} attributes", where=f"{message.start:#x}")
    return node


def read_value(message: Message) -> dict[str, Any]:
    """Return the name, type and shape of a graph's input or output; an open dimension is given by its name."""
    value: dict[str, Any] = {"name": ""}
    for field in message:
        if field.number == 1:
            value["name"] = message.text(field, 1024)
        elif field.number == 2:
            kind = message.inside(field)
            for part in kind:
                if part.number == 1:
                    value |= _read_tensor_type(kind.inside(part))
    return value


def _read_tensor_type(message: Message) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in message:
        if field.number == 1:
            found["dtype"] = TYPES.get(field.value, f"TYPE_{field.value & 0xFFFFFFFF}")
        elif field.number == 2:
            shape = message.inside(field)
            found["shape"] = [_read_dimension(shape.inside(part)) for part in shape if part.number == 1][:_INPUTS]
    return found


def _read_dimension(message: Message) -> int | str:
    extent: int | str = "?"
    for field in message:
        if field.number == 1:
            extent = field.signed
        elif field.number == 2:
            extent = message.text(field, 256)
    return extent
