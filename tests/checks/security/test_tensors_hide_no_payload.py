from __future__ import annotations

import io
import random
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.formats.seeds_pickle import tensor, torch_legacy, torch_zip
from tests.payloads import elf, look, plant, safetensors, values_of, weights
from weighbridge.checks.security.tensors_hide_no_payload import tensors_hide_no_payload
from weighbridge.facts.payloads import find_payload, find_text
from weighbridge.facts.values import BLOCK, TensorValues
from weighbridge.model import Depth, Severity, Skip, State


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


def zipped(data: bytes, key: str = "0") -> bytes:
    """A checkpoint whose storage of that key holds the bytes."""
    state = {"w": tensor("FloatStorage", "0", len(data) // 4)} if key == "0" else None
    return torch_zip(state, {"0": 48, "1": 6} if state is None else {}, **{f"data__{key}": data})


@pytest.mark.parametrize("key", ["0", "7"])
def test_program_in_a_checkpoint(key: str) -> None:
    """Also in a storage that no tensor takes."""
    payload = plant(elf(), 3) if key == "0" else b"\1" * 100 + elf()
    found = values_of({"pytorch_model.bin": zipped(payload, key)}).payloads
    assert [hidden.tensor for hidden in found] == ["w" if key == "0" else "archive/data/7"]


def test_program_in_an_old_checkpoint() -> None:
    data = plant(elf(), 3)
    state = {"w": tensor("FloatStorage", "7", len(data) // 4)}
    file = torch_legacy(state)[:-48] + (len(data) // 4).to_bytes(8, "little") + data
    assert values_of({"pytorch_model.bin": file}).payloads[0].tensor == "w"


def test_program_behind_the_last_tensor() -> None:
    file = safetensors({"w": ("F32", (4,), bytes(16))}) + elf()
    assert values_of({"model.safetensors": file}).payloads[0].tensor.startswith("no tensor")


@pytest.mark.parametrize(("dtype", "width"), [("F64", 8), ("F16", 2), ("BF16", 2)])
def test_program_in_other_floats(dtype: str, width: int) -> None:
    data = bytearray(random.Random(3).randbytes(4000 * width))
    data[: 2000 * width : width] = elf()[:2000]
    assert look(bytes(data), dtype).payloads[0].kind.startswith("ELF")


def test_program_whose_header_reaches_across_two_blocks() -> None:
    data = bytearray(random.Random(5).randbytes(BLOCK * 2))
    data[BLOCK - 10 : BLOCK + 50] = elf()[:60]
    assert look(bytes(data), "U8").payloads


def test_a_checkpoint_that_hides_nothing() -> None:
    values = values_of({"pytorch_model.bin": zipped(bytes(weights()))})
    assert tensors_hide_no_payload.function(values).state is State.VERIFIED


def test_bytes_that_were_not_read_are_an_open_question() -> None:
    outcome = tensors_hide_no_payload.function(None)
    assert (outcome.state, outcome.depth, outcome.severity) == (State.UNKNOWN, Depth.FULL, Severity.MEDIUM)


def test_values_that_could_not_be_read_are_an_open_question() -> None:
    values = TensorValues(skipped=(Skip("model.pt", "compressed"),))
    assert tensors_hide_no_payload.function(values).state is State.UNKNOWN
    assert tensors_hide_no_payload.function(TensorValues()).state is State.NOT_APPLICABLE
