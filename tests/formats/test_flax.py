"""Flax's msgpack: the names, shapes and types that flax writes, without a look at the buffers."""

from __future__ import annotations

import struct
from typing import Any

import msgpack
import numpy as np
import pytest

from tests.formats.reading import look, messages
from tests.formats.seeds_core import flax, flax_array
from weighbridge.errors import FormatError, LimitExceeded
from weighbridge.formats.binary import MemorySource
from weighbridge.formats.flax import READER
from weighbridge.model import Format


def packed(tree: Any) -> bytes:
    raw: bytes = msgpack.packb(tree)
    return raw


def test_names_are_joined_and_values_kept() -> None:
    found = look("flax_model.msgpack", flax())
    assert found.format is Format.FLAX_MSGPACK
    assert [(t.name, t.shape, t.dtype, t.nbytes) for t in found.tensors] == [
        ("params.dense.kernel", (3, 4), "F32", 48),
        ("step", (), "I32", 4),
    ]
    assert found.metadata == {"note": "text"}
    assert found.problems == ()
    assert found.complete


def test_the_buffer_lies_where_it_is_said() -> None:
    array = np.arange(6, dtype="float16").reshape(2, 3)
    data = packed({"w": flax_array(array)})
    (tensor,) = look("m.msgpack", data).tensors
    assert data[tensor.offset :][: tensor.nbytes] == array.tobytes()


def test_bfloat16_is_known() -> None:
    raw = msgpack.packb(((2,), "bfloat16", bytes(4)), use_bin_type=True)
    assert look("m.msgpack", packed({"w": msgpack.ExtType(1, raw)})).tensors[0].dtype == "BF16"


def test_an_array_in_pieces_is_one_tensor() -> None:
    piece = flax_array(np.zeros(4, dtype="float32"))
    tree = {"emb": {"__msgpack_chunked_array__": True, "shape": {"0": 4, "1": 2}, "chunks": {"0": piece, "1": piece}}}
    found = look("m.msgpack", packed(tree))
    assert [(t.name, t.shape, t.dtype, t.nbytes) for t in found.tensors] == [("emb", (4, 2), "F32", 32)]
    assert found.metadata == {}


def test_every_plain_value_is_read() -> None:
    values = {
        "a": None,
        "b": True,
        "c": -1,
        "d": -300,
        "e": 2**40,
        "f": 0.5,
        "g": "x" * 300,
        "h": b"bytes",
        "i": [1, 2],
    }
    found = look("m.msgpack", packed({"w": flax_array(np.zeros(1, "f4")), **values}))
    assert found.metadata["d"] == -300
    assert found.metadata["h"] == "5 bytes"
    assert found.metadata["i.1"] == 2


class _Counting(MemorySource):
    """Counts the bytes that are read."""

    read = 0

    def read_at(self, offset: int, length: int) -> bytes:
        data = super().read_at(offset, length)
        self.read += len(data)
        return data


def test_large_buffers_are_not_read() -> None:
    source = _Counting("m.msgpack", packed({str(n): flax_array(np.zeros(1_000_000, "f4")) for n in range(10)}))
    from weighbridge.formats.binary import LIMITS, no_siblings

    assert len(READER.inspect(source, no_siblings, LIMITS).tensors) == 10
    assert source.read < 100_000


def test_a_truncated_file_still_gives_what_came_before() -> None:
    data = packed({"a": flax_array(np.zeros(4, "f4")), "b": flax_array(np.zeros(400, "f4"))})
    found = look("m.msgpack", data[:-100])
    assert [tensor.name for tensor in found.tensors] == ["a"]
    assert not found.complete


def test_departures_are_told() -> None:
    wrong_size = msgpack.packb(((3,), "float32", bytes(4)), use_bin_type=True)
    wrong_type = msgpack.packb(((3,), "float7", bytes(4)), use_bin_type=True)
    found = look(
        "m.msgpack", packed({"a": msgpack.ExtType(1, wrong_size), "b": msgpack.ExtType(1, wrong_type)}) + b"tail"
    )
    assert "a needs 12 bytes, its buffer has 4" in messages(found)
    assert "b has the unknown type 'float7'" in messages(found)
    assert "4 bytes follow the end" in messages(found)


def test_a_name_that_is_there_twice_is_told() -> None:
    one = packed({"w": flax_array(np.zeros(1, "f4"))})[1:]
    assert "w is there twice" in messages(look("m.msgpack", b"\x82" + one + one))


@pytest.mark.parametrize(
    "data",
    [
        b"\x81\xa1w\xc9\xff\xff\xff\xff\x01",
        b"\xdf\xff\xff\xff\xff\xa1w",
        b"\x81\xa1w\xc1",
        b"\x81\x90\x01",
        packed({"w": msgpack.ExtType(1, b"\x00")}),
        packed({"w": msgpack.ExtType(1, msgpack.packb(((1,), "float32", bytes(4))) + b"x")}),
        packed({"w": msgpack.ExtType(1, msgpack.packb(((-1,), "float32", bytes(4))))}),
        b"[1, 2]",
    ],
)
def test_malformed_files_are_errors(data: bytes) -> None:
    with pytest.raises(FormatError):
        look("m.msgpack", data)


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(LimitExceeded):
        look("m.msgpack", b"\x81\xa1w" * 100 + b"\xc0")


def test_a_count_of_two_billion_costs_nothing() -> None:
    with pytest.raises(FormatError):
        look("m.msgpack", b"\x81\xa1w\xdd" + struct.pack(">I", 2**31) + b"\xc0" * 100)
