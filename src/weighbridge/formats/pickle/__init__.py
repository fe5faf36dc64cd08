"""Pickles, read without unpickling: what they would import, call and build.

    facts = analyse(source, limits)             # every pickle of a file, one after the other, to its end: for a judge
    facts.events                                # what would happen, told once with a count: see `Event`
    facts.problems, facts.complete              # why it was not read to its end
    read_pickles(source, 5, limits, room=…)     # with what they would build, as far as there is room: for an inventory

Nothing here raises for what is in the file: the events before an error are told, because an unpickler would have got so far.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import msgspec

from weighbridge.errors import FormatError, LimitExceeded
from weighbridge.formats.binary import LIMITS, Limits, Siblings
from weighbridge.formats.pickle.events import Event, Events
from weighbridge.formats.pickle.machine import Budget, Machine
from weighbridge.formats.pickle.stream import Stream
from weighbridge.model import ByteSource, Format, Inspection, Problem

__all__ = ["READER", "Event", "Pickle", "PickleFacts", "analyse", "interpret", "read_pickles"]

_STREAMS = 10_000
# Parts of containers that are kept: an inventory needs the names of all tensors, a judge what a call is given.
VALUES = 2_000_000
GLIMPSE = 20_000
# Bytes of opcodes interpreted, all pickles of a file together; the content of long strings does not count.
STEPS = 256 * 1024 * 1024
_LISTED = 200
# An old pickle has no first bytes of its own; a few bytes that happen to parse are no evidence.
_SHORT = 8
# What makes sense for so long is a pickle.
_RECOGNISED = 1024 * 1024
_SEARCHED = 1024 * 1024
_RESUMED = 16
# Bytes of opcodes after which a pickle found so is given up, and told not to be read to its end.
_ASIDE = 1024 * 1024
# The same for telling whether a file is a pickle at all.
_RECOGNISED = 512 * 1024
_BEGINNING = re.compile(
    rb"\x80[\x02-\x05](?:\x95|[\]}()BCcFGIJKLMNSTUVX\x88-\x8f\x96])|c[A-Za-z_][\w.]*\n[A-Za-z_][\w.]*\n"
)


class Pickle(msgspec.Struct, frozen=True):
    """One pickle of a file: where it begins and ends, its protocol, and what it would build."""

    begin: int
    end: int
    protocol: int
    value: Any


class PickleFacts(msgspec.Struct, frozen=True):
    """What the pickles of a file would do.

    `complete` is False when a budget ran out before the end, `kept_whole` when the values of `pickles` lack parts for which
    there was no room; `end` is the offset behind the last whole pickle.
    """

    pickles: tuple[Pickle, ...] = ()
    events: tuple[Event, ...] = ()
    problems: tuple[Problem, ...] = ()
    complete: bool = True
    kept_whole: bool = True
    end: int = 0


MachineMaker = Callable[[Stream, Events, Budget], Machine]


def analyse(
    source: ByteSource,
    limits: Limits = LIMITS,
    *,
    offset: int = 0,
    machine: MachineMaker = Machine,
    steps: int = STEPS,
    room: int = GLIMPSE,
) -> PickleFacts:
    """Interpret every pickle of a file, one after the other, and those that stand behind bytes that are none."""
    return interpret(source, limits, offset=offset, room=room, machine=machine, steps=steps, to_end=True)


def read_pickles(
    source: ByteSource, count: int, limits: Limits = LIMITS, *, offset: int = 0, room: int = VALUES
) -> PickleFacts:
    """Interpret up to `count` pickles that stand one after the other from `offset` on."""
    return interpret(source, limits, count=count, offset=offset, room=room)


def interpret(
    source: ByteSource,
    limits: Limits = LIMITS,  # noqa: ARG001 - its own budgets are stricter
    *,
    count: int = _STREAMS,
    offset: int = 0,
    room: int = GLIMPSE,
    machine: MachineMaker = Machine,
    steps: int = STEPS,
    to_end: bool = False,
) -> PickleFacts:
    """Interpret pickles, each with a new machine; `to_end` asks to look behind what stops it, too."""
    reading = _Reading(source, Stream(source, offset), Budget(room, steps), machine)
    reading.read(count)
    if to_end:
        reading.search()
    events = reading.events
    complete = reading.complete and not events.overflowed
    return PickleFacts(
        tuple(reading.found), events.all(), tuple(reading.problems), complete, reading.kept_whole, reading.end
    )


class _Reading:
    """The reading of one file."""

    def __init__(self, source: ByteSource, stream: Stream, budget: Budget, machine: MachineMaker) -> None:
        self.source = source
        self.stream = stream
        self.budget = budget
        self.machine = machine
        self.events = Events()
        self.found: list[Pickle] = []
        self.problems: list[Problem] = []
        self.complete = True
        self.kept_whole = True
        self.end = stream.offset

    def read(self, count: int) -> None:
        """Interpret pickle after pickle, until one does not come to its end."""
        while count > 0 and self.stream.offset < self.source.size and self._one():
            count -= 1

    def _one(self) -> bool:
        unpickler = self.machine(self.stream, self.events, self.budget)
        try:
            value = unpickler.run()
        except FormatError as error:
            self.complete = self.complete and not isinstance(error, LimitExceeded)
            self.problems.append(Problem(error.message, error.where or f"{unpickler.started:#x}"))
            return False
        finally:
            self.kept_whole = self.kept_whole and unpickler.kept_whole
            self.events.stream += 1
        self.end = self.stream.offset
        self.found.append(Pickle(unpickler.started, self.end, unpickler.protocol, value))
        return True

    def search(self) -> None:
        """Look for pickles behind the point where the reading stopped: loaders that read on would find them."""
        if not self.complete or self.end >= self.source.size:
            return
        start = self.end
        if len(self.found) >= _STREAMS:
            self.complete = False
            self.problems.append(Problem(f"more than {_STREAMS:,} pickles one after the other", f"{start:#x}"))
            return
        if self.found:
            self._tell("trailing", start, f"{self.source.size - start:,} bytes behind the last pickle")
        tried = 0
        for at in _beginnings(self.source, start + 1):
            if at < self.stream.offset and tried:
                continue
            tried += 1
            if tried > _RESUMED:
                return
            self._resume(at)

    def _resume(self, at: int) -> None:
        """Try a pickle in the middle of bytes that are none; only one that does something is worth telling."""
        budget = Budget(GLIMPSE, min(self.budget.steps, _ASIDE), self.budget.deadline)
        aside = _Reading(self.source, Stream(self.source, at), budget, self.machine)
        aside.events.stream = self.events.stream
        aside.read(1)
        self.complete = self.complete and aside.complete
        if aside.found or any(event.kind == "call" for event in aside.events.all()):
            self._tell("resumed", at, "a pickle behind bytes that are none")
            self.events.take(aside.events)
            self.stream = aside.stream

    def _tell(self, kind: str, at: int, text: str) -> None:
        self.events.add(kind, "", lambda: text, at, "", length=self.source.size - at)


def _beginnings(source: ByteSource, start: int) -> list[int]:
    data = source.read_at(start, _SEARCHED)
    return [start + match.start() for match in _BEGINNING.finditer(data)][: 4 * _RESUMED]


class _PickleReader:
    formats = (Format.PICKLE,)
    suffixes = (".pkl", ".pickle", ".dat", ".data")

    def recognise(self, head: bytes, source: ByteSource) -> Format | None:
        """Tell a pickle by interpreting it: one that begins with a protocol, or an old one that comes to its end."""
        if not head:
            return None
        facts = interpret(source, LIMITS, count=1, steps=_RECOGNISED)
        is_whole = bool(facts.pickles) and (head[:1] == b"\x80" or facts.pickles[0].end > _SHORT)
        does_something = any(event.kind in ("global", "call") for event in facts.events)
        return Format.PICKLE if is_whole or does_something or not facts.complete else None

    def inspect(self, source: ByteSource, siblings: Siblings, limits: Limits) -> Inspection:  # noqa: ARG002
        """Return the arrays in the pickles, and the classes that they would build."""
        from weighbridge.formats.pickle.inventory import Inventory

        facts = read_pickles(source, _STREAMS, limits)
        if not facts.pickles and not facts.events:
            reason = facts.problems[0].message if facts.problems else "it is empty"
            raise FormatError(f"{source.path} is no pickle: {reason}", where="0x0")
        inventory = Inventory()
        for pickle in facts.pickles:
            inventory.walk(pickle.value)
        return Inspection(
            source.path,
            Format.PICKLE,
            source.size,
            tuple(found.tensor for found in inventory.found),
            {"classes": called(facts)[:_LISTED]},
            versions={"pickle": str(max((p.protocol for p in facts.pickles), default=0))},
            problems=facts.problems,
            complete=facts.complete and facts.kept_whole and inventory.complete and not facts.problems,
        )


READER = _PickleReader()


def called(facts: PickleFacts) -> list[str]:
    """Return the names that are called, each once, in the order in which they first are."""
    return list(dict.fromkeys(e.subject for e in facts.events if e.kind == "call" and e.subject and not e.computed))
