"""safetensors: a length, a JSON header, and the tensors' bytes one after the other.

Follows the library's own validation (`safetensors/src/tensor.rs`) and says where a file departs from it, but gives the
inventory of a departing file as far as its header tells it.
"""

from __future__ import annotations

import json
from typing import Annotated, Any

import msgspec

from weighbridge.errors import FormatError
from weighbridge.formats.binary import Limits, Siblings, require
from weighbridge.formats.metadata import ENTRIES, plain_text, tame
from weighbridge.model import DTYPE_BITS, ByteSource, Format, Inspection, Problem, Tensor

# The library refuses longer headers.
HEADER_LIMIT = 100_000_000
# A header that is not written compactly is parsed a second time to find names that stand in it twice.
RECHECK_LIMIT = 8 * 1024 * 1024
_RANK = 64
_PADDING = b" \t\r\n"

_FRAMEWORKS = {
    "pt": "PyTorch", "tf": "TensorFlow", "flax": "Flax", "jax": "JAX", "np": "NumPy", "mlx": "MLX", "paddle": "PaddlePaddle",
}  # fmt: skip
_QUANTISATION_KEYS = ("quantization", "quantisation", "quant_method", "quantization_method")

_Count = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]


class _Entry(msgspec.Struct, forbid_unknown_fields=True):
    """One tensor as the header tells it; the offsets count from the header's end."""

    dtype: str
    shape: Annotated[list[_Count], msgspec.Meta(max_length=_RANK)]
    data_offsets: tuple[_Count, _Count]


_members = msgspec.json.Decoder(dict[str, msgspec.Raw])
_entry = msgspec.json.Decoder(_Entry)
_metadata = msgspec.json.Decoder(dict[str, str])
_encode = msgspec.json.encode


class _Header(msgspec.Struct):
    """The header's content; `start` is where the tensors' bytes begin in the file."""

    start: int
    tensors: list[Tensor]
    metadata: dict[str, str]
    problems: list[Problem]
    complete: bool = True


class _SafetensorsReader:
    """The reader."""

    formats = (Format.SAFETENSORS,)
    suffixes = (".safetensors",)

    def recognise(self, head: bytes, _source: ByteSource) -> Format | None:
        """Return `SAFETENSORS` for a plausible length before a JSON object of names."""
        length = int.from_bytes(head[:8], "little")
        begins = head[8:64].lstrip(_PADDING)
        is_object = begins.startswith(b"{") and begins[1:].lstrip(_PADDING)[:1] in (b'"', b"}", b"")
        return Format.SAFETENSORS if 2 <= length <= HEADER_LIMIT and is_object else None

    def inspect(self, source: ByteSource, _siblings: Siblings, limits: Limits) -> Inspection:
        """Return the inventory in the order of the data, with every departure from the format."""
        raw = _read_header(source, limits)
        header = _parse(source.path, raw, limits)
        problems = header.problems + _check_layout(header, source.size)
        return Inspection(
            source.path,
            Format.SAFETENSORS,
            source.size,
            tuple(header.tensors),
            _shown(header.metadata, limits),
            producer=_FRAMEWORKS.get(header.metadata.get("format", ""), ""),
            quantisation=_quantisation(header.metadata),
            problems=tuple(problems),
            complete=header.complete and _end(header) <= source.size,
        )


READER = _SafetensorsReader()


def _read_header(source: ByteSource, limits: Limits) -> bytes:
    prefix = source.read_at(0, 8)
    if len(prefix) < 8:
        raise FormatError(f"{source.path} has {source.size} bytes; a safetensors file has at least 8", where="0x0")
    length = int.from_bytes(prefix, "little")
    if length > source.size - 8:
        message = f"{source.path} announces a header of {length:,} bytes, but {source.size - 8:,} remain"
        raise FormatError(message, where="0x0", hint="The file is cut off or is no safetensors file.")
    require(min(HEADER_LIMIT, limits.header_bytes), length, "bytes of header", source.path, "0x0")
    raw = source.read_at(8, length)
    if len(raw) < length:
        raise FormatError(f"{source.path} ended early", where="0x8")
    return raw


def _parse(path: str, raw: bytes, limits: Limits) -> _Header:
    try:
        members = _members.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise FormatError(f"{path} has a header that is no JSON object: {error}", where="0x8") from error
    require(limits.tensors, len(members), "tensors", path, "0x8")
    header = _Header(8 + len(raw), [], {}, [])
    is_compact = _join(members) == raw.rstrip(_PADDING)
    if "__metadata__" in members:
        is_compact &= _take_metadata(header, members.pop("__metadata__"))
    for name, value in members.items():
        is_compact &= _take_tensor(header, name, value)
    if not is_compact:
        _find_duplicates(header, raw)
    header.tensors.sort(key=lambda tensor: (tensor.offset, tensor.nbytes, tensor.name))
    return header


