"""TensorFlow: graphs with their variables, checkpoints and their data files, compressed tables."""

from __future__ import annotations

import msgspec
import pytest

from tests.formats.reading import look, messages
from tests.formats.seeds_graphs import (
    bundle,
    bundle_entry,
    old_bundle,
    saved_model,
    small_saved_model,
    tf_const,
    tf_graph,
    tf_node,
    tf_shape,
)
from tests.formats.wire import entry, message, snappy, sorted_table, varint
from weighbridge.errors import FormatError, LimitExceeded
from weighbridge.formats import identify, inspect
from weighbridge.formats import snappy as unpacking
from weighbridge.formats.binary import LIMITS, MemorySource
from weighbridge.model import Format, Inspection

DATA = "variables.data-00000-of-00001"


def with_files(path: str, data: bytes, files: dict[str, bytes]) -> Inspection:
    return inspect(MemorySource(path, data), {name: MemorySource(name, held) for name, held in files.items()}.get)


def test_a_checkpoint_is_told_as_it_is() -> None:
    found = with_files("variables.index", bundle(), {DATA: bytes(120)})
    assert found.format is Format.TENSORFLOW_CHECKPOINT
    assert [(t.name.split("/.")[0], t.shape, t.dtype, t.nbytes) for t in found.tensors] == [
        ("layer/bias", (4,), "F32", 16),
        ("layer/kernel", (3, 4), "F32", 48),
        ("layer/kernel", (3, 4), "F32", 48),
        ("save_counter", (), "I64", 8),
    ]
    assert found.parameters == 16
    assert found.references == (DATA,)
    assert found.complete
    assert not found.problems


def test_compressed_tables_hold_the_same() -> None:
    assert look("variables.index", bundle(compress=True)).tensors == look("variables.index", bundle()).tensors


def test_checkpoints_of_old_are_listed() -> None:
    found = look("model.ckpt", old_bundle())
    assert [(t.name, t.shape, t.dtype) for t in found.tensors] == [
        ("conv/kernel", (3, 3), "F32"),
        ("global_step", (), "I64"),
    ]
    assert found.parameters == 9
    assert found.versions == {"checkpoint": "V1"}


@pytest.mark.parametrize(
    ("held", "complaint"),
    [
        (bundle_entry(1, (4,), 100, 16), "needs bytes 100 to 116 of variables.data-00000-of-00001, which has 20"),
        (bundle_entry(1, (4,), 0, 12), "needs 16 bytes, 12 are kept for it"),
        (bundle_entry(1, (4,), 0, 16, shard=3), "lies in data file 3 of 1"),
        (bundle_entry(1, (4,), -5, 16), "needs bytes -5"),
        (bundle_entry(1, (2**62, 2**62), 0, 16), "needs 85,070,591,730"),
    ],
)
def test_places_in_data_files_are_checked(held: bytes, complaint: str) -> None:
    found = with_files("variables.index", bundle({"w": held}), {DATA: bytes(20)})
    assert complaint in messages(found)
    assert found.parameters < 2**63


def test_absent_data_files_are_told() -> None:
    found = look("variables.index", bundle(shards=2))
    assert found.references == ("variables.data-00000-of-00002", "variables.data-00001-of-00002")
    assert not found.complete
    with pytest.raises(LimitExceeded, match="data files"):
        look("variables.index", bundle(shards=2**40))


def test_partitioned_tensors_are_listed_once() -> None:
    whole = message((1, 1), (2, tf_shape(8, 2)), (7, [b"", b""]))
    slices = {f"\0w{n}": bundle_entry(1, (4, 2), 32 * n, 32) for n in range(2)}
    found = with_files("variables.index", bundle({"w": whole, **slices}), {DATA: bytes(64)})
    assert [(t.name, t.nbytes) for t in found.tensors] == [("w", 64)]
    assert not found.problems


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (sorted_table([(b"key", b"value")]), "no checkpoint: it has no header"),
        (b"\xff" * 40 + bundle()[-8:], "a number that does not end"),
        ((varint(0) * 2 + varint(2**40) + varint(10)).ljust(40, b"\0") + bundle()[-8:], "reach beyond its end"),
        (b"not a table" * 10, "no TensorFlow graph, SavedModel or checkpoint index"),
    ],
)
def test_broken_tables_are_refused(data: bytes, complaint: str) -> None:
    with pytest.raises(FormatError, match=complaint):
        look("variables.index", data)


def test_snappy_unpacks_what_was_packed_and_no_more() -> None:
    data = b"abcdefgh" * 50 + bytes(range(256))
    assert unpacking.unpack(snappy(data), 10_000, "x") == data
    long = b"\xf0".ljust(2, b"\x63") + b"z" * 100
    assert unpacking.unpack(varint(100) + long, 1000, "x") == b"z" * 100
    # One byte, then a copy that overlaps itself.
    assert unpacking.unpack(varint(11) + b"\x00a" + bytes([2 | 9 << 2, 1, 0]), 100, "x") == b"a" * 11
    for broken in (
        varint(5) + b"\x10ab",
        varint(5) + b"\x01\x09",
        varint(2) + b"\x00a",
        varint(0) + b"\x00a",
        b"\xff" * 9,
        b"",
    ):
        with pytest.raises(FormatError):
            unpacking.unpack(broken, 100, "x")
    with pytest.raises(LimitExceeded):
        unpacking.unpack(varint(2**31), 1000, "x")


