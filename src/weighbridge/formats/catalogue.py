"""Which reader reads which file: by content first, by extension only where the content leaves a choice.

A reader's module is imported when a file asks for it, so that looking at one safetensors file costs one import.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Protocol

import msgspec

from weighbridge.errors import FormatError
from weighbridge.formats.binary import LIMITS, Limits, Siblings, no_siblings
from weighbridge.formats.held import HeldSource
from weighbridge.model import ByteSource, Format, Inspection, Problem

HEAD = 4096
PROBLEMS = 500
LFS_POINTER = b"version https://git-lfs.github.com/spec/"

_ZIP = ((0, b"PK\x03\x04"), (0, b"PK\x05\x06"))
_HDF5 = (
    (0, b"\x89HDF\r\n\x1a\n"),
    (512, b"\x89HDF\r\n\x1a\n"),
    (1024, b"\x89HDF\r\n\x1a\n"),
    (2048, b"\x89HDF\r\n\x1a\n"),
)
_PICKLE = ((0, b"\x80"),)
_COMPRESSED = (
    (0, b"\x78"), (0, b"\x1f\x8b"), (0, b"BZh"), (0, b"\xfd7zXZ\x00"), (0, b"\x5d\x00\x00"),
    (0, b"\x04\x22\x4d\x18"), (0, b"LZ4"), (0, b"\x28\xb5\x2f\xfd"), (0, b"ZF"),
)  # fmt: skip


class FormatReader(Protocol):
    """Reads one family of formats. A module offers one as `READER`."""

    @property
    def formats(self) -> tuple[Format, ...]:
        """The formats that it can return."""

    @property
    def suffixes(self) -> tuple[str, ...]:
        """The extensions, in lower case with their dot, under which they usually go."""

    def recognise(self, head: bytes, source: ByteSource) -> Format | None:
        """Return the file's format by its content, None where it is another's. Never by its name.

        `head` holds the first 4 KiB; `source` may be looked at further (a zip's tail). May raise `FormatError`, which
        counts as None.
        """

    def inspect(self, source: ByteSource, siblings: Siblings, limits: Limits) -> Inspection:
        """Return what the file holds. Raises `FormatError` or `LimitExceeded`, nothing else, where it cannot be read.

        Called also for files that nobody recognised, by their extension: the error then tells what is wrong with them.
        """


class Row(msgspec.Struct, frozen=True):
    """A reader not yet imported: its module, its usual extensions, and the bytes with which its files may begin.

    A reader without fixed first bytes (`is_structural`) is asked about every file that no other recognises.
    """

    module: str
    suffixes: tuple[str, ...]
    magics: tuple[tuple[int, bytes], ...] = ()
    is_structural: bool = False

    def starts(self, head: bytes) -> bool:
        """Whether the head holds one of the first bytes."""
        return any(head.startswith(magic, offset) for offset, magic in self.magics)

    def load(self) -> FormatReader | None:
        """Import the module and return its reader; None where this build does not have it."""
        name = f"weighbridge.formats.{self.module}"
        try:
            reader: FormatReader = importlib.import_module(name).READER
        except ModuleNotFoundError as error:
            if error.name != name:
                raise
            return None
        return reader


# Asked in this order: what is stricter stands before what is laxer, what is specific before what is general.
ROWS: tuple[Row, ...] = (
    Row("safetensors", (".safetensors",), ((8, b"{"),)),
    Row("gguf", (".gguf",), ((0, b"GGUF"),)),
    Row("tflite", (".tflite",), ((4, b"TFL3"),)),
    Row("keras", (".keras", ".h5", ".hdf5"), (*_ZIP, *_HDF5)),
    Row("hdf5", (".h5", ".hdf5"), _HDF5),
    Row("numpy", (".npy", ".npz"), ((0, b"\x93NUMPY"), *_ZIP)),
    Row("torchscript", (".pt", ".pth", ".ptl", ".torchscript", ".ts"), _ZIP),
    Row("pytorch", (".pt", ".pth", ".bin", ".ckpt", ".pkl"), (*_ZIP, *_PICKLE, (257, b"ustar")), is_structural=True),
    Row("coreml", (".mlmodel", ".mlpackage"), _ZIP, is_structural=True),
    Row("openvino", (".xml",), ((0, b"<?xml"), (0, b"<net"), (0, b"\xef\xbb\xbf<"))),
    Row("joblib", (".joblib", ".pkl", ".z", ".gz", ".bz2", ".xz", ".lzma", ".lz4"), (*_PICKLE, *_COMPRESSED)),
    Row("onnx", (".onnx",), is_structural=True),
    Row("tensorflow", (".pb", ".index", ".ckpt"), is_structural=True),
    Row("flax", (".msgpack",), is_structural=True),
    Row("pickle", (".pkl", ".pickle", ".dat", ".data"), _PICKLE, is_structural=True),
    Row("archive", (".zip",), _ZIP, is_structural=True),
)


def identify(source: ByteSource) -> Format:
    """Return the file's format by its content; `UNRECOGNISED` where no reader knows it."""
    found = _find(HeldSource.over(source))
    return found[1] if found else Format.UNRECOGNISED


def inspect(source: ByteSource, siblings: Siblings = no_siblings, limits: Limits = LIMITS) -> Inspection:
    """Return what a file holds, without executing anything of it.

    A file that no reader recognises is given to the reader of its extension, whose error then tells what is wrong; one
    with a foreign extension comes back as `UNRECOGNISED` and not complete. Raises `FormatError`, `LimitExceeded`,
    `SourceError`.
    """
    held = HeldSource.over(source)
    _refuse_placeholders(held)
    found = _find(held)
    if found:
        return _cut(found[0].inspect(held, siblings, limits))
    for row in _with_suffix(_suffix(held.path)):
        reader = row.load()
        if reader is not None:
            return _cut(reader.inspect(held, siblings, limits))
    problem = Problem("its content is of no format known here", "0x0")
    return Inspection(source.path, Format.UNRECOGNISED, source.size, problems=(problem,), complete=False)


def _cut(inspection: Inspection) -> Inspection:
    """Tell no more problems of one file than a person could read."""
    more = len(inspection.problems) - PROBLEMS
    if more <= 0:
        return inspection
    problems = (*inspection.problems[:PROBLEMS], Problem(f"and {more:,} more"))
    return msgspec.structs.replace(inspection, problems=problems)


def _refuse_placeholders(source: HeldSource) -> None:
    if source.size == 0:
        raise FormatError(f"{source.path} is empty", where="0x0", hint="Fetch the file again or take it out.")
    if source.head(HEAD).startswith(LFS_POINTER):
        raise FormatError(
            f"{source.path} is a Git LFS pointer, not the file itself",
            where="0x0",
            hint="Run `git lfs pull`, or download the model with `hf download`.",
        )


def _find(source: HeldSource) -> tuple[FormatReader, Format] | None:
    head = source.head(HEAD)
    for row in _candidates(head, _suffix(source.path)):
        reader = row.load()
        if reader is None:
            continue
        try:
            recognised = reader.recognise(head, source)
        except FormatError:
            continue
        if recognised is not None:
            return reader, recognised
    return None


def _candidates(head: bytes, suffix: str) -> Iterator[Row]:
    """Every reader worth asking, once: those of the extension, those of the first bytes, then the structural ones."""
    namesakes = _with_suffix(suffix)
    yield from namesakes
    started = [row for row in ROWS if row.starts(head) and row not in namesakes]
    yield from started
    for row in ROWS:
        if row.is_structural and row not in namesakes and row not in started:
            yield row


def _with_suffix(suffix: str) -> list[Row]:
    return [row for row in ROWS if suffix in row.suffixes]


def _suffix(path: str) -> str:
    stem, dot, extension = path.rpartition("/")[2].rpartition(".")
    return f".{extension.lower()}" if dot and stem else ""