def _join(members: dict[str, msgspec.Raw]) -> bytes:
    """Write the header anew from what was decoded: a name that stood in it twice now stands in it once."""
    return b"{" + b",".join([_encode(name) + b":" + bytes(value) for name, value in members.items()]) + b"}"


def _take_metadata(header: _Header, value: msgspec.Raw) -> bool:
    try:
        header.metadata = _metadata.decode(value)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        header.problems.append(Problem(f"__metadata__ is no map of texts: {error}", "__metadata__"))
        return False
    return _encode(header.metadata) == bytes(value)


def _take_tensor(header: _Header, name: str, value: msgspec.Raw) -> bool:
    """Add the tensor; return whether its entry is written compactly, so that nothing in it can be there twice."""
    try:
        entry = _entry.decode(value)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        header.problems.append(Problem(f"the entry of tensor {name} is malformed: {error}", name))
        header.complete = False
        return False
    begin, end = entry.data_offsets
    if end < begin:
        header.problems.append(Problem(f"tensor {name} ends at {end:,}, before its begin at {begin:,}", name))
    tensor = Tensor(name, tuple(entry.shape), entry.dtype, max(0, end - begin), header.start + begin)
    header.tensors.append(tensor)
    _check_size(header, tensor)
    return _encode(entry) == bytes(value)


def _check_size(header: _Header, tensor: Tensor) -> None:
    bits = DTYPE_BITS.get(tensor.dtype)
    if bits is None or bits != int(bits):
        header.problems.append(Problem(f"tensor {tensor.name} has the unknown dtype {tensor.dtype!r}", tensor.name))
        return
    needed = tensor.elements * int(bits)
    if needed != tensor.nbytes * 8:
        shape = " x ".join(map(str, tensor.shape)) or "scalar"
        header.problems.append(
            Problem(
                f"tensor {tensor.name} ({shape} {tensor.dtype}) needs {needed / 8:,.10g} bytes, "
                f"its offsets hold {tensor.nbytes:,}",
                tensor.name,
            )
        )


def _find_duplicates(header: _Header, raw: bytes) -> None:
    if len(raw) > RECHECK_LIMIT:
        header.problems.append(Problem("the header is too long to be checked for names that stand in it twice", "0x8"))
        header.complete = False
        return
    twice: list[str] = []

    def note(pairs: list[tuple[str, Any]]) -> None:
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                twice.append(key)
            seen.add(key)

    try:
        json.loads(raw, object_pairs_hook=note)
    except (ValueError, RecursionError) as error:
        header.problems.append(Problem(f"the header is read differently by different JSON readers: {error}", "0x8"))
    header.problems += [Problem(f"{name!r} stands in the header twice", name) for name in sorted(set(twice))]


def _check_layout(header: _Header, size: int) -> list[Problem]:
    """Compare the tensors' spans with each other and with the file: no overlap, no hole, nothing behind."""
    problems = []
    at, last = header.start, ""
    for tensor in header.tensors:
        begin = tensor.offset or 0
        if begin > at:
            problems.append(
                Problem(f"{begin - at:,} bytes before tensor {tensor.name} belong to no tensor", f"{at:#x}")
            )
        elif begin < at and tensor.nbytes:
            problems.append(Problem(f"tensors {last} and {tensor.name} share bytes", f"{begin:#x}"))
        if begin + tensor.nbytes > at:
            at, last = begin + tensor.nbytes, tensor.name
    if at > size:
        problems.append(Problem(f"the file is cut off: the tensors need {at:,} bytes, it has {size:,}", f"{size:#x}"))
    elif at < size:
        problems.append(Problem(f"{size - at:,} bytes follow the last tensor", f"{at:#x}"))
    return problems


def _end(header: _Header) -> int:
    return max((tensor.nbytes + (tensor.offset or 0) for tensor in header.tensors), default=header.start)


def _shown(metadata: dict[str, str], limits: Limits) -> dict[str, Any]:
    shown: dict[str, Any] = tame(dict(sorted(metadata.items())[:ENTRIES]), limits)
    return shown


def _quantisation(metadata: dict[str, str]) -> str:
    """The scheme where the file states it itself: as a plain value, or as a configuration in JSON."""
    for key in _QUANTISATION_KEYS:
        if metadata.get(key):
            return plain_text(metadata[key], 80)
    try:
        stated = msgspec.json.decode(metadata.get("quantization_config", "null"))
    except (msgspec.DecodeError, RecursionError):
        return ""
    method = stated.get("quant_method") if isinstance(stated, dict) else None
    return plain_text(method, 80) if isinstance(method, str) else ""
