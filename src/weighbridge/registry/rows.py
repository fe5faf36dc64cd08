"""What an importer gives: lines of JSON, each with its place in the dump, and what it could not read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    import pyarrow as pa

# A record larger than this was not written by a person; the largest cards of the Hub have one megabyte.
MAX_RECORD = 16 * 1024 * 1024
_BATCH_ROWS = 20_000
_BATCH_BYTES = 48 * 1024 * 1024
_EXCERPT = 200


class Reject(msgspec.Struct, frozen=True):
    """A row that was skipped, and why. Place 0 is the dump as a whole."""

    place: int
    reason: str
    excerpt: str = ""
    id: str = ""


class Rows:
    """Some records of a dump. `places` are their numbers in it, from 1."""

    def __init__(self, places: pa.Array, lines: pa.Array, rejects: Iterable[Reject] = ()) -> None:
        self.places = places
        self.lines = lines
        self.rejects = tuple(rejects)

    @property
    def count(self) -> int:
        """How many records there are."""
        return len(self.places)

    def table(self) -> pa.Table:
        """Return the records as the statements expect them."""
        import pyarrow as pa

        return pa.table({"place": self.places, "line": self.lines})


def excerpt_of(data: bytes | str) -> str:
    """Return a row's beginning as text."""
    head = data[:_EXCERPT]
    return head if isinstance(head, str) else head.decode("utf-8", "backslashreplace")[:_EXCERPT]


def batched(found: Iterable[tuple[int, Mapping[str, Any]] | Reject]) -> Iterator[Rows]:
    """Gather records, each with its place, into batches of JSON."""
    encoder = msgspec.json.Encoder(enc_hook=str)
    places: list[int] = []
    lines: list[str] = []
    rejects: list[Reject] = []
    size = 0
    for item in found:
        if isinstance(item, Reject):
            rejects.append(item)
        else:
            try:
                line = encoder.encode(item[1]).decode("utf-8")
            except (ValueError, TypeError, OverflowError, RecursionError) as error:
                rejects.append(Reject(item[0], f"cannot be written as JSON: {error}"))
                continue
            if len(line) > MAX_RECORD:
                rejects.append(too_large(item[0], line[:_EXCERPT]))
                continue
            places.append(item[0])
            lines.append(line)
            size += len(line)
        if len(places) + len(rejects) >= _BATCH_ROWS or size >= _BATCH_BYTES:
            yield _rows(places, lines, rejects)
            places, lines, rejects, size = [], [], [], 0
    if places or rejects:
        yield _rows(places, lines, rejects)


def too_large(place: int, head: bytes | str) -> Reject:
    """Return what is said of a record beyond the limit."""
    return Reject(place, f"is larger than {MAX_RECORD // 1024**2} MiB", excerpt_of(head))


def _rows(places: list[int], lines: list[str], rejects: list[Reject]) -> Rows:
    import pyarrow as pa

    return Rows(pa.array(places, pa.int64()), pa.array(lines, pa.string()), rejects)
