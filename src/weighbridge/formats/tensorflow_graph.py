"""TensorFlow graphs: nodes, functions, constants, signatures and assets, out of GraphDef and MetaGraphDef."""

from __future__ import annotations

from typing import Any

from weighbridge.formats.binary import require
from weighbridge.formats.inventory import Operators
from weighbridge.formats.metadata import ENTRIES
from weighbridge.formats.protobuf import BYTES, Field, Message
from weighbridge.formats.tensorflow_tensors import Constant, dtype_name, read_constant, read_shape

_NAME = 1024
_VALUES = 1000
_ATTRIBUTES = 10_000


class Graphs:
    """What has been found in the graphs so far; constants of functions stand apart, because functions are copied."""

    def __init__(self, most_tensors: int) -> None:
        self.operators = Operators()
        self.constants: list[Constant] = []
        self.function_constants: dict[tuple[Any, ...], Constant] = {}
        self.functions = 0
        self.versions: dict[str, str] = {}
        self.facts: dict[str, Any] = {}
        self.tags: list[str] = []
        self.signatures: dict[str, dict[str, list[dict[str, Any]]]] = {}
        self.assets: list[str] = []
        self._most_tensors = most_tensors

    def meta_graph(self, message: Message) -> None:
        """Walk one MetaGraphDef."""
        for field in message:
            if field.kind != BYTES:
                continue
            if field.number == 1:
                self._meta_info(message.inside(field))
            elif field.number == 2:
                self.graph(message.inside(field))
            elif field.number == 5 and len(self.signatures) < ENTRIES:
                self._signature(message, field)
            elif field.number == 6 and len(self.assets) < ENTRIES:
                self._asset(message.inside(field))

    def graph(self, message: Message) -> None:
        """Walk one GraphDef: its nodes, then the functions of its library."""
        for field in message:
            if field.kind != BYTES:
                continue
            if field.number == 1:
                self._node(message.inside(field), "")
            elif field.number == 2:
                self._library(message.inside(field))
            elif field.number == 4:
                self._versions(message.inside(field))

    def _library(self, message: Message) -> None:
        for field in message:
            if field.number == 1 and field.kind == BYTES:
                self.functions += 1
                self._function(message.inside(field))

    def _function(self, message: Message) -> None:
        name = "function"
        for field in message:
            if field.number == 1 and field.kind == BYTES:
                signature = message.inside(field)
                name = next((signature.text(part, _NAME) for part in signature if part.number == 1), name)
            elif field.number == 3 and field.kind == BYTES:
                self._node(message.inside(field), f"{name}/")

    def _node(self, message: Message, prefix: str) -> None:
        name = operator = ""
        attributes: list[Field] = []
        for field in message:
            if field.number == 1:
                name = message.text(field, _NAME)
            elif field.number == 2:
                operator = message.text(field, 256)
            elif field.number == 5:
                path = message.wire.source.path
                require(_ATTRIBUTES, len(attributes) + 1, "attributes of a node", path, f"{field.start:#x}")
                attributes.append(field)
        self.operators.add(operator)
        for field in attributes if operator == "Const" else ():
            key, value, entry = message.pair(field, 16)
            if key == "value" and value is not None:
                self._attribute(entry.inside(value), f"{prefix}{name}", is_main=not prefix)

    def _attribute(self, message: Message, name: str, is_main: bool) -> None:
        for field in message:
            if field.number == 8 and field.kind == BYTES:
                constant = read_constant(message.inside(field), name)
                known = len(self.constants) + len(self.function_constants)
                require(self._most_tensors, known + 1, "tensors", message.wire.source.path, f"{field.start:#x}")
                if is_main:
                    self.constants.append(constant)
                elif constant.tensor.elements > 1:
                    tensor = constant.tensor
                    key = (tensor.shape, tensor.dtype, tensor.nbytes, constant.fingerprint)
                    self.function_constants.setdefault(key, constant)

    def _versions(self, message: Message) -> None:
        names = {1: "graph-producer", 2: "graph-min-consumer"}
        for field in message:
            if field.number in names:
                self.versions[names[field.number]] = str(field.signed)

    def _meta_info(self, message: Message) -> None:
        for field in message:
            if field.number == 4 and len(self.tags) < ENTRIES:
                self.tags.append(message.text(field, 256))
            elif field.number == 5:
                self.versions["tensorflow"] = message.text(field, 256)
            elif field.number == 6:
                self.facts["tensorflow_git_version"] = message.text(field, 256)

    def _signature(self, message: Message, field: Field) -> None:
        key, value, entry = message.pair(field, 256)
        if value is None:
            return
        found: dict[str, list[dict[str, Any]]] = {"inputs": [], "outputs": []}
        signature = entry.inside(value)
        for part in signature:
            if part.number in (1, 2) and len(found["inputs"]) + len(found["outputs"]) < _VALUES:
                name, info, pair = signature.pair(part, 256)
                described = _read_info(pair.inside(info)) if info is not None else {}
                found["inputs" if part.number == 1 else "outputs"].append({"name": name, **described})
        self.signatures[key] = found

    def _asset(self, message: Message) -> None:
        for field in message:
            if field.number == 2:
                self.assets.append(message.text(field, _NAME))


def _read_info(message: Message) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in message:
        if field.number == 2:
            found["dtype"] = dtype_name(field.value)
        elif field.number == 3:
            shape = read_shape(message.inside(field))
            found["shape"] = None if shape is None else ["?" if extent < 0 else extent for extent in shape]
    return found
