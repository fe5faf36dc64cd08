"""joblib files: pickles with arrays standing between their opcodes, compressed or not; mostly scikit-learn's models."""

from __future__ import annotations

import math
from typing import Any

import msgspec

from weighbridge.errors import FormatError, LimitExceeded
from weighbridge.formats.binary import LIMITS, Limits, Siblings
from weighbridge.formats.compression import Unpacked, codec_of, unpack
from weighbridge.formats.dtypes import from_code
from weighbridge.formats.numpy import read_header
from weighbridge.formats.pickle import GLIMPSE, VALUES, PickleFacts, called, interpret
from weighbridge.formats.pickle.events import Events
from weighbridge.formats.pickle.inventory import Found, Inventory, array_dtype, is_shape, tensor_of
from weighbridge.formats.pickle.machine import Budget, Machine
from weighbridge.formats.pickle.stream import Stream
from weighbridge.formats.pickle.values import Call, Dict, Persistent, clean
from weighbridge.model import ByteSource, Format, Inspection, Problem, Tensor

_WRAPPERS = frozenset(
    {"joblib.numpy_pickle.NumpyArrayWrapper", "sklearn.externals.joblib.numpy_pickle.NumpyArrayWrapper"}
)
# What a wrapper's state takes at most, with room to spare.
_WRAPPER_ROOM = 500
_OLD_WRAPPERS = frozenset({"NDArrayWrapper", "ZNDArrayWrapper"})
# What all wrappers of a file may take beyond the room that there was.
_LENT = 2_000_000
_NESTED = 8
_CLASSES = 200
_PEEK = 64 * 1024


class JoblibMachine(Machine):
    """An unpickler that, like joblib's, reads an array's bytes from the stream as soon as its wrapper has its state."""

    nested = 0
    lent = 0
    always_kept = Machine.always_kept | _WRAPPERS

    def __init__(self, stream: Stream, events: Events, budget: Budget) -> None:
        super().__init__(stream, events, budget)
        self.arrays: dict[int, tuple[Call, Tensor]] = {}

    def call(self, function: Any, arguments: Any, i: int, keywords: Any = None) -> Call:
        """Take note of a call; the state of an array's wrapper has to be kept, even when there is no more room."""
        made = super().call(function, arguments, i, keywords)
        if made.path in _WRAPPERS and self.room < _WRAPPER_ROOM:
            self.lent += _WRAPPER_ROOM - max(self.room, 0)
            self.room = _WRAPPER_ROOM
            if self.lent > _LENT:
                raise LimitExceeded("more arrays than can be kept", where=f"{self.at(i):#x}")
        return made

    def _give_back(self) -> None:
        """Return the room that was lent for an array's description and not used."""
        unused = min(self.lent, max(self.room, 0))
        self.lent -= unused
        self.room -= unused

    def build(self, i: int) -> int:
        """Give an object its state; an array's wrapper then has its bytes in the stream."""
        i = super().build(i)
        target = self.stack[-1]
        if isinstance(target, Call) and target.path in _WRAPPERS and isinstance(target.state, Dict):
            i = self._array(target, target.state, i)
            self._give_back()
        return i

    def _array(self, wrapper: Call, state: Dict, i: int) -> int:
        """Step over the array's bytes: padding to its alignment, then the elements one after the other."""
        stream, shape, dtype = self.stream, state.get("shape"), state.get("dtype")
        if stream.frame_end <= stream.base + i:
            stream.bound(-1)  # the array stands between two frames
        if not is_shape(shape):
            raise FormatError("an array without a shape", where=f"{self.at(i):#x}")
        name = array_dtype(dtype)
        if name != "OBJECT" and isinstance(state.get("numpy_array_alignment_bytes"), int):
            i = stream.hold(i, 1)
            i = stream.skip(i, 1 + stream.data[i])
        if len(self.arrays) < LIMITS.tensors:
            is_permuted = state.get("order") == "F" and sum(extent > 1 for extent in shape) > 1
            at = stream.base + i if name != "OBJECT" else None
            placed = msgspec.structs.replace(tensor_of("", shape, name), offset=at, is_permuted=is_permuted)
            self.arrays[id(wrapper)] = (wrapper, placed)
        if name == "OBJECT":
            return self._objects(i)
        return stream.skip(i, math.prod(shape) * _width(dtype))

    def _objects(self, i: int) -> int:
        """Interpret the pickle that an array of objects is stored as, right here in the stream."""
        if self.nested >= _NESTED:
            raise LimitExceeded("arrays of objects nested too deep", where=f"{self.at(i):#x}")
        self.stream.at, self.budget.room = i, self.room
        inner = type(self)(self.stream, self.events, self.budget)
        inner.arrays, inner.nested, inner.lent = self.arrays, self.nested + 1, self.lent
        inner.run()
        self.room, self.lent, self.kept_whole = self.budget.room, inner.lent, self.kept_whole and inner.kept_whole
        return self.stream.at


def _width(dtype: Any) -> int:
    code = dtype.arguments[0] if isinstance(dtype, Call) and isinstance(dtype.arguments, tuple) else None
    known = from_code(code) if isinstance(code, str) else None
    if known is None or known[1] <= 0:
        raise FormatError(f"an array of a type whose width is not known: {str(code)[:40]!r}")
    return known[1]


