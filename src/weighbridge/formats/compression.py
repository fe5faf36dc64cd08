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
from weighbridge.formats.lz4 import Lz4
from weighbridge.model import ByteSource

_CHUNK = 256 * 1024
_IN_MEMORY = 8 * 1024 * 1024
# What a frame of zstd or a stream of LZMA may ask for as its dictionary.
_WINDOW = 128 * 1024 * 1024
# Four bytes of zstd may stand for 128 KiB: so many bytes for 16 MiB.
_SIP = 512


class Unpacked:
    """A `ByteSource` over what a compressed file holds.

    `end` is where the compressed bytes end in the file; `problem` says what stopped the unpacking before that, if so: a loader
    that unpacks as it reads has taken what came before.
    """

    def __init__(self, path: str, file: IO[bytes], size: int, end: int, problem: str = "") -> None:
        self.path = path
        self.size = size
        self.end = end
        self.problem = problem
        self._file = file

    def read_at(self, offset: int, length: int) -> bytes:
        """Return `length` bytes from `offset`; fewer only at the end."""
        self._file.seek(offset)
        return self._file.read(max(0, length))


def codec_of(head: bytes) -> str:
    """Return the name of the compression that a file begins with, empty for none."""
    return next((name for magic, name in _MAGICS if head.startswith(magic)), "")


def unpack(source: ByteSource, limits: Limits, *, lax: bool = False) -> Unpacked:
    """Return what a compressed file holds, all its streams one after the other.

    Raises `FormatError` when it is broken (when `lax`, only when nothing at all can be unpacked), `LimitExceeded` when it is too
    much.
    """
    codec = codec_of(source.read_at(0, 16))
    if not codec:
        raise FormatError(f"{source.path} is not compressed in a way known here", where="0x0")
    file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed with the object that reads it
    streams, size, problem = _Streams(source, codec), 0, ""
    try:
        for part in streams.parts():
            size += len(part)
            if size > limits.inflated_bytes:
                raise LimitExceeded(f"{source.path} unpacks to more than {limits.inflated_bytes:,} bytes")
            file.write(part)
    except LimitExceeded:
        raise
    except FormatError as error:
        if not lax or not size:
            raise
        problem = error.message
    return Unpacked(source.path, file, size, streams.end, problem)


class _Streams:
    """The compressed streams of a file; `end` is where the last one ended so far."""

    def __init__(self, source: ByteSource, codec: str) -> None:
        self.source = source
        self.end = 0
        # The oldest joblib: a magic, the length as text in 19 characters or fewer, a zlib stream.
        self._skip = _zf_header(source.read_at(0, 64)) if codec == "joblib-zlib" else 0
        self._codec = "zlib" if self._skip else codec

    def parts(self) -> Iterator[bytes]:
        """Yield what all streams unpack to. Raises `FormatError`, `LimitExceeded`."""
        yield from self._stream(self._skip)
        while not self._skip and self._goes_on():
            yield from self._stream(self.end)

    def _goes_on(self) -> bool:
        """Whether another stream of the same kind follows: gzip, bzip2, xz, lz4 and zstd are read on across them."""
        begin, following = self.source.read_at(0, 3), self.source.read_at(self.end, 3)
        return self.end < self.source.size and following == begin and not begin.startswith(b"\x78")

    def _stream(self, start: int) -> Iterator[bytes]:
        decompressor = _decompressors()[self._codec]()
        try:
            for offset in range(start, self.source.size, _CHUNK):
                data = self.source.read_at(offset, _CHUNK)
                yield from _fed(decompressor, data)
                if getattr(decompressor, "eof", False):
                    self.end = offset + len(data) - len(getattr(decompressor, "unused_data", b"") or b"")
                    return
        except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, RuntimeError) as error:
            raise FormatError(f"{self.source.path} cannot be unpacked: {type(error).__name__}") from None
        self.end = self.source.size
        raise FormatError(f"{self.source.path} ends in the middle of its compressed data")


def _zf_header(head: bytes) -> int:
    """Return where the zlib stream begins: behind the length in hexadecimal, padded with blanks to 16, 19 or 21 letters."""
    return next((at for at in range(18, 26) if head[at - 1 : at + 1] == b" \x78"), 2 + 19)


def _fed(decompressor: Any, data: bytes) -> Iterator[bytes]:
    """Yield what a chunk unpacks to, in bounded parts: a bomb must not fill memory before it is counted."""
    if isinstance(decompressor, Lz4):
        yield decompressor.decompress(data)
        return
    yield decompressor.decompress(data, _CHUNK)
    while not decompressor.eof and not _is_hungry(decompressor):
        tail = getattr(decompressor, "unconsumed_tail", b"")
        yield decompressor.decompress(tail, _CHUNK)


class _Zstd:
    """zstandard's decompressor, fed so little at a time that what comes of it is bounded: it takes no bound itself."""

    def __init__(self) -> None:
        module = _optional("zstandard")
        self._error: type[Exception] = module.ZstdError
        self._inner = module.ZstdDecompressor(max_window_size=_WINDOW).decompressobj()
        self._held = b""
        self.eof = False

    @property
    def unused_data(self) -> bytes:
        return bytes(self._inner.unused_data) + self._held

    @property
    def needs_input(self) -> bool:
        return not self._held

    def decompress(self, data: bytes, most: int) -> bytes:
        """Return what comes of some bytes; those left over are kept. Raises `ValueError` for broken data."""
        data, parts, length, at = self._held + data, [], 0, 0
        try:
            while at < len(data) and length < most and not self.eof:
                parts.append(self._inner.decompress(data[at : at + _SIP]))
                length += len(parts[-1])
                at += _SIP
                self.eof = self._inner.eof
        except self._error as error:
            raise ValueError(str(error)) from None
        self._held = data[at:]
        return b"".join(parts)


def _is_hungry(decompressor: Any) -> bool:
    if hasattr(decompressor, "unconsumed_tail"):
        return not decompressor.unconsumed_tail
    return bool(decompressor.needs_input)


def _decompressors() -> dict[str, Callable[[], Any]]:
    return {
        "zlib": lambda: zlib.decompressobj(zlib.MAX_WBITS | 32),
        "bz2": bz2.BZ2Decompressor,
        "lzma": lambda: lzma.LZMADecompressor(lzma.FORMAT_AUTO, memlimit=2 * _WINDOW),
        "lz4": _lz4,
        "zstd": _Zstd,
    }


def _lz4() -> Any:
    """Return the installed codec, or the one in Python, which takes longer and gives the same."""
    try:
        return _optional("lz4.frame").LZ4FrameDecompressor()
    except LimitExceeded:
        return Lz4()


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
