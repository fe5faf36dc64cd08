"""Small valid graph files of every kind, built from plain Python. Also the fuzzer's seeds."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from typing import Any

from tests.formats.wire import Scalar, double, entry, flatbuffer, message, packed, record, sorted_table

# ONNX types.
FLOAT, UINT8, INT8, INT32, INT64 = 1, 2, 3, 6, 7


def onnx_tensor(
    name: str, dims: list[int], kind: int = FLOAT, raw: bytes | None = None, *more: tuple[int, Any]
) -> bytes:
    width = {FLOAT: 4, UINT8: 1, INT8: 1, INT32: 4, INT64: 8}[kind]
    count = 1
    for extent in dims:
        count *= extent
    data = bytes(width * count) if raw is None else raw
    return message((1, packed(*dims)), (2, kind), (8, name), (9, data), *more)


def onnx_external(name: str, dims: list[int], **where: str) -> bytes:
    places = [entry(key, value) for key, value in where.items()]
    return message((1, dims), (2, FLOAT), (8, name), (13, places), (14, 1))


def onnx_node(
    operator: str, *inputs: str, domain: str = "", name: str = "", attributes: list[bytes] | None = None
) -> bytes:
    parts = [(1, list(inputs)), (2, "y"), (3, name), (4, operator), (5, attributes or [])]
    return message(*parts, *([(7, domain)] if domain else []))


def onnx_value(name: str, *dims: int | str) -> bytes:
    shape = message((1, [message((1 if isinstance(dim, int) else 2, dim)) for dim in dims]))
    return message((1, name), (2, message((1, message((1, FLOAT), (2, shape))))))


def onnx_model(
    nodes: list[bytes], tensors: list[bytes], *more: tuple[int, Any], graph: tuple[tuple[int, Any], ...] = ()
) -> bytes:
    body = message((1, nodes), (2, "main"), (5, tensors), *graph)
    return message((1, 8), (2, "pytorch"), (3, "2.1.0"), (7, body), (8, message((1, ""), (2, 17))), *more)


def small_onnx() -> bytes:
    inner = message((1, [onnx_node("Mul", "a", "b")]), (5, [onnx_tensor("inner", [4])]))
    branch = message((1, "then_branch"), (6, inner), (20, 5))
    constant = message((1, "value"), (5, onnx_tensor("", [2])), (20, 4))
    sparse = message((1, onnx_tensor("sparse", [2])), (2, onnx_tensor("where", [2], INT64)), (3, packed(100)))
    function = message((1, "Gelu"), (7, onnx_node("Erf", "x")), (10, "local"))
    return onnx_model(
        [
            onnx_node("MatMul", "x", "w"),
            onnx_node("If", "c", name="if0", attributes=[branch]),
            onnx_node("Constant", name="c0", attributes=[constant]),
            onnx_node("PyOp", "x", domain="ai.onnx.contrib"),
            onnx_node("Gelu", "x", domain="local"),
        ],
        [onnx_tensor("w", [3, 4]), onnx_tensor("shape", [2], INT64)],
        (8, message((1, "ai.onnx.contrib"), (2, 1))),
        (14, entry("license", "mit")),
        (25, function),
        graph=((15, sparse), (11, [onnx_value("x", "batch", 3), onnx_value("w", 3, 4)]), (12, onnx_value("y", 1))),
    )


def tf_shape(*extents: int) -> bytes:
    return message((2, [message((1, extent)) for extent in extents]))


def tf_const(name: str, *extents: int, dtype: int = 1, content: bytes | None = None) -> bytes:
    count = 1
    for extent in extents:
        count *= extent
    data = bytes(range(256)) * (4 * count // 256 + 1)
    tensor = message((1, dtype), (2, tf_shape(*extents)), (4, data[: 4 * count] if content is None else content))
    return message((1, name), (2, "Const"), (5, entry("value", message((8, tensor)))))


def tf_node(name: str, operator: str) -> bytes:
    return message((1, name), (2, operator))


def tf_graph(*nodes: bytes, functions: list[tuple[str, list[bytes]]] | None = None) -> bytes:
    defined = [message((1, message((1, name))), (3, inside)) for name, inside in functions or []]
    return message((1, list(nodes)), (2, message((1, defined))), (4, message((1, 1087), (2, 12))))


def saved_model(graph: bytes) -> bytes:
    info = message((1, message((1, "x:0"))), (2, 1), (3, tf_shape(-1, 3)))
    signature = message((1, entry("x", message((1, "x:0"), (2, 1), (3, tf_shape(-1, 3))))), (3, "predict"))
    meta = message(
        (1, message((4, "serve"), (5, "2.15.0"), (6, "v2.15.0-0"))),
        (2, graph),
        (5, entry("serving_default", signature)),
        (6, message((1, info), (2, "vocab.txt"))),
    )
    return message((1, 1), (2, meta))


def small_saved_model() -> bytes:
    copies = [(f"call_{number}", [tf_const("window", 8), tf_const("axis", 2, dtype=3)]) for number in range(3)]
    nodes = [tf_node("w", "VarHandleOp"), tf_const("mean", 4), tf_node("evil", "WriteFile")]
    return saved_model(tf_graph(*nodes, functions=copies))


def bundle_entry(dtype: int, extents: tuple[int, ...], offset: int, size: int, shard: int = 0) -> bytes:
    return message((1, dtype), (2, tf_shape(*extents)), (3, shard), (4, offset), (5, size))


def bundle(entries: dict[str, bytes] | None = None, *, shards: int = 1, compress: bool = False) -> bytes:
    held = {
        "layer/bias/.ATTRIBUTES/VARIABLE_VALUE": bundle_entry(1, (4,), 0, 16),
        "layer/kernel/.ATTRIBUTES/VARIABLE_VALUE": bundle_entry(1, (3, 4), 16, 48),
        "layer/kernel/.OPTIMIZER_SLOT/optimizer/m/.ATTRIBUTES/VARIABLE_VALUE": bundle_entry(1, (3, 4), 64, 48),
        "save_counter/.ATTRIBUTES/VARIABLE_VALUE": bundle_entry(9, (), 112, 8),
    } if entries is None else entries  # fmt: skip
    header = message((1, shards), (3, message((1, 1))))
    ordered = [(b"", header)] + [(name.encode(), value) for name, value in sorted(held.items())]
    return sorted_table(ordered, compress=compress)


def old_bundle() -> bytes:
    listed = [message((1, "conv/kernel"), (2, tf_shape(3, 3)), (3, 1)), message((1, "global_step"), (3, 9))]
    return sorted_table([(b"", message((1, message((1, listed)))))])


def tfl_tensor(name: str, shape: list[int], kind: int, buffer: int, scales: int = 0) -> dict[int, Any]:
    fields: dict[int, Any] = {0: shape, 1: Scalar("b", kind), 2: Scalar("I", buffer), 3: name}
    return fields | ({4: {2: [0] * scales, 3: b"\0" * 8}} if scales else {})


def tflite(tensors: list[dict[int, Any]], buffers: list[bytes], **more: Any) -> bytes:
    operators = [{0: Scalar("I", 0)}, {0: Scalar("I", 1)}, {0: Scalar("I", 1)}]
    codes = [{0: Scalar("b", 9), 3: Scalar("i", 9)}, {0: Scalar("b", 32), 1: "FlexErf", 3: Scalar("i", 32)}]
    graph = {0: tensors, 1: [0], 2: [0], 3: operators, 4: "main"}
    held = [{0: data} if data else {} for data in buffers] + more.get("placed", [])
    root = {0: Scalar("I", 3), 1: codes, 2: [graph, *more.get("graphs", [])], 3: "MLIR Converted.", 4: held}
    return flatbuffer(root | more.get("root", {}))


def small_tflite() -> bytes:
    tensors = [
        tfl_tensor("x", [1, 3], 0, 0),
        tfl_tensor("kernel", [4, 3], 9, 1, scales=4),
        tfl_tensor("bias", [4], 2, 2, scales=4),
        tfl_tensor("axes", [2], 2, 3),
    ]
    described = flatbuffer({0: "detector", 4: "Somebody", 5: "apache-2.0"}, b"M001")
    metadata = [{0: "min_runtime_version", 1: Scalar("I", 4)}, {0: "TFLITE_METADATA", 1: Scalar("I", 5)}]
    signature = {0: [{0: "in"}], 1: [{0: "out"}], 2: "serving_default"}
    buffers = [b"", bytes(12), bytes(16), bytes(8), b"2.3.0\0\0\0", described]
    return tflite(tensors, buffers, root={6: metadata, 7: [signature]})


def openvino(layers: str, more: str = "", version: str = "11") -> bytes:
    return (
        f'<?xml version="1.0"?>\n<net name="m" version="{version}">\n\t<layers>{layers}</layers>{more}</net>\n'.encode()
    )


def ov_const(name: str, dtype: str, shape: str, offset: int, size: int) -> str:
    data = f'<data element_type="{dtype}" shape="{shape}" offset="{offset}" size="{size}"/>'
    return f'<layer id="1" name="{name}" type="Const" version="opset1">{data}</layer>'


def small_openvino() -> bytes:
    parameter = (
        '<layer id="0" name="x" type="Parameter" version="opset1"><data shape="?,3" element_type="f32"/></layer>'
    )
    info = '<rt_info><Runtime_version value="2024.3.0-16041-1e3b88e"/><nncf><version value="2.12.0"/></nncf></rt_info>'
    layers = parameter + ov_const("w", "f16", "64, 3", 0, 384) + ov_const("axes", "i64", "2", 384, 16)
    return openvino(layers, info)


def mil_type(dtype: int, *extents: int) -> bytes:
    dimensions = [message((1, message((1, extent)))) for extent in extents]
    return message((1, message((1, dtype), (2, len(extents)), (3, dimensions))))


def mil_blob(dtype: int, extents: tuple[int, ...], offset: int) -> bytes:
    place = message((1, "@model_path/weights/weight.bin"), (2, offset))
    return message((2, mil_type(dtype, *extents)), (5, place))


def mil_operation(kind: str, name: str, output: bytes, attributes: dict[str, bytes]) -> bytes:
    named = message((1, name), (2, output))
    return message((1, kind), (3, named), (5, [entry(key, value) for key, value in attributes.items()]))


def mil_program(*operations: bytes) -> bytes:
    block = message((3, list(operations)))
    function = message((2, "CoreML7"), (3, entry("CoreML7", block)))
    return message((1, 1), (2, entry("main", function)))


def coreml(kind: int, body: bytes) -> bytes:
    array = message((5, message((1, packed(1, 3)), (2, 65568))))
    user = [
        entry("com.github.apple.coremltools.version", "7.2"),
        entry("com.github.apple.coremltools.source", "torch==2.3.0"),
    ]
    about = message((3, "Somebody"), (4, "MIT"), (100, user))
    description = message((1, message((1, "x"), (3, array))), (100, about))
    return message((1, 8), (2, description), (kind, body))


def small_program() -> bytes:
    values = message((1, message((1, bytes(8)))))
    floats = message((2, mil_type(11, 2)), (3, message((1, values))))
    return coreml(
        502,
        mil_program(
            mil_operation("const", "w", mil_type(10, 4, 3), {"name": b"", "val": mil_blob(10, (4, 3), 64)}),
            mil_operation("const", "b", mil_type(11, 2), {"val": floats}),
            mil_operation(
                "constexpr_affine_dequantize", "q", mil_type(11, 8), {"quantized_data": mil_blob(31, (8,), 192)}
            ),
            mil_operation("linear", "y", mil_type(11, 1, 4), {}),
        ),
    )


def blob_file() -> bytes:
    header = struct.pack("<II", 2, 2).ljust(64, b"\0")
    first = struct.pack("<IIQQ", 0xDEADBEEF, 1, 24, 128).ljust(64, b"\0") + bytes(64)
    second = struct.pack("<IIQQ", 0xDEADBEEF, 3, 8, 256).ljust(64, b"\0") + bytes(8)
    return header + first + second


def small_network() -> bytes:
    weights = message((1, bytes(4 * 24)))
    convolution = message((1, 4), (2, 3), (20, packed(1, 2)), (90, weights), (91, message((2, bytes(8)))))
    lstm = message((20, message((1, message((1, bytes(40)))))))
    quantised = message((1, 2), (2, 4), (20, message((30, bytes(4)), (40, message((1, 4))))))
    layers = [
        message((1, "conv"), (100, convolution)),
        message((1, "lstm"), (420, lstm)),
        message((1, "dense"), (140, quantised)),
        message((1, "mine"), (500, message((10, "MyLayer")))),
        message((1, "branch"), (605, message((1, message((1, message((1, "inner"), (250, message((2, weights)))))))))),
    ]
    return coreml(202, message((1, coreml(500, message((1, layers))))))


def packed_package() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("m.mlpackage/Manifest.json", "{}")
        archive.writestr("m.mlpackage/Data/com.apple.CoreML/model.mlmodel", small_program())
        archive.writestr("m.mlpackage/Data/com.apple.CoreML/weights/weight.bin", blob_file())
    return buffer.getvalue()


def event(step: int, *values: bytes, time: float = 1.7e9) -> bytes:
    return record(double(1, time + step) + message((2, step), (5, message((1, list(values))))))


def simple_value(tag: str, value: float) -> bytes:
    return message((1, tag), (2, value))


def plugin_value(tag: str, plugin: str, tensor: bytes = b"", content: bytes = b"") -> bytes:
    about = message((1, message((1, plugin), (2, content))))
    return message((1, tag), (9, about), (8, tensor))


def small_events() -> bytes:
    loss = message((1, 1), (4, struct.pack("<f", 0.25)))
    words = message((1, 7), (8, '{"learning_rate": 5e-5}'))
    session = message(
        (1, [entry("lr", double(2, 5e-5)), entry("optim", message((3, "adamw"))), entry("fp16", message((4, 1)))])
    )
    return b"".join(
        [
            record(double(1, 1.7e9) + message((3, "brain.Event:2"), (10, message((1, "tensorboard"))))),
            event(0, plugin_value("args/text_summary", "text", words)),
            event(0, plugin_value("_hparams_/session_start_info", "hparams", content=message((3, session)))),
            event(1, simple_value("train/loss", 2.5), plugin_value("eval/loss", "scalars", loss)),
            event(2, simple_value("train/loss", 1.5), message((1, "eval/loss"), (8, loss))),
            event(3, simple_value("train/loss", float("nan")), plugin_value("weights", "histograms", bytes(2))),
        ]
    )


SEEDS: dict[str, Callable[[], bytes]] = {
    "small.onnx": small_onnx,
    "saved_model.pb": small_saved_model,
    "keras_metadata.pb": lambda: message((1, [message((2, 1), (3, "root"), (4, "_tf_keras_layer"), (5, "{}"))])),
    "frozen.pb": lambda: tf_graph(tf_const("w", 8), tf_node("y", "MatMul")),
    "variables.index": bundle,
    "packed.index": lambda: bundle(compress=True),
    "old.ckpt": old_bundle,
    "small.tflite": small_tflite,
    "openvino_model.xml": small_openvino,
    "program.mlmodel": small_program,
    "network.mlmodel": small_network,
    "weight.bin": blob_file,
    "zipped.mlpackage": packed_package,
}