class _JoblibReader:
    formats = (Format.JOBLIB,)
    suffixes = (".joblib", ".pkl", ".z", ".gz", ".bz2", ".xz", ".lzma", ".lz4")

    def recognise(self, head: bytes, source: ByteSource) -> Format | None:
        """Tell joblib by a compression around a pickle, or by its wrappers among the first bytes of one."""
        if codec_of(head):
            return Format.JOBLIB
        beginning = source.read_at(0, _PEEK) if head[:1] == b"\x80" else b""
        return Format.JOBLIB if b"joblib" in beginning and b"ArrayWrapper" in beginning else None

    def inspect(self, source: ByteSource, siblings: Siblings, limits: Limits) -> Inspection:
        """Return the arrays and the classes of the estimators."""
        codec = codec_of(source.read_at(0, 16))
        unpacked = unpack(source, limits, lax=True) if codec else None
        facts, arrays = interpret_joblib(unpacked or source, limits)
        if not facts.pickles and not facts.events:
            reason = facts.problems[0].message if facts.problems else "it is empty"
            raise FormatError(f"{source.path} holds no pickle: {reason}", where="0x0")
        beside = Beside(siblings)
        inventory = Inventory(arrays, beside.array)
        for pickle in facts.pickles:
            inventory.walk(pickle.value)
        classes = called(facts)
        problems = (*_broken(unpacked), *facts.problems, *beside.problems)
        return Inspection(
            source.path,
            Format.JOBLIB,
            source.size,
            _tensors(inventory, unpacked is not None),
            {"classes": classes[:_CLASSES]} | ({"compression": codec} if codec else {}),
            producer="scikit-learn" if any(name.startswith("sklearn.") for name in classes) else "joblib",
            versions=_versions(facts),
            references=tuple(beside.names),
            problems=problems,
            complete=facts.complete and facts.kept_whole and inventory.complete and not problems,
        )


READER = _JoblibReader()


def _tensors(inventory: Inventory, is_packed: bool) -> tuple[Tensor, ...]:
    """Return the arrays; those that lie in the file only when it is unpacked have no place in it."""
    tensors = [found.tensor for found in inventory.found]
    return tuple([msgspec.structs.replace(t, offset=None) if is_packed else t for t in tensors])


def _broken(unpacked: Unpacked | None) -> tuple[Problem, ...]:
    return (Problem(unpacked.problem, f"{unpacked.end:#x}"),) if unpacked and unpacked.problem else ()


class Beside:
    """The arrays that joblib before 0.10 kept in files of their own, `model.pkl_01.npy` and `model.pkl_01.npy.z`."""

    def __init__(self, siblings: Siblings) -> None:
        self.names: list[str] = []
        self.problems: list[Problem] = []
        self._siblings = siblings

    def array(self, call: Call | Persistent) -> Found | None:
        """Return the array that a wrapper stands for, None for what is no wrapper or cannot be read."""
        if (
            isinstance(call, Persistent)
            or call.path.rpartition(".")[2] not in _OLD_WRAPPERS
            or not isinstance(call.state, Dict)
        ):
            return None
        name = call.state.get("filename")
        if not isinstance(name, str) or len(self.names) >= LIMITS.members:
            return None
        self.names.append(clean(name))
        described = call.state.get("init_args")
        if isinstance(described, tuple) and len(described) > 2 and is_shape(described[1]):
            return Found(tensor_of("", described[1], array_dtype(described[2])))
        return self._header(name)

    def _header(self, name: str) -> Found | None:
        source = self._siblings(name)
        if source is None:
            self.problems.append(Problem("the file of an array is not there", clean(name)))
            return None
        try:
            header = read_header(source)
        except FormatError as error:
            self.problems.append(Problem(error.message, clean(name)))
            return None
        return Found(Tensor("", header.shape, header.dtype, header.nbytes))


def interpret_joblib(
    source: ByteSource, limits: Limits = LIMITS, *, room: int = VALUES, to_end: bool = False
) -> tuple[PickleFacts, dict[int, Tensor]]:
    """Interpret a joblib stream; arrays are mapped by the identity of their wrapper in the values."""
    arrays: dict[int, tuple[Call, Tensor]] = {}

    def machine(stream: Stream, events: Events, budget: Budget) -> JoblibMachine:
        made = JoblibMachine(stream, events, budget)
        made.arrays = arrays
        return made

    facts = interpret(source, limits, room=room, machine=machine, to_end=to_end)
    return facts, {identity: tensor for identity, (_, tensor) in arrays.items()}


def analyse_joblib(source: ByteSource, limits: Limits = LIMITS) -> PickleFacts:
    """Interpret every pickle of an unpacked joblib file for a judge: like `pickle.analyse`, with arrays stepped over."""
    return interpret_joblib(source, limits, room=GLIMPSE, to_end=True)[0]


def _versions(facts: PickleFacts) -> dict[str, str]:
    """Return scikit-learn's version, as the estimators' state names it."""
    left = 10_000
    queue: list[Any] = [pickle.value for pickle in facts.pickles]
    while queue and left:
        left -= 1
        value = queue.pop()
        pairs = value.pairs if isinstance(value, Dict) else []
        version = next((v for k, v in pairs if k == "_sklearn_version" and isinstance(v, str)), "")
        if version:
            return {"scikit-learn": version[:40]}
        if isinstance(value, Call):
            queue += [value.state, value.arguments]
        queue += [v for _, v in pairs[:200]]
        queue += value[:200] if isinstance(value, list | tuple) else []
    return {}
