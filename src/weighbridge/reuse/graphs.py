"""ONNX graphs of images as backbones: everything before the last layer, with what comes out averaged over all places."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from pathlib import Path
from typing import Any

import onnx
import torch
from google.protobuf.message import DecodeError
from onnx import TensorProto, compose, helper, version_converter
from torch import nn

from weighbridge.errors import FormatError
from weighbridge.measure.images import preparation
from weighbridge.reuse.pixels import Pixels, image_settings

OPSET = 18
_FEATURES, _HEAD = "weighbridge_features", "weighbridge_head/"
_WIDEST = 1 << 16


class Graph(nn.Module):  # type: ignore[misc]
    """A graph that turns images into features; it runs in ONNX Runtime, so that it cannot be trained."""

    def __init__(self, model: Any) -> None:
        import onnxruntime

        super().__init__()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = torch.get_num_threads()
        self.model = model
        self._session = onnxruntime.InferenceSession(
            model.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )
        self._input = self._session.get_inputs()[0].name

    @property
    def size(self) -> int:
        """How many parameters it has."""
        graph = self.model.graph
        constants = (
            a.t for node in graph.node if node.op_type == "Constant" for a in node.attribute if a.HasField("t")
        )
        return sum(prod(held.dims) for held in (*graph.initializer, *constants))

    def forward(self, images: Any) -> Any:
        """Return a row of features an image."""
        return torch.from_numpy(self._session.run(None, {self._input: images.numpy()})[0])

    def with_head(self, head: Any) -> Any:
        """Return one graph of this one and a head behind it, whose output are logits."""
        shape = self.model.graph.output[0].type.tensor_type.shape.dim
        example, batch = torch.zeros(2, shape[-1].dim_value), torch.export.Dim("batch")
        opset = self.model.opset_import[0].version
        made = torch.onnx.export(
            head, (example,), input_names=["features"], output_names=["logits"], dynamic_shapes=({0: batch},),
            opset_version=opset, dynamo=True, external_data=False, verbose=False,
        ).model_proto  # fmt: skip
        made.ir_version = self.model.ir_version
        whole = compose.merge_models(self.model, made, io_map=[(_FEATURES, "features")], prefix2=_HEAD)
        _set_opsets(whole, {held.domain: held.version for held in whole.opset_import})
        return whole


def graph_in(folder: Path) -> Path | None:
    """Return the one ONNX graph of a folder; None where there are none or several."""
    found = sorted(folder.rglob("*.onnx"))
    return found[0] if len(found) == 1 else None


def load_graph(path: Path) -> tuple[Graph, Pixels]:
    """Return a graph as a backbone, and how its images are prepared. Raises `FormatError` for one that cannot serve as such."""
    try:
        model = onnx.load(path)
        onnx.checker.check_model(model)
        model = _raised(model)
    except (DecodeError, onnx.checker.ValidationError, RuntimeError, ValueError, OSError) as error:
        raise FormatError(f"{path.name} cannot be read as ONNX: {error}", where=str(path)) from None
    taken = _image_input(model.graph, path)
    shape = [dim.dim_value for dim in taken.type.tensor_type.shape.dim]
    pixels = Pixels(
        preparation(shape[1:], image_settings(path.parent)), taken.name, batch_size=1 if shape[0] == 1 else 16
    )
    states = _read_by_last_layer(model.graph, path)
    _cut(model.graph, states)
    rank, width = _rank_and_width(model, pixels)
    _pool(model.graph, states, rank, width, is_alone=shape[0] == 1)
    return Graph(model), pixels


def _raised(model: Any) -> Any:
    """Return a model in the operator set that heads are made in, or in its own newer one."""
    own = next((held.version for held in model.opset_import if not held.domain), 1)
    model = model if own >= OPSET else version_converter.convert_version(model, OPSET)
    _set_opsets(model, {held.domain: held.version for held in model.opset_import})
    del model.graph.value_info[:]
    return model


def _set_opsets(model: Any, versions: dict[str, int]) -> None:
    """Name every operator set once, the default one first."""
    del model.opset_import[:]
    model.opset_import.extend(helper.make_opsetid(*pair) for pair in sorted(versions.items()))


def _image_input(graph: Any, path: Path) -> Any:
    constants = {held.name for held in graph.initializer}
    taken = [held for held in graph.input if held.name not in constants]
    tensor = taken[0].type.tensor_type if len(taken) == 1 else None
    if tensor is None or tensor.elem_type != TensorProto.FLOAT or len(tensor.shape.dim) != 4:
        raise FormatError(
            f"{path.name} takes no images: not one input of 32-bit floats in four dimensions", where=str(path)
        )
    return taken[0]


def _read_by_last_layer(graph: Any, path: Path) -> str:
    """Return the tensor that the last linear layer reads: a layer is a product with a constant."""
    constants = {held.name for held in graph.initializer}
    for node in graph.node:
        if node.op_type == "Constant" or (node.op_type == "Identity" and node.input[0] in constants):
            constants.add(node.output[0])
    for node in reversed(graph.node):
        if node.op_type in {"MatMul", "Gemm"} and node.input[1] in constants:
            return str(node.input[0])
    raise FormatError(f"{path.name} has no linear layer that a new head could take the place of", where=str(path))


def _cut(graph: Any, output: str) -> None:
    """Leave what an output is computed from, and nothing else."""
    wanted, kept = {output}, []
    for node in reversed(graph.node):
        if not wanted.isdisjoint(node.output):
            kept.append(node)
            wanted.update(_read(node))
    weights = [held for held in graph.initializer if held.name in wanted]
    inputs = [held for held in graph.input if held.name in wanted]
    for field, values in (("node", kept[::-1]), ("initializer", weights), ("input", inputs)):
        graph.ClearField(field)
        getattr(graph, field).extend(values)
    graph.ClearField("output")
    graph.output.append(helper.make_empty_tensor_value_info(output))


def _read(node: Any) -> Iterator[str]:
    """Yield the names that a node reads, and those that graphs inside it read from outside."""
    yield from node.input
    for attribute in node.attribute:
        for inner in (*([attribute.g] if attribute.HasField("g") else []), *attribute.graphs):
            for held in inner.node:
                yield from _read(held)
            yield from (output.name for output in inner.output)


def _rank_and_width(model: Any, pixels: Pixels) -> tuple[int, int]:
    """Return the rank and the last dimension of what a graph gives for one black image."""
    import numpy as np
    import onnxruntime

    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    black: Any = np.zeros((1, *pixels.preparation.shape), np.float32)
    shape = session.run(None, {pixels.names[0]: black})[0].shape
    if len(shape) < 2 or not 0 < shape[-1] <= _WIDEST:
        raise FormatError(f"what the last layer reads is of shape {shape}: no row of features an image")
    return len(shape), shape[-1]


def _pool(graph: Any, states: str, rank: int, width: int, *, is_alone: bool) -> None:
    """Append the mean over all places; where images go in one by one, the first dimension may be places too."""
    if is_alone:
        graph.initializer.append(helper.make_tensor("weighbridge_rows", TensorProto.INT64, [3], [1, -1, width]))
        graph.node.append(helper.make_node("Reshape", [states, "weighbridge_rows"], ["weighbridge_places"]))
        states, rank = "weighbridge_places", 3
    axes = list(range(1, rank - 1))
    if axes:
        graph.initializer.append(helper.make_tensor("weighbridge_axes", TensorProto.INT64, [len(axes)], axes))
        node = helper.make_node("ReduceMean", [states, "weighbridge_axes"], [_FEATURES], keepdims=0)
    else:
        node = helper.make_node("Identity", [states], [_FEATURES])
    graph.node.append(node)
    graph.ClearField("output")
    batch = 1 if is_alone else "batch"
    graph.output.append(helper.make_tensor_value_info(_FEATURES, TensorProto.FLOAT, [batch, width]))
