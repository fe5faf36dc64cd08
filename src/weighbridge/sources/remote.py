"""A file of a registry, read by byte ranges."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from urllib.parse import urlsplit

from weighbridge.errors import ConnectionLost, OfflineError, RateLimited, SourceError
from weighbridge.sources.http import Answer, HubClient

BLOCK = 16 * 1024
# What the first look at a file fetches: the header of most shards, without becoming megabytes over hundreds of them.
_FIRST = 2 * BLOCK
# Reading on in sequence doubles what is fetched ahead, up to here.
_AHEAD = 4 * 1024 * 1024
# Files up to this length come whole, in one request.
_WHOLE = 64 * 1024
# Longer reads are not cut into blocks: whoever asks for that much keeps it himself.
_LONG = 1024 * 1024
_PIECE = 32 * 1024 * 1024
# How much of a file is taken from a server that ignores ranges.
_WITHOUT_RANGES = 16 * 1024 * 1024
_CONTENT_RANGE = re.compile(r"bytes (\d{1,19})-(\d{1,19})/(\d{1,19})")


class BlockCache:
    """Blocks of many files, together never more than `limit` bytes; the least recently used are forgotten first."""

    def __init__(self, limit: int = 64 * 1024 * 1024) -> None:
        self._room = limit // BLOCK
        self._blocks: OrderedDict[tuple[str, int], bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, path: str, number: int) -> bytes | None:
        """Return a block, None when it is not held."""
        with self._lock:
            data = self._blocks.get((path, number))
            if data is not None:
                self._blocks.move_to_end((path, number))
            return data

    def put(self, path: str, number: int, data: bytes) -> None:
        """Hold a block."""
        with self._lock:
            self._blocks[path, number] = data
            self._blocks.move_to_end((path, number))
            if len(self._blocks) > self._room:
                self._blocks.popitem(last=False)


class RemoteFile:
    """A `ByteSource` over HTTP ranges. Safe from several threads.

    The registry redirects a large file to its storage; that address is used for all later ranges, until it expires.
    """

    def __init__(self, client: HubClient, url: str, path: str, size: int | None, cache: BlockCache, name: str) -> None:
        self.path = path
        self._client = client
        self._registry_url = url
        self._url = url
        self._size = size
        self._cache = cache
        self._name = name
        self._tags: dict[str, str] = {}
        self._ahead = _FIRST
        self._next = -1
        self._takes_ranges = True
        self._lock = threading.RLock()

    @property
    def size(self) -> int:
        """Length in bytes; asked for when the listing did not tell. Raises `SourceError` when nobody does."""
        with self._lock:
            if self._size is None:
                self._load(0, 0)
        if self._size is None:
            raise SourceError(f"the registry does not tell how long {self.path} is")
        return self._size

    def read_at(self, offset: int, length: int) -> bytes:
        """Return `length` bytes from `offset`; fewer only at the end. Raises `SourceError` when the server breaks off."""
        length = min(length, self.size - offset)
        if offset < 0 or length <= 0:
            return b""
        with self._lock:
            return self._long(offset, length) if length > _LONG else self._short(offset, length)

    def _long(self, offset: int, length: int) -> bytes:
        ends = range(offset, offset + length, _PIECE)
        return b"".join([self._fetch(start, min(_PIECE, offset + length - start)) for start in ends])

    def _short(self, offset: int, length: int) -> bytes:
        first, last = offset // BLOCK, (offset + length - 1) // BLOCK
        held = {number: self._cache.get(self.path, number) for number in range(first, last + 1)}
        absent = [number for number, data in held.items() if data is None]
        if absent:
            held |= self._load(absent[0], absent[-1])
        data = b"".join([held[number] or b"" for number in range(first, last + 1)])
        return data[offset - first * BLOCK :][:length]

    def _load(self, first: int, last: int) -> dict[int, bytes | None]:
        """Fetch blocks, and what probably is read next, in one request."""
        self._ahead = min(self._ahead * 2, _AHEAD) if first == self._next else _FIRST
        size = self._size if self._size is not None else _FIRST
        if size <= _WHOLE:
            first, stop = 0, size
        else:
            stop = min(size, max((last + 1) * BLOCK, first * BLOCK + self._ahead))
        data = self._fetch(first * BLOCK, stop - first * BLOCK)
        self._next = -(-stop // BLOCK)
        return self._hold(first, data)

    def _hold(self, first: int, data: bytes) -> dict[int, bytes | None]:
        blocks: dict[int, bytes | None] = {}
        for at in range(0, len(data), BLOCK):
            block = data[at : at + BLOCK]
            blocks[first + at // BLOCK] = block
            self._cache.put(self.path, first + at // BLOCK, block)
        return blocks

    def _fetch(self, start: int, length: int) -> bytes:
        """Return a range, asked for at the address that answered last, once more at the registry when that has expired."""
        if not self._takes_ranges:
            self._require_near(start + length)
        try:
            answer = self._ask(start, length)
        except (ConnectionLost, RateLimited, OfflineError):
            raise
        except SourceError:
            if self._url == self._registry_url:
                raise
            self._url = self._registry_url
            answer = self._ask(start, length)
        self._url = answer.url
        data = self._checked(answer, start)[:length]
        if len(data) < length and start + len(data) < (self._size or 0):
            raise ConnectionLost(f"the registry broke off while sending {self.path}", hint="Try again.")
        return data

    def _ask(self, start: int, length: int) -> Answer:
        is_whole = start == 0 and length == self._size
        wanted = {} if is_whole else {"range": f"bytes={start}-{start + length - 1}"}
        limit = length
        if start + length <= _WITHOUT_RANGES:  # room for all that a server without ranges sends before what is wanted
            limit = start + length if self._takes_ranges else _WITHOUT_RANGES
        return self._client.get(self._url, headers=wanted, limit=limit, about=self._name)

    def _checked(self, answer: Answer, start: int) -> bytes:
        """Return the body from `start` on, after the answer's headers were checked. Raises `SourceError`."""
        if answer.headers.get("content-encoding", "identity") != "identity":
            raise SourceError(f"the registry sends {self.path} compressed, so its ranges mean nothing")
        self._check_tag(answer)
        if answer.status == 416:
            return self._nothing(answer)
        if answer.status == 206:
            match = _CONTENT_RANGE.fullmatch(answer.headers.get("content-range", ""))
            if match is None or int(match[1]) != start:
                raise SourceError(f"the registry answers with another range of {self.path} than was asked for")
            self._check_size(int(match[3]))
            return answer.body
        return self._from_beginning(answer, start)

    def _nothing(self, answer: Answer) -> bytes:
        """Take note that a file has no byte where one was asked for: it is empty, or not the file that is listed."""
        length = answer.headers.get("content-range", "").removeprefix("bytes */")
        if self._size is None and length == "0":
            self._size = 0
            return b""
        raise SourceError(f"{self.path} is shorter than the registry lists")

    def _from_beginning(self, answer: Answer, start: int) -> bytes:
        """Take what is wanted from a whole file, as far as a server that ignores ranges makes that affordable."""
        announced = answer.headers.get("content-length", "")
        if announced.isascii() and announced.isdigit():
            self._check_size(int(announced[:19]))
        if start or len(answer.body) < (self._size or 0):
            self._takes_ranges = False
            self._require_near(start + 1)
            self._hold(0, answer.body[: len(answer.body) // BLOCK * BLOCK])
        return answer.body[start:]

    def _require_near(self, end: int) -> None:
        if end > _WITHOUT_RANGES:
            raise SourceError(
                f"the registry ignores ranges, and what is wanted of {self.path} lies too far behind its beginning",
                hint="Download the model and audit the folder.",
            )

    def _check_tag(self, answer: Answer) -> None:
        """Raise `SourceError` when a host gives another entity tag than before: the file is no longer the same."""
        tag, host = answer.headers.get("etag", ""), urlsplit(answer.url).netloc
        if tag and self._tags.setdefault(host, tag) != tag:
            raise SourceError(f"{self.path} changed while it was read", hint="Try again.")

    def _check_size(self, size: int) -> None:
        if self._size is None:
            self._size = size
        elif self._size != size:
            raise SourceError(f"{self.path} has {size:,} bytes, but the registry lists {self._size:,}")
