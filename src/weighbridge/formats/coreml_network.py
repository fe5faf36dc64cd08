"""CoreML's older neural networks: the arrays of every layer, by the field numbers under which layers keep them.

Arrays have no shapes of their own; where the layer tells its sizes they are given, elsewhere an array is flat.
"""

from __future__ import annotations

import msgspec

from weighbridge.errors import FormatError
from weighbridge.formats.binary import require
from weighbridge.formats.inventory import Operators, stored_bytes
from weighbridge.formats.protobuf import BYTES, VARINT, Message
from weighbridge.model import DTYPE_BITS, Tensor

# A layer's field to its kind, and within it the fields that hold arrays; a dictionary leads a level deeper.
Fields = dict[int, "str | Fields"]

_ACTIVATION: Fields = {25: {1: "alpha"}, 71: {1: "alpha", 2: "beta"}}
_LSTM: Fields = {
    1: "inputGateWeightMatrix", 2: "forgetGateWeightMatrix", 3: "blockInputWeightMatrix", 4: "outputGateWeightMatrix",
    20: "inputGateRecursionMatrix", 21: "forgetGateRecursionMatrix", 22: "blockInputRecursionMatrix",
    23: "outputGateRecursionMatrix", 40: "inputGateBiasVector", 41: "forgetGateBiasVector",
    42: "blockInputBiasVector", 43: "outputGateBiasVector", 60: "inputGatePeepholeVector",
    61: "forgetGatePeepholeVector", 62: "outputGatePeepholeVector",
}  # fmt: skip
_LAYERS: dict[int, tuple[str, Fields]] = {
    100: ("convolution", {90: "weights", 91: "bias"}),
    130: ("activation", _ACTIVATION),
    140: ("innerProduct", {20: "weights", 21: "bias"}),
    150: ("embedding", {20: "weights", 21: "bias"}),
    160: ("batchnorm", {15: "gamma", 16: "beta", 17: "mean", 18: "variance"}),
    245: ("scale", {2: "scale", 5: "bias"}),
    250: ("bias", {2: "bias"}),
    290: ("loadConstant", {2: "data"}),
    400: ("simpleRecurrent", {30: "weightMatrix", 31: "recursionMatrix", 32: "biasVector"}),
    410: ("gru", {
        30: "updateGateWeightMatrix", 31: "resetGateWeightMatrix", 32: "outputGateWeightMatrix",
        50: "updateGateRecursionMatrix", 51: "resetGateRecursionMatrix", 52: "outputGateRecursionMatrix",
        70: "updateGateBiasVector", 71: "resetGateBiasVector", 72: "outputGateBiasVector",
    }),
    420: ("uniDirectionalLSTM", {20: _LSTM}),
    430: ("biDirectionalLSTM", {20: _LSTM}),
    500: ("custom", {20: "weights"}),
    1040: ("embeddingND", {20: "weights", 21: "bias"}),
    1045: ("batchedMatmul", {8: "weights", 9: "bias"}),
    1070: ("loadConstantND", {2: "data"}),
    1350: ("layerNormalization", {3: "gamma", 4: "beta"}),
    1471: ("convolution3d", {60: "weights", 61: "bias"}),
}  # fmt: skip
# Layers that hold networks: a branch's two, a loop's condition and body.
_NESTED = {605: (1, 2), 615: (3, 4)}
_CUSTOM = 500
# Where layers tell their sizes: the fields whose values, in this order, are the shape of the weights.
_SIZES = {140: (2, 1), 150: (2, 1), 1040: (2, 1)}
_FIRST_LAYER = 100
_ARRAYS = 64


