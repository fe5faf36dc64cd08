"""Small pickled files: checkpoints in torch's formats and joblib files, made without torch or joblib. Also the fuzzer's seeds."""

from __future__ import annotations

import io
import pickle
import struct
import tarfile
import zipfile
import zlib
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import numpy as np

LEGACY_MAGIC = 0x1950A86A20F9469CFC6C


class Named:
    """Pickles as a name: `Named("torch", "FloatStorage")` becomes `torch.FloatStorage`."""

    def __init__(self, module: str, name: str) -> None:
        self.module, self.name = module, name


class Calls:
    """Pickles as a call of a name."""

    def __init__(self, module: str, name: str, *arguments: Any, state: Any = None) -> None:
        self.function, self.arguments, self.state = Named(module, name), arguments, state


class Storage:
    """Pickles as torch's persistent id of a storage."""

    def __init__(self, kind: str, key: str, elements: int) -> None:
        self.identity = ("storage", Named("torch", kind), key, "cpu", elements)


class Asked(Storage):
    """Pickles as any persistent id."""

    def __init__(self, identity: Any) -> None:
        self.identity = identity


class Pickler(pickle._Pickler):  # the pure-Python one, so that names need not exist
    """Writes `Named`, `Calls` and `Storage` as what they stand for."""

    def persistent_id(self, obj: Any) -> Any:
        return obj.identity if isinstance(obj, Storage) else None

    def save(self, obj: Any, save_persistent_id: bool = True) -> None:
        if isinstance(obj, Named):
            self.write(f"c{obj.module}\n{obj.name}\n".encode())
        elif isinstance(obj, Calls):
            self.save(obj.function)
            self.save(obj.arguments)
            self.write(b"R")
            if obj.state is not None:
                self.save(obj.state)
                self.write(b"b")
        else:
            super().save(obj, save_persistent_id)


def dumped(value: Any, protocol: int = 2) -> bytes:
    """Pickle a value made of the classes above."""
    file = io.BytesIO()
    Pickler(file, protocol).dump(value)
    return file.getvalue()


def tensor(kind: str, key: str, *shape: int, start: int = 0, strides: tuple[int, ...] | None = None) -> Calls:
    """A tensor of torch that fills its storage, row by row when nothing else is said."""
    elements = int(np.prod(shape))
    if strides is None:
        strides = tuple(int(np.prod(shape[index + 1 :])) for index in range(len(shape)))
    arguments = (Storage(kind, key, elements + start), start, shape, strides, False, OrderedDict())
    return Calls("torch._utils", "_rebuild_tensor_v2", *arguments)


STATE = {"layer.weight": tensor("FloatStorage", "0", 3, 4), "layer.bias": tensor("HalfStorage", "1", 3)}


def torch_zip(value: Any = None, storages: dict[str, int] | None = None, **more: bytes) -> bytes:
    """A checkpoint as `torch.save` writes it today; `storages` maps a key to its length in bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("archive/data.pkl", dumped(STATE if value is None else value))
        archive.writestr("archive/version", "3\n")
        for key, size in ({"0": 48, "1": 6} if storages is None else storages).items():
            archive.writestr(f"archive/data/{key}", bytes(size))
        for name, data in more.items():
            archive.writestr(f"archive/{name.replace('__', '/').replace('_py', '.py').replace('_pkl', '.pkl')}", data)
    return file.getvalue()


def torch_legacy(value: Any = None) -> bytes:
    """A checkpoint as `torch.save` wrote it before 1.6: five pickles, then the storages."""
    state = {"w": tensor("FloatStorage", "7", 2, 5)} if value is None else value
    pickles = [LEGACY_MAGIC, 1001, {"little_endian": True}, state, ["7"]]
    return b"".join(dumped(part) for part in pickles) + struct.pack("<Q", 10) + bytes(40)


def torch_tar() -> bytes:
    """A checkpoint as `torch.save` wrote it before 0.1.10: a tar of storages, tensors and the object that asks for them."""
    storage = ("5", "cpu", Named("torch", "FloatStorage"))
    parts = {
        "storages": dumped(1) + dumped(storage) + struct.pack("<Q", 6) + bytes(24),
        "tensors": dumped(1)
        + dumped(("9", "5", Named("torch", "FloatTensor")))
        + struct.pack("<II2Q2QQ", 2, 0, 2, 3, 3, 1, 0),
        "pickle": dumped({"fc.weight": Asked(9), "epoch": 4}),
        "sys_info": dumped({"protocol_version": 1000}),
    }
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, data in parts.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return file.getvalue()


def torchscript() -> bytes:
    """A module with one weight, and its code."""
    module = Calls("__torch__", "Net", state={"training": False, "fc": Calls("__torch__", "Linear", state=STATE)})
    return torch_zip(module, None, code____torch___py=b"class Net: pass\n", constants_pkl=dumped(()))


def wrapped(array: np.ndarray[Any, Any]) -> bytes:
    """A joblib file that holds one array: its wrapper, padding, and its bytes before the pickle goes on."""
    code = array.dtype.str[1:]
    dtype = Calls("numpy", "dtype", code, False, True, state=(3, "<", None, None, None, -1, -1, 0))
    state = {"subclass": Named("numpy", "ndarray"), "shape": array.shape, "order": "C", "dtype": dtype,
             "allow_mmap": True, "numpy_array_alignment_bytes": 16}  # fmt: skip
    head = dumped(Calls("joblib.numpy_pickle", "NumpyArrayWrapper", state=state))[:-1]
    body = pickle.dumps(array.tolist(), 2) if array.dtype == object else b"\x05" + b"\xff" * 5 + array.tobytes()
    return head + body + b"."


def joblib_plain() -> bytes:
    return wrapped(np.arange(6, dtype="<f8").reshape(2, 3))


def joblib_zlib() -> bytes:
    return zlib.compress(wrapped(np.arange(4, dtype="<i4")))


def plain_pickle() -> bytes:
    return pickle.dumps({"vocabulary": ["a", "b"], "size": 2, "nested": {"deep": (1, 2.5, None)}}, 4)


SEEDS: dict[str, Callable[[], bytes]] = {
    "model.pt": torch_zip,
    "legacy.pth": torch_legacy,
    "tar.pth": torch_tar,
    "script.pt": torchscript,
    "model.joblib": joblib_plain,
    "packed.joblib": joblib_zlib,
    "plain.pkl": plain_pickle,
}
