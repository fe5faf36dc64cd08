"""Checkpoints of torch, TorchScript and joblib: their inventory, and what is wrong with them."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tracemalloc
from collections import OrderedDict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.formats.reading import look, messages, survive
from tests.formats.seeds_pickle import (
    SEEDS,
    STATE,
    Asked,
    Calls,
    Named,
    Storage,
    dumped,
    joblib_plain,
    tensor,
    torch_legacy,
    torch_tar,
    torch_zip,
    torchscript,
    wrapped,
)
from weighbridge.errors import FormatError, LimitExceeded
from weighbridge.formats import inspect
from weighbridge.formats.binary import Limits, MemorySource, no_siblings
from weighbridge.formats.joblib import READER as JOBLIB
from weighbridge.formats.joblib import interpret_joblib
from weighbridge.formats.pickle import analyse
from weighbridge.formats.pytorch import read_arguments
from weighbridge.model import Format


def test_a_checkpoint_gives_names_shapes_and_dtypes() -> None:
    found = look("model.bin", torch_zip())
    assert found.format is Format.PYTORCH_ZIP
    assert [(t.name, t.shape, t.dtype, t.nbytes) for t in found.tensors] == [
        ("layer.weight", (3, 4), "F32", 48),
        ("layer.bias", (3,), "F16", 6),
    ]
    assert found.parameters == 15
    assert found.complete
    assert found.problems == ()
    assert found.versions == {"torch-archive": "3"}


def test_only_the_model_in_a_checkpoint_counts() -> None:
    checkpoint = {"epoch": 3, "state_dict": STATE, "optimizer": {"momentum": tensor("FloatStorage", "9", 100)}}
    found = look("last.ckpt", torch_zip(checkpoint))
    assert found.parameters == 15
    assert found.metadata["beside"] == {"epoch": 3}


def test_nested_modules_get_dotted_names() -> None:
    inner = Calls(
        "torch.nn", "Linear", state={"_parameters": {"weight": tensor("FloatStorage", "0", 2)}, "_modules": {}}
    )
    outer = Calls("acme", "Net", state={"_parameters": {}, "_modules": OrderedDict(fc=inner)})
    assert [t.name for t in look("net.pt", torch_zip(outer, {"0": 8})).tensors] == ["fc.weight"]


def test_tied_weights_are_counted_once() -> None:
    tied = {"a": tensor("FloatStorage", "0", 2, 3), "b": tensor("FloatStorage", "0", 2, 3)}
    found = look("tied.pt", torch_zip(tied, {"0": 24}))
    assert len(found.tensors) == 2
    assert found.parameters == 6


def test_parameters_are_unwrapped() -> None:
    parameter = Calls("torch._utils", "_rebuild_parameter", tensor("BFloat16Storage", "0", 4), True, OrderedDict())
    assert look("p.pt", torch_zip({"w": parameter}, {"0": 8})).dtypes == {"BF16": 4}


def test_storages_that_are_absent_or_short_are_told() -> None:
    found = look("model.pt", torch_zip(storages={"1": 2}))
    assert "the storage of layer.weight is not there" in messages(found)
    assert "layer.bias has 2 bytes of 6" in messages(found)


def test_the_older_format_and_its_tail() -> None:
    found = look("old.pth", torch_legacy())
    assert found.format is Format.PYTORCH_LEGACY
    assert [(t.name, t.shape, t.dtype) for t in found.tensors] == [("w", (2, 5), "F32")]
    assert found.problems == ()
    assert "storage 7" in messages(look("cut.pth", torch_legacy()[:-8]))
    assert "5 bytes after the last storage" in messages(look("more.pth", torch_legacy() + b"extra"))


def test_the_oldest_layout_a_tar() -> None:
    found = look("first.pth", torch_tar())
    assert found.format is Format.PYTORCH_LEGACY
    assert [(t.name, t.shape, t.dtype, t.nbytes) for t in found.tensors] == [("fc.weight", (2, 3), "F32", 24)]
    assert found.metadata["layout"] == "tar"
    assert found.problems == ()


def test_a_dictionary_as_python_2_made_it() -> None:
    state = Calls(
        "collections", "OrderedDict", [["w", tensor("FloatStorage", "0", 2)], ["b", tensor("FloatStorage", "0", 1)]]
    )
    assert [t.name for t in look("py2.pt", torch_zip(state, {"0": 8})).tensors] == ["w", "b"]


def test_a_module_saved_with_its_source_is_a_class_not_a_riddle() -> None:
    identity = ("module", Named("acme", "Net"), "net.py", "class Net: ...")
    stream = dumped(Asked(identity))[:-1] + b")\x81}b."
    events = {(event.kind, event.subject, event.computed) for event in analyse(MemorySource("x", stream)).events}
    assert ("persistent", "torch module", False) in events
    assert ("call", "acme.Net", False) in events


def test_an_absurd_shape_is_no_tensor() -> None:
    assert look("big.pt", torch_zip({"w": tensor_shaped((2**40, 2**40))}, {"0": 4})).tensors == ()


def tensor_shaped(shape: tuple[int, ...]) -> Calls:
    return Calls(
        "torch._utils", "_rebuild_tensor_v2", Storage("FloatStorage", "0", 1), 0, shape, (1,), False, OrderedDict()
    )


class Counting(MemorySource):
    """A source that counts what is read from it."""

    requests = 0
    read = 0

    def read_at(self, offset: int, length: int) -> bytes:
        self.requests += 1
        data = super().read_at(offset, length)
        self.read += len(data)
        return data


def test_the_numbers_of_a_checkpoint_are_not_read() -> None:
    state = {f"layers.{n}.weight": tensor("FloatStorage", str(n), 256, 1024) for n in range(48)}
    source = Counting("model.pt", torch_zip(state, {str(n): 1 << 20 for n in range(48)}))
    found = inspect(source)
    assert found.parameters == 48 * 256 * 1024
    assert source.requests < 10
    assert source.read < 500_000


def test_torchscript_is_told_apart_by_its_code() -> None:
    found = look("script.pt", torchscript())
    assert found.format is Format.TORCHSCRIPT
    assert [t.name for t in found.tensors] == ["fc.layer.weight", "fc.layer.bias"]
    assert found.metadata["code_files"] == 1


def test_training_arguments_are_read_without_unpickling() -> None:
    strategy = Calls("transformers.trainer_utils", "IntervalStrategy", "steps")
    state = {"learning_rate": 5e-5, "seed": 42, "evaluation_strategy": strategy, "_n_gpu": object.__doc__, "x": [1]}
    arguments = Calls("transformers.training_args", "TrainingArguments", state=state)
    found = read_arguments(MemorySource("training_args.bin", torch_zip(arguments)))
    assert found["learning_rate"] == 5e-5
    assert found["evaluation_strategy"] == "steps"
    assert "x" not in found
    with pytest.raises(FormatError):
        read_arguments(MemorySource("training_args.bin", b"nothing of the kind"))


def test_nothing_is_imported_or_called() -> None:
    hostile = torch_zip({"w": Calls("os", "_exit", 7), "v": Calls("no_such_module", "f")})
    assert look("evil.pt", hostile).tensors == ()


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress, lzma.compress])
def test_joblib_in_every_codec_of_the_standard_library(pack: type[bytes]) -> None:
    found = look("model.joblib", pack(joblib_plain()))
    assert found.format is Format.JOBLIB
    assert [(t.shape, t.dtype) for t in found.tensors] == [((2, 3), "F64")]
    assert found.complete


@pytest.mark.parametrize("codec", ["lz4.frame", "zstandard"])
def test_joblib_in_optional_codecs(codec: str) -> None:
    module = pytest.importorskip(codec)
    pack = module.compress if codec == "lz4.frame" else module.ZstdCompressor().compress
    assert look("model.joblib", pack(joblib_plain())).parameters == 6


def test_what_stands_behind_an_array_is_still_read() -> None:
    array = wrapped(np.arange(5, dtype="<f4"))[:-1]
    found = look("two.pkl", array + b"cos\nsystem\n(S'id'\ntR.")
    assert "os.system" in found.metadata["classes"]


def test_an_array_of_objects_is_a_pickle_in_the_stream() -> None:
    found = look("objects.joblib", wrapped(np.array(["a", None, 3], dtype=object)))
    assert found.dtypes == {"OBJECT": 3}
    assert found.complete


def test_a_bomb_is_not_unpacked() -> None:
    bomb = gzip.compress(bytes(5_000_000))
    with pytest.raises(LimitExceeded, match="unpacks to more"):
        JOBLIB.inspect(MemorySource("bomb.joblib", bomb), no_siblings, Limits(inflated_bytes=1_000_000))


def test_a_bomb_of_zstd_is_not_unpacked() -> None:
    module = pytest.importorskip("zstandard")
    bomb = module.ZstdCompressor().compress(bytes(200_000_000))
    tracemalloc.start()
    with pytest.raises(LimitExceeded, match="unpacks to more"):
        JOBLIB.inspect(MemorySource("bomb.joblib", bomb), no_siblings, Limits(inflated_bytes=1_000_000))
    assert tracemalloc.get_traced_memory()[1] < 40_000_000
    tracemalloc.stop()


def test_what_a_broken_file_gave_is_read() -> None:
    whole = gzip.compress(joblib_plain(), 1)
    found = look("cut.joblib", whole[:-6])
    assert found.parameters == 6
    assert not found.complete


def test_arrays_in_files_of_their_own() -> None:
    state = {"filename": "model.pkl_01.npy", "subclass": Named("numpy", "ndarray")}
    stream = dumped({"coef": Calls("joblib.numpy_pickle", "NDArrayWrapper", state=state)})
    array = io.BytesIO()
    np.save(array, np.zeros((4, 2), "<f4"))
    beside = {"model.pkl_01.npy": MemorySource("model.pkl_01.npy", array.getvalue())}
    found = inspect(MemorySource("model.pkl", stream), beside.get)
    assert [(t.name, t.shape, t.dtype) for t in found.tensors] == [("coef", (4, 2), "F32")]
    assert found.references == ("model.pkl_01.npy",)
    assert "is not there" in messages(look("model.pkl", stream))


def test_thousands_of_arrays_behind_more_values_than_are_kept() -> None:
    head = dumped([{"n": n, "text": f"t{n}"} for n in range(2000)])[:-1]
    stream = head + b"0" + joblib_plain()[2:]
    facts, arrays = interpret_joblib(MemorySource("big.pkl", stream), room=100)
    assert facts.end == len(stream)
    assert not facts.kept_whole
    assert [tensor.shape for tensor in arrays.values()] == [(2, 3)]


def test_an_array_without_a_sane_shape_ends_the_reading() -> None:
    state = {"shape": (2**60,), "dtype": Named("numpy", "float32")}
    wrapper = Calls("joblib.numpy_pickle", "NumpyArrayWrapper", state=state)
    assert "without a shape" in messages(look("bad.joblib", dumped(wrapper)))


@pytest.mark.parametrize("name", sorted(SEEDS))
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_damaged_files_raise_nothing_but_format_errors(name: str, data: st.DataObject) -> None:
    damaged = bytearray(SEEDS[name]())
    for _ in range(data.draw(st.integers(1, 6))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    survive(name, bytes(damaged[: data.draw(st.integers(0, len(damaged)))]))
