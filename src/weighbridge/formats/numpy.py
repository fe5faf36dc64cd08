"""NumPy's `.npy` and `.npz`: a small header before plain numbers; arrays of objects are told, never unpickled."""

from __future__ import annotations

import ast
import re
import warnings
from typing import Any

import msgspec

from weighbridge.errors import FormatError, LimitExceeded
from weighbridge.formats.archive import Archive, Member, open_archive
from weighbridge.formats.binary import Cursor, Limits, MemorySource, Siblings
from weighbridge.formats.dtypes import from_code
from weighbridge.model import ByteSource, Format, Inspection, Problem, Tensor

MAGIC = b"\x93NUMPY"
# NumPy itself evaluates no longer header than this without being asked to (`max_header_size`).
HEADER_LIMIT = 10_000
_RANK = 64
_FIELDS = 1000
_SUFFIX = ".npy"
_PYTHON_2_LONG = re.compile(r"(?<=\d)L(?=[,) ])")


class _Header(msgspec.Struct, frozen=True):
    """An array as its header describes it; `width` is one element's in bytes, `start` where the numbers begin."""

    shape: tuple[int, ...]
    dtype: str
    width: int
    start: int
    version: str
    is_pickled: bool = False
    is_permuted: bool = False

    @property
    def nbytes(self) -> int:
        """Bytes of all elements."""
        count = self.width
        for extent in self.shape:
            count *= extent
        return count


class _NumpyReader:
    """The reader of both; in an archive every member's header is read."""

    formats = (Format.NUMPY, Format.NUMPY_ZIP)
    suffixes = (".npy", ".npz")

    def recognise(self, head: bytes, source: ByteSource) -> Format | None:
        """Return `NUMPY` for the magic bytes, `NUMPY_ZIP` for a zip with `.npy` members that is no torch checkpoint."""
        if head.startswith(MAGIC):
            return Format.NUMPY
        if not head.startswith(b"PK"):
            return None
        names = open_archive(source).names
        holds_arrays = any(name.endswith(_SUFFIX) for name in names)
        is_checkpoint = any(name.endswith("data.pkl") for name in names)
        return Format.NUMPY_ZIP if holds_arrays and not is_checkpoint else None

    def inspect(self, source: ByteSource, _siblings: Siblings, limits: Limits) -> Inspection:
        """Return one tensor for an array, one a member for an archive."""
        if source.read_at(0, 2) == b"PK":
            return _inspect_archive(source, open_archive(source, limits), limits)
        header = read_header(source)
        problems = _check(header, source.size, "the array")
        name = source.path.rpartition("/")[2].removesuffix(_SUFFIX)
        return Inspection(
            source.path,
            Format.NUMPY,
            source.size,
            _tensors(name, header, header.start),
            versions={"npy": header.version},
            problems=tuple(problems),
            complete=not header.is_pickled and header.start + header.nbytes <= source.size,
        )


READER = _NumpyReader()


def read_header(source: ByteSource, offset: int = 0) -> _Header:
    """Return the header of the array that begins at `offset`. Raises `FormatError` when it is malformed."""
    cursor = Cursor(source, offset, block=4096)
    if cursor.take(6, "magic") != MAGIC:
        raise FormatError(f"{source.path} does not begin as a NumPy array", where=f"{offset:#x}")
    major, minor = cursor.u8(), cursor.u8()
    if not 1 <= major <= 3:
        raise FormatError(f"{source.path} states version {major}.{minor} of the npy format", where=f"{offset + 6:#x}")
    length = int.from_bytes(cursor.take(2 if major == 1 else 4, "header length"), "little")
    if length > HEADER_LIMIT:
        raise LimitExceeded(
            f"{source.path} has an array header of {length:,} bytes; NumPy refuses more than {HEADER_LIMIT:,}",
            where=f"{offset + 8:#x}",
        )
    text = cursor.take(length, "header").decode("utf-8" if major == 3 else "latin-1", "replace")
    shape, descriptor, by_columns = _parse(text, source.path, f"{offset:#x}")
    dtype, width = _describe(descriptor, source.path)
    is_permuted = by_columns and sum(extent > 1 for extent in shape) > 1
    return _Header(shape, dtype, width, cursor.offset, f"{major}.{minor}", _holds_objects(descriptor), is_permuted)


