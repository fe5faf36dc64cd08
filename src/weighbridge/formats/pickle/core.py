"""What every step of the interpretation works on: the stack, the marks, the memo, the window, the room that is left."""

from __future__ import annotations

import pickletools
import time
from collections.abc import Callable
from typing import Any

from weighbridge.errors import FormatError, LimitExceeded
from weighbridge.formats.pickle.events import Events
from weighbridge.formats.pickle.memo import TUPLE, Memo, is_large
from weighbridge.formats.pickle.stream import WINDOW, Stream
from weighbridge.formats.pickle.values import Global

NAMES = [""] * 256
for _opcode in pickletools.opcodes:
    NAMES[ord(_opcode.code)] = _opcode.name

_STACK = 2_500_000
# Tuples so near the top of the stack may be what a call is given.
_NEAR = 1000


# Of a processor, so that a busy machine reads as far as an idle one; the bytes of opcodes run out before on most machines.
_SECONDS = 28.0


class Budget:
    """What all pickles of one file together may cost: bytes of opcodes interpreted, seconds of a processor, parts kept."""

    def __init__(self, room: int, steps: int, deadline: float = 0.0) -> None:
        self.room = room
        self.steps = steps
        # Spent time only ever ends in "not read to its end", never in another reading.
        self.deadline = deadline or time.thread_time() + _SECONDS


class Core:
    """The state of one interpretation.

    Steps take the position behind their opcode and return the position of the next one, both in the stream's window.
    """

    def __init__(self, stream: Stream, events: Events, budget: Budget) -> None:
        self.stream = stream
        self.events = events
        self.budget = budget
        self.room = budget.room
        self.stack: list[Any] = []
        self.marks: list[int] = []
        self.memo = Memo(stream)
        self.protocol = 0
        self.started = stream.offset
        self.is_stopped = False
        self.kept_whole = True
        self.value: Any = None
        self.opcode = 0
        self._kinds = self._kinds_of = b""
        # The last text read and its opcode's place: a memo entry for it needs no more than that.
        self.last_text: Any = None
        self.last_text_at = -1
        self.globals: dict[tuple[str, str, bool], Global] = {}

    def kinds_of(self, data: bytes, table: bytes) -> bytes:
        """Return the kind of each byte of the window, should it be an opcode; made once a window."""
        if self._kinds_of is not data:
            self._kinds_of, self._kinds = data, data.translate(table)
        return self._kinds

    def refill(self, i: int) -> int:
        """Look what ends at a position, a frame or the window, and return the position in the next window.

        Raises `FormatError` at the file's end, `LimitExceeded` beyond the budget.
        """
        stream = self.stream
        if 0 <= stream.frame_end <= stream.base + i:
            if stream.frame_end < stream.base + i:
                self.crossed(stream.frame_end)
            stream.bound(-1)
            if i < stream.held:
                return i
        if stream.base + i >= stream.size:
            raise FormatError("ended before STOP", where=f"{stream.size:#x}")
        return stream.slide(i)

    def watch(self, walked: int) -> None:
        """Look after what the interpretation costs. Raises `LimitExceeded` beyond the budget."""
        budget, where = self.budget, f"{self.stream.base + walked:#x}"
        budget.steps -= walked
        if budget.steps < 0 or time.thread_time() > budget.deadline:
            raise LimitExceeded("too many opcodes for the budget", where=where)
        if len(self.stack) > _STACK or len(self.marks) > _STACK:
            raise LimitExceeded("more values on the stack than may be held", where=where)
        self.memo.check()
        if self.room <= 0:
            self._flatten()

    def _flatten(self) -> None:
        """Let go of what lies deep in tuples, or in tuples deep in the stack: nothing else grows without being counted."""
        stack, top = self.stack, len(self.stack)
        for index in range(max(0, top - WINDOW), top):
            value = stack[index]
            if type(value) is tuple and (index < top - _NEAR or is_large(value)):
                stack[index] = TUPLE

    def crossed(self, at: int) -> None:
        """Take note of an operand in two frames: CPython's reader of files drops the part in the first, its others do not."""
        text = "an operand reaches across the end of a frame: loaders go on from different bytes"
        self.events.add("frame", "crossed", lambda: text, at, NAMES[self.opcode])

    def to_mark(self) -> list[Any]:
        """Pop what was pushed since the last mark."""
        depth = self.marks.pop()
        items = self.stack[depth:]
        del self.stack[depth:]
        return items

    def at(self, i: int) -> int:
        """Return the offset of the opcode before a position."""
        return self.stream.base + i - 1

    def event(self, kind: str, subject: str, write: Callable[[], str], i: int, **more: Any) -> dict[str, Any] | None:
        """Take note of something that the opcode before a position would do."""
        return self.events.add(kind, subject, write, self.at(i), NAMES[self.opcode], **more)