def test_a_saved_model_is_told_with_its_variables() -> None:
    files = {"variables/variables.index": bundle(), f"variables/{DATA}": bytes(120), "assets/vocab.txt": b"a"}
    found = with_files("saved_model.pb", small_saved_model(), files)
    assert found.format is Format.SAVED_MODEL
    assert found.complete
    assert set(found.references) == set(files)
    names = [tensor.name for tensor in found.tensors]
    assert names[-3:] == ["mean", "call_0/window", "call_0/axis"]
    # The variables, the constant of the graph, and once the constant that three functions have copies of.
    assert found.parameters == 16 + 4 + 8
    assert found.versions["tensorflow"] == "2.15.0"
    assert found.versions["graph-producer"] == "1087"


def test_signatures_operators_and_assets_are_told() -> None:
    found = look("saved_model.pb", small_saved_model())
    metadata = found.metadata
    assert metadata["tags"] == ["serve"]
    assert metadata["signatures"]["serving_default"]["inputs"] == [{"name": "x", "dtype": "F32", "shape": ["?", 3]}]
    assert metadata["operators"]["Const"] == 7
    assert "WriteFile" in metadata["operator_names"]
    assert "variables/variables.index, which the file needs, is not there" in messages(found)
    assert not found.complete


def test_assets_outside_the_folder_are_told() -> None:
    meta = message((2, tf_graph(tf_node("x", "Placeholder"))), (6, message((2, "../../../etc/passwd"))))
    found = look("saved_model.pb", message((1, 1), (2, meta)))
    assert "outside the model's folder" in messages(found)


def test_rare_operators_are_named_beside_the_frequent() -> None:
    nodes = [tf_node(f"n{n}", f"Op{n % 200}") for n in range(1000)]
    found = look("frozen.pb", tf_graph(*nodes, tf_node("evil", "ReadFile")))
    assert len(found.metadata["operators"]) == 100
    assert "ReadFile" not in found.metadata["operators"]
    assert "ReadFile" in found.metadata["operator_names"]
    assert len(found.metadata["operator_names"]) == 201


def test_a_frozen_graph_counts_its_constants() -> None:
    filled = message((1, 1), (2, tf_shape(1000, 1000)), (6, [0.5]))
    node = message((1, "zeros"), (2, "Const"), (5, entry("value", message((8, filled)))))
    found = look("frozen.pb", tf_graph(tf_const("w", 3, 4), tf_const("axes", 2, dtype=3), node))
    assert found.metadata["kind"] == "graph"
    assert [(t.name, t.shape) for t in found.tensors] == [("w", (3, 4)), ("axes", (2,)), ("zeros", (1000, 1000))]
    assert found.parameters == 12
    assert found.complete


def test_attributes_may_stand_before_the_operator() -> None:
    tensor = message((1, 1), (2, tf_shape(4)), (4, bytes(16)))
    node = message((1, "w"), (5, entry("value", message((8, tensor)))), (2, "Const"))
    assert look("frozen.pb", tf_graph(node)).parameters == 4


def test_meta_graphs_are_known() -> None:
    meta = message((1, message((5, "1.15.0"))), (2, tf_graph(tf_node("x", "Placeholder"))))
    found = look("model.ckpt.meta", meta)
    assert (found.metadata["kind"], found.versions["tensorflow"]) == ("meta graph", "1.15.0")


def test_limits_end_the_reading_with_what_was_found() -> None:
    found = look("frozen.pb", tf_graph(tf_const("w", 4)) + b"\x0a\xff\xff\xff\xff\x7f")
    assert [t.name for t in found.tensors] == ["w"]
    assert not found.complete


@pytest.mark.parametrize(
    "data",
    [
        b"\x08\x01",
        message((1, 1), (2, b"\xff\xff")),
        message((1, "text")),
        message((1, 300), (2, b"")),
        b"\x0a\x00" * 9,
    ],
)
def test_other_messages_are_not_taken_for_graphs(data: bytes) -> None:
    assert identify(MemorySource("file.pb", data)) is Format.UNRECOGNISED
    with pytest.raises(FormatError, match="no TensorFlow graph"):
        look("file.pb", data)


def test_a_saved_model_without_variables_is_complete() -> None:
    found = look("saved_model.pb", message((1, 1), (2, message((2, tf_graph(tf_const("w", 4)))))))
    assert found.complete
    assert found.parameters == 4
    assert saved_model(b"")


def test_the_small_files_beside_a_saved_model_are_known() -> None:
    fingerprint = message((1, 2**63 + 1), (2, 5), (3, 6), (4, 7), (5, 8), (7, message((1, 1))))
    found = look("fingerprint.pb", fingerprint)
    assert found.metadata["hashes"]["checksum"] == "8000000000000001"
    assert found.complete
    layers = [
        ("_tf_keras_layer", '{"class_name": "Lambda"}'),
        ("_tf_keras_layer", '{"class_name": "Dense"}'),
        ("_tf_keras_metric", "[" * 9),
    ]
    objects = [message((2, n), (3, "root"), (4, kind), (5, text)) for n, (kind, text) in enumerate(layers)]
    found = look("keras_metadata.pb", message((1, objects)))
    assert found.metadata["classes"] == {"Dense": 1, "Lambda": 1, "_tf_keras_metric": 1}
    assert found.parameters == 0


def test_names_that_repeat_what_came_before_are_limited() -> None:
    name = "n" * 4000
    small = msgspec.structs.replace(LIMITS, header_bytes=100_000)
    table = bundle({f"{name}{n}": bundle_entry(1, (), 0, 4) for n in range(100)})
    assert len(table) < 20_000
    found = inspect(MemorySource("variables.index", table), limits=small)
    assert 0 < len(found.tensors) < 30
    assert not found.complete
