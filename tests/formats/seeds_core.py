"""Small valid files, built from plain Python so that a reader can see every byte's reason. Also the fuzzer's seeds."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Callable

import h5py
import msgpack
import numpy as np

Layout = dict[str, tuple[str, list[int], tuple[int, int]]]


def safetensors(tensors: Layout, metadata: dict[str, str] | None = None, data: bytes = b"") -> bytes:
    """A file whose header says what `tensors` says: name to dtype, shape and offsets."""
    header: dict[str, object] = {"__metadata__": metadata} if metadata is not None else {}
    for name, (dtype, shape, offsets) in tensors.items():
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": list(offsets)}
    return with_header(json.dumps(header, separators=(",", ":")).encode(), data)


def with_header(header: bytes, data: bytes = b"") -> bytes:
    """A safetensors file with that header, whatever it holds."""
    header += b" " * (-len(header) % 8)
    return struct.pack("<Q", len(header)) + header + data


def small_safetensors() -> bytes:
    tensors: Layout = {"a.weight": ("F32", [2, 3], (0, 24)), "a.bias": ("BF16", [3], (24, 30))}
    return safetensors(tensors, {"format": "pt"}, bytes(30))


# GGUF value types.
UINT32, INT32, FLOAT32, BOOL, STRING, ARRAY, UINT64 = 4, 5, 6, 7, 8, 9, 10


def text(value: str | bytes, order: str = "<", width: str = "Q") -> bytes:
    raw = value.encode() if isinstance(value, str) else value
    return struct.pack(order + width, len(raw)) + raw


def pair(key: str, kind: int, raw: bytes, order: str = "<", width: str = "Q") -> bytes:
    return text(key, order, width) + struct.pack(order + "I", kind) + raw


def texts(values: list[str], order: str = "<", width: str = "Q") -> bytes:
    head = struct.pack(order + "I" + width, STRING, len(values))
    return head + b"".join([text(value, order, width) for value in values])


def tensor_info(name: str, extents: list[int], kind: int, offset: int, order: str = "<", width: str = "Q") -> bytes:
    raw = text(name, order, width) + struct.pack(order + "I", len(extents))
    return raw + struct.pack(f"{order}{len(extents)}{width}", *extents) + struct.pack(order + "IQ", kind, offset)


def gguf(pairs: list[bytes], tensors: list[bytes], data: bytes = b"", *, version: int = 3, order: str = "<") -> bytes:
    """A file of those parts, its tensors aligned to 32 bytes."""
    width = "I" if version == 1 else "Q"
    head = b"GGUF" + struct.pack(f"{order}I2{width}", version, len(tensors), len(pairs))
    head += b"".join(pairs) + b"".join(tensors)
    return head + bytes(-len(head) % 32) + data


def small_gguf(version: int = 3, order: str = "<") -> bytes:
    w = "I" if version == 1 else "Q"
    pairs = [
        pair("general.architecture", STRING, text("llama", order, w), order, w),
        pair("general.file_type", UINT32, struct.pack(order + "I", 15), order, w),
        pair("llama.context_length", UINT32, struct.pack(order + "I", 8192), order, w),
        pair("tokenizer.ggml.tokens", ARRAY, texts([f"token {n}" for n in range(100)], order, w), order, w),
        pair("tokenizer.ggml.add_bos_token", BOOL, b"\x01", order, w),
        pair("tokenizer.chat_template", STRING, text("{{ messages }}" * 1000, order, w), order, w),
    ]
    tensors = [tensor_info("blk.0.w", [256, 2], 12, 0, order, w), tensor_info("norm", [3], 0, 288, order, w)]
    return gguf(pairs, tensors, bytes(300), version=version, order=order)


def npy() -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.zeros((3, 4), dtype="<f4"))
    return buffer.getvalue()


def npz(*, compressed: bool = False) -> bytes:
    buffer = io.BytesIO()
    save = np.savez_compressed if compressed else np.savez
    save(buffer, kernel=np.zeros((3, 4), dtype="<f2"), bias=np.arange(4, dtype="<i8"))
    return buffer.getvalue()


def flax_array(array: np.ndarray, code: int = 1) -> msgpack.ExtType:
    raw = msgpack.packb((array.shape, array.dtype.name, array.tobytes()), use_bin_type=True)
    return msgpack.ExtType(code, raw)


def flax() -> bytes:
    kernel = flax_array(np.zeros((3, 4), dtype="float32"))
    step = flax_array(np.asarray(7, dtype="int32"), 3)
    packed: bytes = msgpack.packb({"params": {"dense": {"kernel": kernel}}, "step": step, "note": "text"})
    return packed


def hdf5(libver: str = "earliest", fill: Callable[[h5py.File], None] | None = None, **options: object) -> bytes:
    buffer = io.BytesIO()
    with h5py.File(buffer, "w", libver=libver, **options) as file:
        (fill or layers)(file)
    return buffer.getvalue()


def layers(file: h5py.File, count: int = 3) -> None:
    """Groups of weights as a Keras 2 weight file has them."""
    for number in range(count):
        group = file.create_group(f"layer_{number}")
        group.attrs["weight_names"] = np.array([b"kernel:0", b"bias:0"])
        group.create_dataset("kernel:0", data=np.zeros((3, number + 1), dtype="f4"))
        group.create_dataset("bias:0", data=np.zeros(4, dtype="f2"), chunks=(2,), compression="gzip")


def keras_2(file: h5py.File) -> None:
    layers(file)
    file.attrs["keras_version"] = "2.9.0"
    file.attrs["backend"] = "tensorflow"
    file.attrs["model_config"] = json.dumps({"class_name": "Sequential", "config": {"layers": ["x" * 5000]}})
    file.create_dataset("optimizer_weights/adam/m", data=np.zeros(100, dtype="f4"))


def keras_archive(compression: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        archive.writestr("metadata.json", json.dumps({"keras_version": "3.5.0", "date_saved": "2026-01-01"}))
        archive.writestr("config.json", json.dumps({"module": "keras", "class_name": "Sequential"}))
        archive.writestr("model.weights.h5", hdf5(fill=_keras_3_weights))
    return buffer.getvalue()


def _keras_3_weights(file: h5py.File) -> None:
    file.create_dataset("layers/dense/vars/0", data=np.zeros((4, 2), dtype="f4"))
    file.create_dataset("layers/dropout/seed_generator/vars/0", data=np.zeros(2, dtype="u4"))
    file.create_dataset("optimizer/vars/0", data=np.asarray(1, dtype="i8"))


def plain_zip(compression: int = zipfile.ZIP_STORED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for number in range(3):
            archive.writestr(f"folder/{number}.txt", b"text " * 100 * number)
    return buffer.getvalue()


SEEDS: dict[str, Callable[[], bytes]] = {
    "small.safetensors": small_safetensors,
    "small.gguf": small_gguf,
    "old.gguf": lambda: small_gguf(version=1),
    "big-endian.gguf": lambda: small_gguf(order=">"),
    "array.npy": npy,
    "arrays.npz": npz,
    "packed.npz": lambda: npz(compressed=True),
    "flax_model.msgpack": flax,
    "weights.h5": lambda: hdf5(fill=keras_2),
    "plain.hdf5": hdf5,
    "new.hdf5": lambda: hdf5("latest", lambda file: layers(file, 12)),
    "model.keras": keras_archive,
    "packed.keras": lambda: keras_archive(zipfile.ZIP_DEFLATED),
    "stored.zip": plain_zip,
    "lzma.zip": lambda: plain_zip(zipfile.ZIP_LZMA),
    "bzip2.zip": lambda: plain_zip(zipfile.ZIP_BZIP2),
}
