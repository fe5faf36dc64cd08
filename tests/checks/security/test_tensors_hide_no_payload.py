from __future__ import annotations

import io
import json
import random
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import TODAY, MemoryRepository
from weighbridge.checks.security.tensors_hide_no_payload import tensors_hide_no_payload
from weighbridge.facts.catalogue import READERS
from weighbridge.facts.engine import Facts
from weighbridge.facts.payloads import find_payload, find_text
from weighbridge.facts.values import TensorValues, read_values
from weighbridge.model import Depth, Severity, Skip, State

COUNT = 20_000
TEXT = b"It was the best of times, it was the worst of times; " * 60


def weights() -> bytearray:
    source = random.Random(7)
    return bytearray(struct.pack(f"<{COUNT}f", *(source.gauss(0, 0.02) for _ in range(COUNT))))


def elf() -> bytes:
    """A header that a system would take for a program, and noise: nothing that could run."""
    return b"\x7fELF\2\1\1" + bytes(9) + struct.pack("<HHI", 2, 62, 1) + random.Random(1).randbytes(3000)


def plant(payload: bytes, low: int, *, is_reversed: bool = False, skip: int = 0) -> bytes:
    data = weights()
    for index, byte in enumerate(payload):
        number, place = divmod(index, low)
        data[(number + skip) * 4 + (low - 1 - place if is_reversed else place)] = byte
    return bytes(data)


def look(data: bytes) -> TensorValues:
    header = json.dumps({"w": {"dtype": "F32", "shape": [len(data) // 4], "data_offsets": [0, len(data)]}}).encode()
    file = len(header).to_bytes(8, "little") + header + data
    return read_values(Facts(MemoryRepository({"model.safetensors": file}), READERS, depth=Depth.FULL, as_of=TODAY))


@pytest.mark.parametrize("low", [1, 2, 3])
@pytest.mark.parametrize("is_reversed", [False, True])
@pytest.mark.parametrize("skip", [0, 777])
def test_program_in_low_bytes(low: int, is_reversed: bool, skip: int) -> None:
    outcome = tensors_hide_no_payload.function(look(plant(elf(), low, is_reversed=is_reversed, skip=skip)))
    assert outcome.state is State.CONTRADICTED
    assert "ELF" in outcome.message


def test_zip_in_a_tensor() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.txt", "inert")
    data = weights()
    data[4000 : 4000 + len(packed.getvalue())] = packed.getvalue()
    assert look(bytes(data)).payloads[0].kind == "zip archive"


@pytest.mark.parametrize("data", [bytes(weights()), bytes(80_000), b"\0\0\x80\x3f" * 20_000])
def test_ordinary_values_hide_nothing(data: bytes) -> None:
    values = look(data)
    assert tensors_hide_no_payload.function(values).state is State.VERIFIED


@given(st.binary(max_size=300), st.sampled_from([b"PK\x03\x04", b"MZ", b"\x7fELF", b"\x1f\x8b\x08", b"#!/"]))
def test_no_bytes_break_the_search(data: bytes, magic: bytes) -> None:
    find_payload(data + magic + data)
    find_text(data)


def test_bytes_that_were_not_read_are_an_open_question() -> None:
    outcome = tensors_hide_no_payload.function(None)
    assert (outcome.state, outcome.depth, outcome.severity) == (State.UNKNOWN, Depth.FULL, Severity.MEDIUM)


def test_values_that_could_not_be_read_are_an_open_question() -> None:
    values = TensorValues(skipped=(Skip("model.pt", "compressed"),))
    assert tensors_hide_no_payload.function(values).state is State.UNKNOWN
    assert tensors_hide_no_payload.function(TensorValues()).state is State.NOT_APPLICABLE
