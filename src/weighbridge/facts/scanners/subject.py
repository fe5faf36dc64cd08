"""A piece of content under a scan, and what the scan of one file may cost."""

from __future__ import annotations

import codecs
import time
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from weighbridge.errors import FormatError, LimitExceeded
from weighbridge.facts.scan import Observation
from weighbridge.formats import catalogue
from weighbridge.formats.binary import LIMITS, Limits, Siblings, no_siblings
from weighbridge.formats.held import HeldSource
from weighbridge.model import ByteSource, Format, Inspection, Location

T = TypeVar("T")

HEAD = 4096
_OBSERVATIONS = 500
_STEP, _SAMPLES = 1024 * 1024, 64
_REASONS = 20


class Costs(msgspec.Struct, frozen=True):
    """What one file with everything in it may cost.

    Bytes read in all, bytes of one text and of one compressed member held in memory, members of archives, levels of archives
    in archives, seconds of a processor. What is not thorough leaves out what takes many small reads all over a file: the headers and
    beginnings of raw numbers.
    """

    read_bytes: int = 64 * 1024**3
    text_bytes: int = 64 * 1024 * 1024
    unpacked_bytes: int = 256 * 1024 * 1024
    members: int = 50_000
    depth: int = 6
    seconds: float = 30.0
    is_thorough: bool = True


COSTS = Costs()
# Over a network only what a few ranges give: headers, directories, and the small members that act.
REMOTE_COSTS = Costs(
    read_bytes=8 * 1024 * 1024,
    text_bytes=8 * 1024 * 1024,
    unpacked_bytes=32 * 1024 * 1024,
    members=5000,
    is_thorough=False,
)


class Job:
    """The scan of one file: its budget, what was observed, by whom, and why it was not looked at to its end.

    The same observation at several places of one member is kept once, with the first place and a count.
    """

    def __init__(self, path: str, dispatch: Callable[[Subject], None], costs: Costs = COSTS) -> None:
        self.path = path
        self.costs = costs
        self.dispatch = dispatch
        self.scanners: dict[str, None] = {}
        self.reasons: dict[str, None] = {}
        self.kind = ""
        self.is_model = False
        self._observed: dict[tuple[str, str, str | None], Observation] = {}
        self._read = 0
        self._unpacked = 0
        self._members = 0
        # Spent time only ever ends in "not looked at to its end", never in another judgement; a busy machine spends none.
        self._deadline = time.thread_time() + costs.seconds

    @property
    def observations(self) -> tuple[Observation, ...]:
        """What was observed, in the order in which it was met."""
        return tuple(self._observed.values())

    def take(self, observation: Observation) -> None:
        """Keep an observation, or count it where the same is kept already. Raises `LimitExceeded` for too many."""
        key = (observation.kind, observation.subject, observation.where.member)
        known = self._observed.get(key)
        if known is None and len(self._observed) >= _OBSERVATIONS:
            raise LimitExceeded(f"more than {_OBSERVATIONS} different observations; the rest was not listed")
        count = observation.count + (known.count if known else 0)
        self._observed[key] = msgspec.structs.replace(known or observation, count=count)

    def tell(self, reason: str) -> None:
        """Note why something was not looked at to its end."""
        if len(self.reasons) < _REASONS:
            self.reasons[reason] = None

    def spend(self, *, read: int = 0, unpacked: int = 0, members: int = 0) -> None:
        """Count what was done. Raises `LimitExceeded` when the file has cost what it may."""
        self._read += read
        self._unpacked += unpacked
        self._members += members
        costs = self.costs
        if self._read > costs.read_bytes:
            raise LimitExceeded(f"more than {costs.read_bytes:,} bytes would have to be read")
        if self._unpacked > 2 * costs.unpacked_bytes:
            raise LimitExceeded(f"it unpacks to more than {2 * costs.unpacked_bytes:,} bytes")
        if self._members > costs.members:
            raise LimitExceeded(f"it holds more than {costs.members:,} members")
        if time.thread_time() > self._deadline:
            raise LimitExceeded(f"it takes more than {costs.seconds:.0f} seconds of a processor")

    @property
    def room(self) -> int:
        """How many bytes may still be unpacked at once."""
        return max(0, min(self.costs.unpacked_bytes, 2 * self.costs.unpacked_bytes - self._unpacked))


class _Metered:
    """A source that counts what is read from it."""

    def __init__(self, source: ByteSource, job: Job) -> None:
        self.path = source.path
        self.size = source.size
        self._source = source
        self._job = job

    def read_at(self, offset: int, length: int) -> bytes:
        self._job.spend(read=max(0, min(length, self.size - offset)))
        return self._source.read_at(offset, length)


