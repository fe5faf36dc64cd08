"""A file of a registry, read by byte ranges."""

from __future__ import annotations

import re
import threading

from weighbridge.errors import SourceError
from weighbridge.sources.http import Answer, HubClient

# A header of a sharded file fits the first block; reading on in sequence doubles it.
_FIRST_BLOCK = 32 * 1024
_LARGEST_BLOCK = 8 * 1024 * 1024
# Files up to this length come whole, in one request.
_WHOLE = 256 * 1024
_HELD = 16 * 1024 * 1024
# How much of a file is taken from a server that ignores ranges.
_WITHOUT_RANGES = 64 * 1024 * 1024
_CONTENT_RANGE = re.compile(r"bytes (\d{1,19})-(\d{1,19})/(\d{1,19})")


class RemoteFile:
    """A `ByteSource` over HTTP ranges, with a bounded memory of what was read. Safe from several threads."""

    def __init__(self, client: HubClient, url: str, path: str, size: int | None) -> None:
        self.path = path
        self._client = client
        self._origin = url
        self._url = url
        self._size = size
        self._tag = ""
        self._spans: list[tuple[int, bytes]] = []
        self._block = _FIRST_BLOCK
        self._next = 0
        self._lock = threading.Lock()

    @property
    def size(self) -> int:
        """Length in bytes; asked for when the listing did not tell."""
        if self._size is None:
            with self._lock:
                self._fetch(0, _FIRST_BLOCK)
        if self._size is None:
            raise SourceError(f"the registry does not tell how long {self.path} is")
        return self._size

    def read_at(self, offset: int, length: int) -> bytes:
        """Return `length` bytes from `offset`; fewer only at the end. Raises `SourceError` when the server breaks off."""
        length = max(0, min(length, self.size - offset))
        if not length:
            return b""
        with self._lock:
            held = self._held(offset, length)
            return held if held is not None else self._read(offset, length)

    def _held(self, offset: int, length: int) -> bytes | None:
        for start, data in self._spans:
            if start <= offset and offset + length <= start + len(data):
                return data[offset - start : offset - start + length]
        return None

    def _read(self, offset: int, length: int) -> bytes:
        self._block = min(self._block * 2, _LARGEST_BLOCK) if offset == self._next and offset else _FIRST_BLOCK
        size = self.size
        start, ahead = (0, size) if size <= _WHOLE else (offset, max(length, self._block))
        data = self._fetch(start, min(ahead, size - start))
        if len(data) < offset - start + length:
            raise SourceError(f"the registry broke off while sending {self.path}", hint="Try again.")
        self._next = start + len(data)
        return data[offset - start : offset - start + length]

    def _fetch(self, start: int, length: int) -> bytes:
        """Ask for a range, from the address that answered last; once more from the registry when that has expired."""
        wanted = {"range": f"bytes={start}-{start + length - 1}"}
        limit = start + length if start + length <= _WITHOUT_RANGES else length
        try:
            answer = self._client.get(self._url, headers=wanted, limit=limit)
        except SourceError:
            if self._url == self._origin:
                raise
            self._url = self._origin
            answer = self._client.get(self._url, headers=wanted, limit=limit)
        self._url = answer.url
        first, data = self._checked(answer, start)
        self._remember(first, data)
        return data[start - first : start - first + length]

    def _checked(self, answer: Answer, start: int) -> tuple[int, bytes]:
        """Return where the body begins, and the body, after its headers were checked. Raises `SourceError`."""
        if answer.headers.get("content-encoding", "identity") != "identity":
            raise SourceError(f"the registry sends {self.path} compressed, so its ranges mean nothing")
        tag = answer.headers.get("etag", "")
        if self._tag and tag and tag != self._tag:
            raise SourceError(f"{self.path} changed while it was read", hint="Try again.")
        self._tag = tag or self._tag
        if answer.status == 206:
            match = _CONTENT_RANGE.fullmatch(answer.headers.get("content-range", ""))
            if match is None or int(match[1]) != start:
                raise SourceError(f"the registry answers with another range of {self.path} than was asked for")
            self._told_size(int(match[3]))
            return start, answer.body
        return self._whole(answer, start)

    def _whole(self, answer: Answer, start: int) -> tuple[int, bytes]:
        """Take the beginning of a file from a server that ignores ranges, as far as that is affordable."""
        announced = answer.headers.get("content-length", "")
        if announced.isdigit():
            self._told_size(int(announced[:19]))
        if start >= _WITHOUT_RANGES:
            raise SourceError(
                f"the registry ignores ranges, and {self.path} is too long to read from its beginning",
                hint="Download the model and audit the folder.",
            )
        return 0, answer.body

    def _told_size(self, size: int) -> None:
        if self._size is None:
            self._size = size
        elif self._size != size:
            raise SourceError(f"{self.path} has {size:,} bytes; the registry lists {self._size:,}")

    def _remember(self, start: int, data: bytes) -> None:
        self._spans.append((start, data))
        while len(self._spans) > 1 and sum(len(held) for _, held in self._spans) > _HELD:
            self._spans.pop(0)