def _parse(text: str, path: str, where: str) -> tuple[tuple[int, ...], Any, bool]:
    """Read the header's Python literal: shape, type, and whether it goes by columns. Nothing is evaluated but constants."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # Python 2 wrote long integers with an L.
            stated = ast.literal_eval(_PYTHON_2_LONG.sub("", text.strip()))
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError) as error:
        raise FormatError(f"{path} has an array header that is no Python literal", where=where) from error
    if not isinstance(stated, dict) or not {"descr", "fortran_order", "shape"} <= stated.keys():
        raise FormatError(f"{path} has an array header without descr, fortran_order and shape", where=where)
    shape = stated["shape"]
    is_shape = isinstance(shape, tuple) and len(shape) <= _RANK
    if not is_shape or not all(type(extent) is int and 0 <= extent < 2**63 for extent in shape):
        raise FormatError(f"{path} has an array header with the shape {_brief(shape)}", where=where)
    return shape, stated["descr"], stated["fortran_order"] is True


def _describe(descriptor: Any, path: str) -> tuple[str, int]:
    """Return the element type and its width; records are called `RECORD`, objects `OBJECT`."""
    if _holds_objects(descriptor):
        return "OBJECT", 0
    if isinstance(descriptor, str):
        known = from_code(descriptor)
        if known is not None:
            return known
    elif isinstance(descriptor, list):
        return "RECORD", _record_width(descriptor, path)
    elif _is_subarray(descriptor):
        dtype, width = _describe(descriptor[0], path)
        return dtype, width * _product(descriptor[1])
    raise FormatError(f"{path} has an array of the unknown type {_brief(descriptor)}")


def _record_width(fields: list[Any], path: str) -> int:
    if len(fields) > _FIELDS:
        raise LimitExceeded(f"{path} has records of {len(fields):,} fields; the limit is {_FIELDS:,}")
    width = 0
    for field in fields:
        if not isinstance(field, tuple) or len(field) not in (2, 3):
            raise FormatError(f"{path} has a record field that is no pair: {_brief(field)}")
        times = _product(field[2]) if len(field) == 3 else 1
        width += _describe(field[1], path)[1] * times
    return width


def _is_subarray(descriptor: Any) -> bool:
    return isinstance(descriptor, tuple) and len(descriptor) == 2


def _product(shape: Any) -> int:
    extents = shape if isinstance(shape, tuple) else (shape,)
    if len(extents) > _RANK or not all(type(extent) is int and 0 <= extent < 2**63 for extent in extents):
        raise FormatError(f"a record field has the shape {_brief(shape)}")
    count = 1
    for extent in extents:
        count *= extent
    return count


def _brief(value: Any) -> str:
    try:
        return repr(value)[:60]
    except ValueError:
        return "a number too long to be written"


def _holds_objects(descriptor: Any) -> bool:
    if isinstance(descriptor, str):
        return descriptor.lstrip("<>=|") in ("O", "O4", "O8", "object")
    if isinstance(descriptor, list):
        return any(isinstance(field, tuple) and len(field) > 1 and _holds_objects(field[1]) for field in descriptor)
    return _is_subarray(descriptor) and _holds_objects(descriptor[0])


def _check(header: _Header, size: int, what: str) -> list[Problem]:
    where = f"{header.start:#x}"
    if header.is_pickled:
        message = f"{what} holds Python objects as a pickle, which runs code when it is loaded; it was not read"
        return [Problem(message, where)]
    end = header.start + header.nbytes
    if end > size:
        return [Problem(f"{what} is cut off: it needs {end:,} bytes, there are {size:,}", where)]
    return [Problem(f"{size - end:,} bytes follow {what}", f"{end:#x}")] if end < size else []


def _tensors(name: str, header: _Header, offset: int | None) -> tuple[Tensor, ...]:
    return (Tensor(name, header.shape, header.dtype, header.nbytes, offset, is_permuted=header.is_permuted),)


def _inspect_archive(source: ByteSource, archive: Archive, limits: Limits) -> Inspection:
    tensors: list[Tensor] = []
    problems: list[Problem] = []
    versions: dict[str, str] = {}
    complete = archive.complete
    for member in archive.members:
        try:
            header = _member_header(archive, member)
        except FormatError as error:
            problems.append(Problem(error.message, member.name))
            complete = False
            continue
        problems += [Problem(p.message, member.name) for p in _check(header, member.size, member.name)]
        complete &= not header.is_pickled and header.start + header.nbytes <= member.size
        versions["npy"] = max(versions.get("npy", ""), header.version)
        at = archive.data_offset(member) + header.start if member.method == 0 else None
        tensors += _tensors(member.name.removesuffix(_SUFFIX)[: limits.text], header, at)
    return Inspection(
        source.path,
        Format.NUMPY_ZIP,
        source.size,
        tuple(tensors),
        versions=versions,
        problems=(*archive.problems, *problems),
        complete=complete,
    )


def _member_header(archive: Archive, member: Member) -> _Header:
    if member.is_folder:
        raise FormatError(f"{member.name} is a folder")
    return read_header(MemorySource(member.name, archive.prefix(member, HEADER_LIMIT + 12)))
