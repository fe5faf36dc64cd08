"""The tensors that a pickle would build: torch's, NumPy's, and joblib's, with the names under which they hang."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from weighbridge.formats.binary import LIMITS
from weighbridge.formats.dtypes import from_code
from weighbridge.formats.pickle.values import Call, Dict, Global, Persistent, clean
from weighbridge.model import DTYPE_BITS, Tensor

_STORAGES = {
    "DoubleStorage": "F64", "FloatStorage": "F32", "HalfStorage": "F16", "BFloat16Storage": "BF16",
    "LongStorage": "I64", "IntStorage": "I32", "ShortStorage": "I16", "CharStorage": "I8", "ByteStorage": "U8",
    "BoolStorage": "BOOL", "ComplexFloatStorage": "C64", "ComplexDoubleStorage": "C128",
    "QInt8Storage": "I8", "QUInt8Storage": "U8", "QInt32Storage": "I32",
}  # fmt: skip
_DTYPES = {
    "float64": "F64", "float32": "F32", "float16": "F16", "bfloat16": "BF16", "int64": "I64", "int32": "I32",
    "int16": "I16", "int8": "I8", "uint8": "U8", "bool": "BOOL", "complex64": "C64", "complex128": "C128",
    "float8_e4m3fn": "F8_E4M3", "float8_e5m2": "F8_E5M2", "uint16": "U16", "uint32": "U32", "uint64": "U64",
}  # fmt: skip
_REBUILD = "torch._utils._rebuild_"
# What a module's pickled state keeps its parts under; a name in a checkpoint does not show them.
_PARTS = frozenset({"_parameters", "_modules", "_buffers", "__dict__"})
# Training's own state hangs beside the model in a checkpoint; it is no part of the model.
_NOT_THE_MODEL = ("optimizer", "optim", "lr_scheduler", "scheduler", "scaler", "rng_state", "grad_scaler")
_DICTIONARIES = frozenset({"collections.OrderedDict", "builtins.dict"})
_DEPTH = 40
_RANK = 64
_MOST = 2**48
_VALUES = 2_000_000


class Storage(msgspec.Struct, frozen=True):
    """A torch storage as its persistent id names it: its key, the dtype of its class, its number of elements.

    `is_view` tells one that is a part of another, as old checkpoints have them.
    """

    key: str
    dtype: str
    elements: int
    is_view: bool = False


class Found(msgspec.Struct, frozen=True):
    """A tensor with the storage that holds it, None for an array that stands in the pickle itself.

    `start` is the tensor's first element in the storage, `strides` how many elements lie between two of each dimension; None
    where that is not told.
    """

    tensor: Tensor
    storage: Storage | None = None
    start: int = 0
    strides: tuple[int, ...] | None = None


class Inventory:
    """Walks a symbolic value; `arrays` are known by the identity of their call, `elsewhere` knows those in other files.

    A shared part with tensors is entered once under each name, a cycle not at all.
    """

    def __init__(
        self,
        arrays: dict[int, Tensor] | None = None,
        elsewhere: Callable[[Call | Persistent], Found | None] | None = None,
    ) -> None:
        self.found: list[Found] = []
        self.complete = True
        self._left = _VALUES
        self._closed: set[int] = set()
        self._arrays = arrays or {}
        self._elsewhere = elsewhere

    def walk(self, value: Any, name: str = "", depth: int = 0) -> None:
        """Collect the tensors of a value and of all below it."""
        self._left -= 1
        if depth > _DEPTH or self._left < 0 or len(self.found) >= LIMITS.tensors:
            self.complete = False
            return
        if isinstance(value, Persistent) and self._is_elsewhere(value, name):
            return
        if not isinstance(value, Call | Dict | list | tuple) or id(value) in self._closed:
            return
        if isinstance(value, Call) and self._tensor(value, name):
            return
        self._closed.add(id(value))
        before = len(self.found)
        for key, child in _children(value):
            self.walk(child, _joined(name, key), depth + 1)
        # What holds no tensor is not entered again: parts may be shared a billion times.
        if len(self.found) > before:
            self._closed.discard(id(value))

    def parameters(self) -> int:
        """Return the number of elements, tied tensors counted once."""
        seen, count = set(), 0
        for found in self.found:
            key = (found.storage.key, found.start, found.tensor.shape) if found.storage else (id(found), 0, ())
            if key not in seen:
                seen.add(key)
                count += found.tensor.elements
        return count

    def _tensor(self, call: Call, name: str) -> bool:
        """Take a call as a tensor, when it rebuilds one."""
        if id(call) in self._arrays:
            self.found.append(Found(msgspec.structs.replace(self._arrays[id(call)], name=name)))
            return True
        if self._is_elsewhere(call, name):
            return True
        path = call.path
        if path in {"torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state"}:
            inner = call.arguments[0] if isinstance(call.arguments, tuple) and call.arguments else None
            return isinstance(inner, Call) and self._tensor(inner, name)
        if path.startswith(_REBUILD) or path == "torch._tensor._rebuild_from_type_v2":
            return self._rebuilt(call, name)
        if path in {"numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct"}:
            return self._array(call, name)
        return False

    def _is_elsewhere(self, value: Call | Persistent, name: str) -> bool:
        found = self._elsewhere(value) if self._elsewhere is not None else None
        if found is not None:
            self.found.append(msgspec.structs.replace(found, tensor=msgspec.structs.replace(found.tensor, name=name)))
        return found is not None

    def _rebuilt(self, call: Call, name: str) -> bool:
        arguments = call.arguments if isinstance(call.arguments, tuple) else ()
        if call.path.endswith("_rebuild_from_type_v2") and len(arguments) == 4:
            inner = Call(arguments[0], arguments[2], call.offset, call.opcode)
            return self._tensor(inner, name)
        if arguments and _is_carried(arguments[0]) and is_shape(arguments[2] if len(arguments) > 2 else None):
            # The storage is a checkpoint of its own, in a byte string: what type its numbers are is told only there.
            self.found.append(Found(tensor_of(name, arguments[2], "UNKNOWN")))
            return True
        storage = storage_of(arguments[0]) if arguments else None
        if storage is None or len(arguments) < 3 or not isinstance(arguments[1], int) or not is_shape(arguments[2]):
            return False
        start, shape = arguments[1], arguments[2]
        dtype = next((_DTYPES[a.name] for a in arguments if _is_dtype(a)), storage.dtype)
        strides = arguments[3] if len(arguments) > 3 and is_shape(arguments[3]) else None
        self.found.append(Found(tensor_of(name, shape, dtype), storage, start, strides))
        return True

    def _array(self, call: Call, name: str) -> bool:
        """Take a NumPy array whose state is (version, shape, dtype, order, bytes)."""
        state = call.state
        if not isinstance(state, tuple) or len(state) != 5 or not is_shape(state[1]):
            return False
        self.found.append(Found(tensor_of(name, state[1], array_dtype(state[2]))))
        return True


def storage_of(value: Any) -> Storage | None:
    """Read a persistent id `("storage", class, key, location, elements)`, None for any other value."""
    identity = value.identity if isinstance(value, Persistent) else None
    if not isinstance(identity, tuple) or len(identity) < 5 or identity[0] != "storage":
        return None
    kind, key, elements = identity[1], identity[2], identity[4]
    if not isinstance(kind, Global) or not isinstance(elements, int) or elements < 0:
        return None
    is_view = len(identity) > 5 and identity[5] is not None
    return Storage(str(key)[:200], storage_dtype(kind.name), elements, is_view)


def storage_dtype(kind: str) -> str:
    """Return the dtype of a storage class; one without a type of its own holds bytes."""
    return _STORAGES.get(kind, "U8")


def tensor_of(name: str, shape: tuple[int, ...], dtype: str) -> Tensor:
    """Return a tensor with the bytes that its shape and dtype take."""
    return Tensor(clean(name, 1000), tuple(shape), dtype, int(math.prod(shape) * DTYPE_BITS.get(dtype, 0) // 8))


def array_dtype(value: Any) -> str:
    """Return our name of a pickled `numpy.dtype`, `OBJECT` for one that holds Python objects."""
    if not isinstance(value, Call) or not isinstance(value.arguments, tuple) or not value.arguments:
        return "UNKNOWN"
    code = value.arguments[0]
    order = value.state[1] if isinstance(value.state, tuple) and len(value.state) > 1 else "<"
    if not isinstance(code, str):
        return "UNKNOWN"
    if code.startswith("O"):
        return "OBJECT"
    known = from_code(f"{order if order in {'<', '>', '|'} else '<'}{code}")
    return known[0] if known else "UNKNOWN"


def _children(value: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, Dict):
        yield from value.pairs
    elif isinstance(value, list | tuple):
        yield from enumerate(value)
    else:
        given = given_pairs(value)
        yield from given or ((None, part) for part in (value.state, value.arguments))
        yield from value.pairs
        yield from enumerate(value.items)


def given_pairs(call: Call) -> list[tuple[Any, Any]]:
    """Return the pairs that Python 2 gave a dictionary when it made it: `OrderedDict([['a', 1], …])`."""
    arguments = call.arguments
    if call.path not in _DICTIONARIES or not isinstance(arguments, tuple) or len(arguments) != 1:
        return []
    pairs = arguments[0] if isinstance(arguments[0], list) else []
    return [(p[0], p[1]) for p in pairs if isinstance(p, list | tuple) and len(p) == 2]


def _joined(name: str, key: Any) -> str:
    if key is None or (isinstance(key, str) and key in _PARTS) or not isinstance(key, str | int):
        return name
    return f"{name}.{key}" if name else str(key)


def is_shape(value: Any) -> bool:
    """Tell a tuple of extents whose product is a number of elements that could be."""
    if not isinstance(value, tuple) or len(value) > _RANK or not all(type(e) is int and 0 <= e < _MOST for e in value):
        return False
    return math.prod(value) < _MOST


def _is_carried(value: Any) -> bool:
    return isinstance(value, Call) and value.path == "torch.storage._load_from_bytes"


def _is_dtype(value: Any) -> bool:
    return isinstance(value, Global) and value.module == "torch" and value.name in _DTYPES


def model_part(value: Any) -> tuple[Any, dict[str, Any]]:
    """Return the part of a checkpoint that is the model, and what stands beside it as far as it is plain.

    A checkpoint keeps the model under `state_dict`, `model` or the like, beside the optimizer's state.
    """
    pairs: Any = value.pairs if isinstance(value, Dict | Call) else []
    if isinstance(value, Call) and not pairs:
        pairs = given_pairs(value)
    keys = [key for key, _ in pairs if isinstance(key, str)]
    beside = {k: v for k, v in pairs if isinstance(k, str) and isinstance(v, int | float | str | bool)}
    for wanted in ("state_dict", "model_state_dict", "model_state", "model", "module", "net", "weights"):
        if wanted in keys:
            return next(v for k, v in reversed(pairs) if k == wanted), beside
    if any(key.lower().startswith(_NOT_THE_MODEL) for key in keys):
        kept = Dict()
        kept.pairs = [(k, v) for k, v in pairs if not (isinstance(k, str) and k.lower().startswith(_NOT_THE_MODEL))]
        return kept, beside
    return value, beside
