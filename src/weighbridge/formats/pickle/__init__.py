"""Pickles, read without unpickling: what they would import, call and build."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from weighbridge.errors import FormatError, LimitExceeded
from weighbridge.formats.binary import LIMITS, Limits, Siblings
from weighbridge.formats.pickle.machine import Event, Events, Machine
from weighbridge.formats.pickle.stream import Stream
from weighbridge.model import ByteSource, Format, Inspection, Problem

__all__ = ["READER", "Event", "Pickle", "PickleFacts", "analyse", "interpret", "read_pickles"]

_STREAMS = 10_000
_LISTED = 200
# An old pickle has no first bytes of its own; a few bytes that happen to parse are no evidence.
_SHORT = 8


class Pickle(msgspec.Struct, frozen=True):
    """One pickle of a file: where it begins and ends, its protocol, and what it would build."""

    begin: int
    end: int
    protocol: int
    value: Any


class PickleFacts(msgspec.Struct, frozen=True):
    """What the pickles of a file would do. `complete` is False when a budget ran out before the end."""

    pickles: tuple[Pickle, ...] = ()
    events: tuple[Event, ...] = ()
    problems: tuple[Problem, ...] = ()
    complete: bool = True
    end: int = 0


def analyse(source: ByteSource, limits: Limits = LIMITS, *, offset: int = 0) -> PickleFacts:
    """Interpret every pickle of a file, one after the other, to its end. Raises nothing: what stops it is told."""
    return read_pickles(source, _STREAMS, limits, offset=offset)


def read_pickles(source: ByteSource, count: int, limits: Limits = LIMITS, *, offset: int = 0) -> PickleFacts:
    """Interpret up to `count` pickles that stand one after the other from `offset` on."""
    return interpret(source, limits, count=count, offset=offset)


def interpret(
    source: ByteSource,
    limits: Limits = LIMITS,
    *,
    count: int = _STREAMS,
    offset: int = 0,
    machine: Callable[[Stream, Events, int], Machine] = Machine,
) -> PickleFacts:
    """Interpret pickles, each with a new machine. Raises nothing: what stops it is told."""
    stream, events, budget = Stream(source, offset), Events(), limits.items
    found: list[Pickle] = []
    problems: list[Problem] = []
    complete = True
    while len(found) < count and stream.offset < source.size:
        unpickler = machine(stream, events, budget)
        try:
            value = unpickler.run()
        except LimitExceeded as error:
            complete = False
            problems.append(Problem(error.message, error.where))
            break
        except FormatError as error:
            problems.append(Problem(error.message, error.where or f"{unpickler.started:#x}"))
            break
        budget = unpickler.budget
        found.append(Pickle(unpickler.started, stream.offset, unpickler.protocol, value))
    return PickleFacts(tuple(found), events.all(), tuple(problems), complete and not events.overflowed, stream.offset)


class _PickleReader:
    formats = (Format.PICKLE,)
    suffixes = (".pkl", ".pickle", ".dat", ".data")

    def recognise(self, head: bytes, source: ByteSource) -> Format | None:
        """Tell a pickle by interpreting it: one that begins with a protocol, or an old one that comes to its end."""
        if not head:
            return None
        facts = read_pickles(source, 1, LIMITS)
        is_whole = bool(facts.pickles) and (head[:1] == b"\x80" or facts.pickles[0].end > _SHORT)
        return Format.PICKLE if is_whole or facts.events else None

    def inspect(self, source: ByteSource, siblings: Siblings, limits: Limits) -> Inspection:  # noqa: ARG002
        """Return the arrays in the pickles, and the classes that they would build."""
        from weighbridge.formats.pickle.inventory import Inventory

        facts = analyse(source, limits)
        if not facts.pickles and not facts.events:
            reason = facts.problems[0].message if facts.problems else "it is empty"
            raise FormatError(f"{source.path} is no pickle: {reason}", where="0x0")
        inventory = Inventory()
        for pickle in facts.pickles:
            inventory.walk(pickle.value)
        built = [event.subject for event in facts.events if event.kind == "call" and event.subject]
        return Inspection(
            source.path,
            Format.PICKLE,
            source.size,
            tuple(found.tensor for found in inventory.found),
            {"classes": built[:_LISTED]},
            versions={"pickle": str(max((p.protocol for p in facts.pickles), default=0))},
            problems=facts.problems,
            complete=facts.complete and inventory.complete,
        )


READER = _PickleReader()
