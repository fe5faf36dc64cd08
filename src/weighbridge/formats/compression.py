"""Files that are compressed as a whole: unpacked into a bounded temporary file, so that memory stays flat."""

from __future__ import annotations

import bz2
import importlib
import lzma
import tempfile
import zlib
from collections.abc import Callable, Iterator
from typing import IO, Any

from weighbridge.errors import FormatError, LimitExceeded
from weighbridge.formats.binary import Limits
from weighbridge.model import ByteSource

_CHUNK = 256 * 1024
_IN_MEMORY = 8 * 1024 * 1024


class Unpacked:
    """A `ByteSource` over what a compressed file holds."""

    def __init__(self, path: str, file: IO[bytes], size: int) -> None:
        self.path = path
        self.size = size
        self._file = file

    def read_at(self, offset: int, length: int) -> bytes:
        """Return `length` bytes from `offset`; fewer only at the end."""
        self._file.seek(offset)
        return self._file.read(max(0, length))


def codec_of(head: bytes) -> str:
    """Return the name of the compression that a file begins with, empty for none."""
    return next((name for magic, name in _MAGICS if head.startswith(magic)), "")


def unpack(source: ByteSource, limits: Limits) -> Unpacked:
    """Return what a compressed file holds. Raises `FormatError` when it is broken, `LimitExceeded` when it is too much."""
    codec = codec_of(source.read_at(0, 16))
    if not codec:
        raise FormatError(f"{source.path} is not compressed in a way known here", where="0x0")
    file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed with the object that reads it
    size = 0
    for part in _parts(source, codec):
        size += len(part)
        if size > limits.inflated_bytes:
            raise LimitExceeded(f"{source.path} unpacks to more than {limits.inflated_bytes:,} bytes")
        file.write(part)
    return Unpacked(source.path, file, size)


def _parts(source: ByteSource, codec: str) -> Iterator[bytes]:
    skip = 0
    if codec == "joblib-zlib":  # the oldest joblib: a magic, the length as text in 19 characters, a zlib stream
        codec, skip = "zlib", 2 + 19
    decompressor = _decompressors()[codec]()
    try:
        for offset in range(skip, source.size, _CHUNK):
            data = source.read_at(offset, _CHUNK)
            yield from _fed(decompressor, data)
            if getattr(decompressor, "eof", False):
                return
    except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, RuntimeError) as error:
        raise FormatError(f"{source.path} cannot be unpacked: {type(error).__name__}") from None
    raise FormatError(f"{source.path} ends in the middle of its compressed data")


def _fed(decompressor: Any, data: bytes) -> Iterator[bytes]:
    """Yield what a chunk unpacks to, in bounded parts: a bomb must not fill memory before it is counted."""
    try:
        yield decompressor.decompress(data, _CHUNK)
    except TypeError:  # zstandard and lz4 take no bound
        yield decompressor.decompress(data)
        return
    while not decompressor.eof and not _is_hungry(decompressor):
        tail = getattr(decompressor, "unconsumed_tail", b"")
        yield decompressor.decompress(tail, _CHUNK)


def _is_hungry(decompressor: Any) -> bool:
    if hasattr(decompressor, "unconsumed_tail"):
        return not decompressor.unconsumed_tail
    return bool(decompressor.needs_input)


def _decompressors() -> dict[str, Callable[[], Any]]:
    return {
        "zlib": lambda: zlib.decompressobj(zlib.MAX_WBITS | 32),
        "bz2": bz2.BZ2Decompressor,
        "lzma": lambda: lzma.LZMADecompressor(lzma.FORMAT_AUTO),
        "lz4": lambda: _optional("lz4.frame").LZ4FrameDecompressor(),
        "zstd": lambda: _optional("zstandard").ZstdDecompressor().decompressobj(),
    }


def _optional(module: str) -> Any:
    """Import a codec that is not installed by default. Raises `LimitExceeded` where it is absent."""
    try:
        return importlib.import_module(module)
    except ImportError:
        raise LimitExceeded(
            f"the codec {module.partition('.')[0]} is not installed", hint="Install weighbridge[codecs]."
        ) from None


_MAGICS = (
    (b"\x78\x01", "zlib"), (b"\x78\x5e", "zlib"), (b"\x78\x9c", "zlib"), (b"\x78\xda", "zlib"), (b"\x1f\x8b", "zlib"),
    (b"BZh", "bz2"), (b"\xfd7zXZ\x00", "lzma"), (b"\x5d\x00\x00", "lzma"), (b"\x04\x22\x4d\x18", "lz4"),
    (b"\x28\xb5\x2f\xfd", "zstd"), (b"ZF", "joblib-zlib"),
)  # fmt: skip
