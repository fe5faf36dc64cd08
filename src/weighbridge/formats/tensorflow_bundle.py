"""TensorFlow checkpoints: the index of names, shapes and places, and whether the data files reach that far."""

from __future__ import annotations

import re

import msgspec

from weighbridge.errors import FormatError
from weighbridge.formats.binary import Limits, MemorySource, Siblings, require
from weighbridge.formats.inventory import Outside, Problems, at_most, count_weights, stored_bytes
from weighbridge.formats.metadata import plain_text
from weighbridge.formats.protobuf import BYTES, Message, open_message
from weighbridge.formats.sstable import Table
from weighbridge.formats.tensorflow_tensors import dtype_name, read_shape
from weighbridge.model import ByteSource, Tensor

_SHARDS = 10_000
# What training keeps beside the weights: slots of optimisers, counters, metrics, averages.
_NOT_LEARNED = re.compile(
    r"/\.OPTIMIZER_SLOT/|^_?optimizer/|^keras_api/metrics/|(?:^|/)_CHECKPOINTABLE_OBJECT_GRAPH$|"
    r"(?:^|/)(?:save_counter|global_step|iter|seed_generator|_current_trial_id)(?:/|$)|"
    r"(?:^|/)(?:Adam(?:_\d+)?|AdamW(?:eightDecay\w*)?|adam_[mv]|RMSProp(?:_\d+)?|Momentum|Adagrad|Adadelta(?:_\d+)?|"
    r"Ftrl(?:_\d+)?|LAMB\w*|ExponentialMovingAverage|beta[12]_power(?:_\d+)?|vr|vc)$"
)


class Bundle(msgspec.Struct):
    """A checkpoint: tensors by name, and what is wrong with it."""

    tensors: list[Tensor] = []
    problems: Problems = msgspec.field(default_factory=Problems)
    odd: set[str] = set()
    versions: dict[str, str] = {}
    shards: int = 0
    version: int = 2
    is_big_endian: bool = False
    complete: bool = True

    def tell_odd(self, message: str, name: str) -> None:
        """Tell that a tensor is not what it says; it is not counted then."""
        self.problems.tell(message, name)
        self.odd.add(name)

    @property
    def parameters(self) -> int:
        """Learned elements: without what training alone needs."""
        learned = [tensor for tensor in self.tensors if not _NOT_LEARNED.search(tensor.name)]
        return at_most(count_weights(learned, self.odd))


def read_bundle(source: ByteSource, siblings: Siblings, limits: Limits) -> tuple[Bundle, Outside]:
    """Read an index to its end, or as far as it can be read. Raises `FormatError` when it is none."""
    bundle, outside = Bundle(), Outside(siblings, limits)
    prefix = source.path.rpartition("/")[2].removesuffix(".index")
    table = iter(Table(source, limits))
    first = next(table, None)
    if first is None or first[0]:
        raise FormatError(f"{source.path} is a table, but no checkpoint: it has no header", where="0x0")
    _read_header(_message(source, first[1], limits), bundle, limits)
    try:
        for key, value in table:
            if bundle.version == 2:
                _read_entry(_message(source, value, limits), key, prefix, bundle, outside, limits)
    except FormatError as error:
        bundle.problems.tell(f"the index was not read to its end: {error.message}", error.where)
        bundle.complete = False
    for shard in range(bundle.shards if bundle.version == 2 else 0):
        outside.size(_data_file(prefix, shard, bundle.shards))
    return bundle, outside


def _message(source: ByteSource, data: bytes, limits: Limits) -> Message:
    return open_message(MemorySource(source.path, data), limits)


def _data_file(prefix: str, shard: int, shards: int) -> str:
    return f"{prefix}.data-{shard:05}-of-{shards:05}"