class Subject:
    """A file, or a member of an archive, with what was found out about it so far.

    `member` is the way to it inside the file (`inner.zip!deep.pkl`), empty for the file itself; `name` is the last part of
    its path in lower case, `suffix` its extension with the dot; `container` says what kind of archive it lies in.
    """

    def __init__(
        self,
        source: ByteSource,
        job: Job,
        *,
        member: str = "",
        depth: int = 0,
        container: str = "",
        siblings: Siblings = no_siblings,
    ) -> None:
        self.job = job
        self.member = member
        self.depth = depth
        self.container = container
        self.siblings = siblings
        self.source = HeldSource(_Metered(source, job))
        self.name = (member or job.path).replace("!", "/").rpartition("/")[2].lower()
        stem, dot, extension = self.name.rpartition(".")
        self.suffix = f".{extension}" if dot and stem else ""
        self._known: dict[str, Any] = {}

    @property
    def size(self) -> int:
        """Length in bytes."""
        return self.source.size

    @property
    def limits(self) -> Limits:
        """The limits for readers of formats."""
        return LIMITS

    @property
    def head(self) -> bytes:
        """The first 4 KiB."""
        return self._once("head", lambda: self.source.head(HEAD))

    @property
    def format(self) -> Format:
        """The weight format that the content is of; `UNRECOGNISED` where it is of none."""
        return self._once("format", self._identify)

    def _identify(self) -> Format:
        """A text may begin as a pickle does (`import os`); only one that also ends so is one."""
        found = catalogue.identify(self.source)
        return (
            Format.UNRECOGNISED
            if found is Format.PICKLE and self.looks_like_text and not self.ends_as_pickle
            else found
        )

    @property
    def ends_as_pickle(self) -> bool:
        """Whether the last byte that is no blank stops a pickle."""
        return self.source.read_at(max(0, self.size - 64), 64).rstrip().endswith(b".")

    def inspect(self) -> Inspection:
        """Return what the format's reader tells. Raises `FormatError` each time when it cannot be read."""
        found = self._once("inspection", self._inspect)
        if isinstance(found, FormatError):
            raise found
        return found

    def _inspect(self) -> Inspection | FormatError:
        try:
            return catalogue.inspect(self.source, self.siblings, self.limits)
        except FormatError as error:
            return error

    @property
    def looks_like_text(self) -> bool:
        """Whether the content is text, in UTF-8, an older 8-bit encoding or, with its mark, UTF-16.

        A few pages of prose before something else are no text: the rest is looked through for bytes that no text holds.
        """
        return self._once("is text", lambda: _is_text(self.head) and (_is_wide(self.head) or not self._holds_zeros()))

    def _holds_zeros(self) -> bool:
        if self.size <= HEAD:
            return False
        step = _STEP if self.size <= self.job.costs.text_bytes else max(_STEP, self.size // _SAMPLES)
        offsets = [*range(HEAD, self.size, step), max(HEAD, self.size - _STEP)]
        return any(b"\0" in self.source.read_at(offset, _STEP) for offset in offsets)

    @property
    def beginning(self) -> str:
        """The first letters of a text that are no blanks, however many blanks stand before them."""
        return self._once("beginning", self._begin)

    def _begin(self) -> str:
        for length in (HEAD, _STEP):
            text = decode_text(self.source.read_at(0, length)).lstrip("\ufeff \t\r\n")
            if text:
                break
        return text[:200]

    def data(self) -> bytes:
        """Return the whole content. Raises `LimitExceeded` when it is longer than a text may be."""
        if self.size > self.job.costs.text_bytes:
            raise LimitExceeded(f"{self.size:,} bytes are more than are held in memory: {self.job.costs.text_bytes:,}")
        return self._once("data", lambda: self.source.read_at(0, self.size))

    def text(self) -> str:
        """Return the whole content as text; what is no UTF-8 is read as Latin-1. Raises `LimitExceeded`."""
        return self._once("text", lambda: decode_text(self.data()))

    def document(self, parse: Callable[[Subject], T]) -> T:
        """Return what `parse` makes of the content, once. An error is not remembered."""
        return self._once(parse.__qualname__, lambda: parse(self))

    def where(
        self,
        *,
        offset: int | None = None,
        pointer: str | None = None,
        line: int | None = None,
        member: str = "",
    ) -> Location:
        """Return a place in this content; `member` is one further in."""
        inner = self._inside(member) if member else self.member
        return Location(self.job.path, line=line, pointer=pointer, offset=offset, member=inner or None)

    def observe(self, kind: str, subject: str, text: str, where: Location | None = None, **details: Any) -> Observation:
        """Return an observation about this content, its texts cut to sane lengths."""
        return Observation(kind, subject[:200], text[:500], where or self.where(), details=details)

    def scan_inside(self, source: ByteSource, name: str, container: str = "") -> None:
        """Scan content that lies in this one. Raises `LimitExceeded` when it lies too deep or the budget is spent."""
        if self.depth >= self.job.costs.depth:
            raise LimitExceeded(f"archives in archives beyond {self.job.costs.depth} levels")
        self.job.spend(members=1)
        inner = Subject(source, self.job, member=self._inside(name), depth=self.depth + 1, container=container)
        self.job.dispatch(inner)

    def _inside(self, name: str) -> str:
        return f"{self.member}!{name}" if self.member else name

    def _once(self, key: str, make: Callable[[], T]) -> T:
        if key not in self._known:
            self._known[key] = make()
        made: T = self._known[key]
        return made


_CONTROLS = frozenset(range(32)) - {0x09, 0x0A, 0x0C, 0x0D, 0x1B}
_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


def _is_wide(head: bytes) -> bool:
    return any(head.startswith(mark) for mark, _ in _MARKS)


def _is_text(head: bytes) -> bool:
    if _is_wide(head):
        return True
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head, final=len(head) < HEAD)
    except UnicodeDecodeError:
        # An 8-bit text has a few letters beyond ASCII, binary data many.
        if sum(byte >= 0x80 for byte in head) * 4 > len(head):
            return False
    return _CONTROLS.isdisjoint(head)


def decode_text(data: bytes) -> str:
    """Return bytes as text: by their byte order mark, as UTF-8, or as Latin-1, which takes everything."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace").removeprefix("\ufeff")
    try:
        return data.decode().removeprefix("\ufeff")
    except UnicodeDecodeError:
        return data.decode("latin-1")