class Network(msgspec.Struct):
    """What has been found in networks so far."""

    operators: Operators
    most_tensors: int
    tensors: list[Tensor] = []
    custom: list[str] = []
    bits: set[int] = set()

    def read(self, message: Message, prefix: str = "") -> None:
        """Walk one network's layers."""
        for field in message:
            if field.number == 1:
                self._layer(message.inside(field), prefix)

    def _layer(self, message: Message, prefix: str) -> None:
        name = "layer"
        for field in message:
            if field.number == 1:
                name = message.text(field, 1024)
            elif field.number >= _FIRST_LAYER and field.kind == BYTES:
                kind, fields = _LAYERS.get(field.number, (f"layer {field.number}", {}))
                self.operators.add(kind)
                inner = message.inside(field)
                if field.number in _NESTED:
                    self._nested(inner, _NESTED[field.number], f"{prefix}{name}/")
                elif fields:
                    self._arrays(inner, field.number, fields, f"{prefix}{name}")
                if field.number == _CUSTOM:
                    self.custom += [inner.text(part, 256) for part in inner if part.number == 10][:_ARRAYS]

    def _nested(self, message: Message, numbers: tuple[int, ...], prefix: str) -> None:
        for field in message:
            if field.number in numbers:
                self.read(message.inside(field), f"{prefix}{field.number}/")

    def _arrays(self, message: Message, layer: int, fields: Fields, name: str) -> None:
        shape = _sizes(message, layer)
        for field in message:
            found = fields.get(field.number)
            if found is None or field.kind != BYTES:
                continue
            inner = message.inside(field)
            if isinstance(found, dict):
                self._arrays(inner, 0, found, f"{name}/{field.number}")
            else:
                self._array(inner, f"{name}/{found}", shape if found in ("weights", "data") else ())

    def _array(self, message: Message, name: str, shape: tuple[int, ...]) -> None:
        """Read a `WeightParams`; quantised ones hold numbers of one to eight bits, one after the other."""
        bits = 0
        for field in message:
            if field.number == 40 and field.kind == BYTES:
                inner = message.inside(field)
                bits = next((part.value for part in inner if part.number == 1), 0)
        for field in message:
            dtype = {1: "F32", 2: "F16", 30: f"U{bits}" if 0 < bits <= 8 else "U8", 31: "I8"}.get(field.number)
            if dtype is None or field.kind != BYTES or not field.length:
                continue
            path = message.wire.source.path
            require(self.most_tensors, len(self.tensors) + 1, "tensors", path, f"{field.start:#x}")
            if field.number == 30 and 0 < bits <= 8:
                self.bits.add(bits)
            self._take(Tensor(name, shape, dtype, field.length, field.start))

    def _take(self, tensor: Tensor) -> None:
        """Give an array the layer's shape when its bytes fill that, a flat one otherwise."""
        count = int(tensor.nbytes * 8 // DTYPE_BITS.get(tensor.dtype, 8))
        fills = bool(tensor.shape) and stored_bytes(tensor.shape, tensor.dtype) == tensor.nbytes
        self.tensors.append(tensor if fills else msgspec.structs.replace(tensor, shape=(count,)))


def _sizes(message: Message, layer: int) -> tuple[int, ...]:
    if layer == 100:
        return _convolution(message)
    if layer in (290, 1070):
        shapes = [message.integers(field, _ARRAYS) for field in message if field.number == 1]
        return tuple([max(0, extent) for extents in shapes for extent in extents][:_ARRAYS])
    wanted = _SIZES.get(layer, ())
    found = {field.number: field.value for field in message if field.number in wanted and field.kind == VARINT}
    return tuple([found.get(number, 0) for number in wanted])


def _convolution(message: Message) -> tuple[int, ...]:
    """Output channels, input channels a group, height and width of the kernel, which is 3 by 3 when it is not told."""
    channels, kernel = {1: 0, 2: 0}, []
    for field in message:
        if field.number in channels and field.kind == VARINT:
            channels[field.number] = field.value
        elif field.number == 20:
            kernel += message.integers(field, _ARRAYS)
            if len(kernel) > _ARRAYS:
                raise FormatError("a convolution has too many sizes", where=f"{field.start:#x}")
    return (channels[1], channels[2], *[max(0, extent) for extent in kernel or (3, 3)])