def _read_header(message: Message, bundle: Bundle, limits: Limits) -> None:
    """Read `BundleHeaderProto`; the checkpoints of old have `SavedTensorSlices` in its place, which lists all tensors."""
    for field in message:
        if field.number == 1 and field.kind == BYTES:
            bundle.version = 1
            _read_old(message.inside(field), bundle, limits)
        elif field.number == 1:
            require(_SHARDS, field.value, "data files", message.wire.source.path)
            bundle.shards = field.value
        elif field.number == 2 and field.kind != BYTES:
            bundle.is_big_endian = field.value == 1
        elif field.number == 3 and field.kind == BYTES:
            _read_version(message.inside(field), bundle)
    bundle.versions["checkpoint"] = f"V{bundle.version}"


def _read_version(message: Message, bundle: Bundle) -> None:
    for field in message:
        if field.number == 1:
            bundle.versions["tensor-bundle"] = str(field.signed)


def _read_old(message: Message, bundle: Bundle, limits: Limits) -> None:
    for field in message:
        if field.number == 1:
            _take(_read_slice_meta(message.inside(field), limits), bundle, limits, message)


def _read_slice_meta(message: Message, limits: Limits) -> Tensor:
    name, dtype = "", "TYPE_0"
    shape: tuple[int, ...] = ()
    for field in message:
        if field.number == 1:
            name = message.text(field, limits.text)
        elif field.number == 2:
            shape = _closed(read_shape(message.inside(field)) or ())
        elif field.number == 3:
            dtype = dtype_name(field.value)
    return Tensor(name, shape, dtype, min(stored_bytes(shape, dtype) or 0, 2**63 - 1))


def _closed(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple([max(0, extent) for extent in shape])


def _take(tensor: Tensor, bundle: Bundle, limits: Limits, message: Message) -> None:
    require(limits.tensors, len(bundle.tensors) + 1, "tensors", message.wire.source.path)
    bundle.tensors.append(tensor)


class _Entry(msgspec.Struct):
    """`BundleEntryProto`, in its own words."""

    dtype: str = "TYPE_0"
    shape: tuple[int, ...] = ()
    shard: int = 0
    offset: int = 0
    size: int = 0
    slices: int = 0


def _read_entry(message: Message, key: bytes, prefix: str, bundle: Bundle, outside: Outside, limits: Limits) -> None:
    entry = _Entry()
    for field in message:
        if field.number == 1:
            entry.dtype = dtype_name(field.value)
        elif field.number == 2:
            entry.shape = _closed(read_shape(message.inside(field)) or ())
        elif field.number in (3, 4, 5):
            setattr(entry, ("shard", "offset", "size")[field.number - 3], field.signed)
        elif field.number == 7:
            entry.slices += 1
    name = plain_text(key.decode("utf-8", "replace"), limits.text)
    if not entry.slices:
        _check_place(entry, name, prefix, bundle, outside)
    if not key.startswith(b"\0"):
        # A partitioned tensor's slices have entries of their own, under keys that begin with a null byte.
        nbytes = stored_bytes(entry.shape, entry.dtype) or 0 if entry.slices else max(0, entry.size)
        file = "" if entry.slices else _data_file(prefix, entry.shard, bundle.shards)
        at = entry.offset if file and entry.offset >= 0 else None
        tensor = Tensor(name, entry.shape, entry.dtype, min(nbytes, 2**63 - 1), at, file)
        _take(tensor, bundle, limits, message)


def _check_place(entry: _Entry, name: str, prefix: str, bundle: Bundle, outside: Outside) -> None:
    if not 0 <= entry.shard < bundle.shards:
        bundle.tell_odd(f"{name} lies in data file {entry.shard} of {bundle.shards}", name)
        return
    outside.check(_data_file(prefix, entry.shard, bundle.shards), entry.offset, entry.size, name)
    needed = stored_bytes(entry.shape, entry.dtype)
    if needed is not None and needed != entry.size:
        bundle.tell_odd(f"{name} needs {needed:,} bytes, {entry.size:,} are kept for it", name)
