from __future__ import annotations

import struct

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from tests.formats.seeds_pickle import tensor, torch_zip
from tests.payloads import safetensors, weights
from tests.support import facts_of
from weighbridge.checks.security.twins_agree import twins_agree
from weighbridge.facts.numbers import floats
from weighbridge.facts.weights import Weights
from weighbridge.model import Depth, Format, Inspection, Severity, State, Tensor, Verdict


def twin(path: str, form: Format, **shapes: tuple[int, ...]) -> Inspection:
    return Inspection(path, form, 0, tuple(Tensor(name, shape, "F32", 0) for name, shape in shapes.items()))


def both(safe: dict[str, tuple[int, ...]], pickled: dict[str, tuple[int, ...]]) -> Weights:
    return Weights(
        (
            twin("model.safetensors", Format.SAFETENSORS, **safe),
            twin("pytorch_model.bin", Format.PYTORCH_ZIP, **pickled),
        )
    )


def test_one_format_has_no_twin() -> None:
    assert (
        twins_agree.function(Weights((twin("model.safetensors", Format.SAFETENSORS, a=(2,)),)), None).state
        is State.NOT_APPLICABLE
    )


def test_equal_inventories_verify() -> None:
    assert twins_agree.function(both({"a": (2, 3), "b": (4,)}, {"a": (2, 3), "b": (4,)}), None).state is State.VERIFIED


def test_a_tied_tensor_stored_once_is_no_difference() -> None:
    assert twins_agree.function(both({"a": (2, 3)}, {"a": (2, 3), "tied": (2, 3)}), None).state is State.VERIFIED


def test_another_shape_is_a_difference() -> None:
    outcome = twins_agree.function(both({"a": (2, 3), "b": (4,)}, {"a": (2, 5), "b": (4,)}), None)
    assert outcome.state is State.CONTRADICTED
    assert "[2, 3]" in outcome.message
    assert "[2, 5]" in outcome.message


def test_other_names_are_a_difference() -> None:
    assert (
        twins_agree.function(both({"a": (2,), "b": (2,), "c": (2,)}, {"x": (2,), "y": (2,), "c": (2,)}), None).state
        is State.CONTRADICTED
    )


def safe(shape: tuple[int, ...], data: bytes, dtype: str = "F32") -> bytes:
    return safetensors({"w": (dtype, shape, data)})


def pickled(kind: str, data: bytes, elements: int) -> bytes:
    return torch_zip({"state_dict": {"w": tensor(kind, "0", elements)}}, {}, data__0=data)


def judged(files: dict[str, bytes], depth: Depth = Depth.FULL) -> Verdict:
    return twins_agree.judge(facts_of(files, depth=depth))[0]


NUMBERS = bytes(weights(1000))


@pytest.mark.parametrize("path", ["pytorch_model.bin", "model.pt"])
def test_the_same_numbers_agree(path: str) -> None:
    verdict = judged({"model.safetensors": safe((1000,), NUMBERS), path: pickled("FloatStorage", NUMBERS, 1000)})
    assert (verdict.state, "the numbers of 1 tensors" in verdict.message) == (State.VERIFIED, True)


def test_one_other_number_is_a_difference() -> None:
    other = NUMBERS[:-1] + bytes([NUMBERS[-1] ^ 1])
    files = {"model.safetensors": safe((1000,), NUMBERS), "pytorch_model.bin": pickled("FloatStorage", other, 1000)}
    assert judged(files).state is State.CONTRADICTED
    shallow = judged(files, Depth.HEADERS)
    assert (shallow.state, "were not compared" in shallow.message) == (State.VERIFIED, True)


def test_shards_are_one_model() -> None:
    files = {
        "model-00001-of-00002.safetensors": safetensors({"a": ("F32", (1000,), NUMBERS)}),
        "model-00002-of-00002.safetensors": safetensors({"b": ("F32", (1000,), NUMBERS)}),
        "pytorch_model.bin": torch_zip(
            {"a": tensor("FloatStorage", "0", 1000), "b": tensor("FloatStorage", "1", 1000)},
            {},
            data__0=NUMBERS,
            data__1=bytes(weights(1000, seed=9)),
        ),
    }
    verdict = judged(files)
    assert (verdict.state, "first is b" in verdict.message) == (State.CONTRADICTED, True)


@pytest.mark.parametrize(("dtype", "kind"), [("F16", "HalfStorage"), ("BF16", "BFloat16Storage")])
def test_another_precision_is_no_difference(dtype: str, kind: str) -> None:
    numbers = struct.unpack("<1000f", NUMBERS)
    short = struct.pack("<1000e", *numbers)
    if dtype == "BF16":
        short = b"".join(NUMBERS[at + 2 : at + 4] for at in range(0, 4000, 4))
    files = {"model.safetensors": safe((1000,), NUMBERS), "pytorch_model.bin": pickled(kind, short, 1000)}
    assert judged(files).state is State.VERIFIED
    files["pytorch_model.bin"] = pickled(kind, short[::-1], 1000)
    assert judged(files).state is State.CONTRADICTED


def test_what_lies_column_by_column_is_not_compared() -> None:
    state = {"w": tensor("FloatStorage", "0", 10, 100, strides=(1, 10))}
    files = {
        "model.safetensors": safe((10, 100), NUMBERS),
        "pytorch_model.bin": torch_zip(state, {}, data__0=NUMBERS[::-1]),
    }
    verdict = judged(files)
    assert (verdict.state, "were not compared" in verdict.message) == (State.VERIFIED, True)


@pytest.mark.parametrize("path", ["onnx/model.onnx", "model.onnx"])
def test_an_export_that_kept_its_names(path: str) -> None:
    def exported(data: bytes) -> Verdict:
        weight = numpy_helper.from_array(np.frombuffer(data, dtype="<f4"), "w")
        node = helper.make_node("Identity", ["w"], ["y"])
        output = helper.make_tensor_value_info("y", TensorProto.FLOAT, [1000])
        model = helper.make_model(helper.make_graph([node], "g", [], [output], [weight]))
        return judged({"model.safetensors": safe((1000,), NUMBERS), path: model.SerializeToString()})

    assert exported(NUMBERS).state is State.VERIFIED
    other = exported(NUMBERS[4:] + NUMBERS[:4])
    assert (other.state, other.severity) == (State.CONTRADICTED, Severity.LOW)


def test_files_of_one_name_with_little_in_common_are_no_twins() -> None:
    files = {
        "best.safetensors": safetensors({"a": ("F32", (1000,), NUMBERS)}),
        "best.pt": pickled("FloatStorage", NUMBERS, 1000),
    }
    assert judged(files).state is State.NOT_APPLICABLE


def test_numbers_of_every_float_type() -> None:
    assert list(floats(b"\x80\x3f\xc0\xbf\0", "BF16")) == [1.0, -1.5]
    assert list(floats(struct.pack("<2e", 1.0, -1.5), "F16")) == [1.0, -1.5]
    assert list(floats(struct.pack("<d", 0.25), "F64")) == [0.25]
