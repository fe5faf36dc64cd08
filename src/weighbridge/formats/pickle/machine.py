"""A pickle, interpreted without doing anything: the unpickler's stack, marks and memo over symbols.

The decoder accepts what any of CPython's three parsers accepts (`_pickle`, `pickle._Unpickler`, `pickletools`), because the
one that loads the file may be any of them. What would be imported, called or changed is an event; whatever was interpreted
before an error stays told, because an unpickler would have done it by then.

There is one decoder and one set of steps, in two gaits. The *careful* walk gives every opcode to its step and keeps what is
built, as long as there is room: `room` counts the parts of containers that may still be kept. When that is used up the
*hurried* walk (`hurried.py`) takes over: it does the frequent opcodes in place, over shared symbols for whole kinds of
containers, and gives the rest to the same steps. Events do not depend on the gait; values do, and `kept_whole` says so.
An inventory asks for much room, a scan for little.

What is laxer than an unpickler: reaching below a mark is only noticed at the bottom of the stack, frames are not enforced,
and what a call or a container would refuse is not known. So the interpretation goes on where an unpickler might stop, never
the other way round.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from weighbridge.errors import FormatError
from weighbridge.formats.pickle.calling import Calling
from weighbridge.formats.pickle.constants import Constants
from weighbridge.formats.pickle.core import NAMES, Budget
from weighbridge.formats.pickle.hurried import hurry

__all__ = ["Budget", "Machine"]

Step = Callable[["Machine", int], int]


class Machine(Constants, Calling):
    """Interprets one pickle of a stream; a new one is made for the next, because each has a memo of its own."""

    @property
    def table(self) -> list[Step | None]:
        """The step of each opcode."""
        return TABLE

    def run(self) -> Any:
        """Interpret up to STOP and return what would be built.

        Raises `FormatError` where an unpickler would fail, `LimitExceeded` when the budget is spent.
        """
        before, self.stream.watch = self.stream.watch, self.watch
        try:
            while not self.is_stopped:
                self.memo.is_scarce = self.room <= 0
                if self.room > 0:
                    self._walk()
                else:
                    self.kept_whole = False
                    hurry(self)
        except IndexError:
            where = f"{self.stream.base + self.stream.at:#x}"
            raise FormatError("the stack or the marks are empty", where=where) from None
        except FormatError:
            if self.stream.is_crossed:
                self.crossed(self.stream.frame_end)
            raise
        finally:
            self.stream.watch = before
        self.budget.room = self.room
        return self.value

    def _walk(self) -> None:
        """Take every opcode's step while there is room to keep what is built."""
        stream, table, i = self.stream, self.table, self.stream.at
        while self.room > 0 and not self.is_stopped:
            if i >= stream.safe:
                i = self.refill(i)
            stream.at = i
            opcode = self.opcode = stream.data[i]
            step = table[opcode]
            if step is None:
                raise FormatError(f"byte {opcode:#04x} is no opcode", where=f"{stream.base + i:#x}")
            i = step(self, i + 1)
        stream.at = i


def _table() -> list[Step | None]:
    """Map every opcode to its step."""

    def constant(value: Any) -> Step:
        def step(machine: Machine, i: int) -> int:
            machine.stack.append(value)
            return i

        return step

    def sized(step: Callable[..., int], width: int, **more: bool) -> Step:
        return lambda machine, i: step(machine, i, width, **more)

    m = Machine
    steps: dict[str, Step] = {
        "MARK": m.mark, "POP": m.pop, "POP_MARK": m.pop_mark, "DUP": m.dup, "STOP": m.stop,
        "INT": m.int_line, "BININT": sized(m.number, 4, signed=True), "BININT1": sized(m.number, 1),
        "BININT2": sized(m.number, 2), "LONG": m.long_line, "LONG1": sized(m.long_bytes, 1),
        "LONG4": sized(m.long_bytes, 4), "FLOAT": m.float_line, "BINFLOAT": m.float_binary,
        "NONE": constant(None), "NEWTRUE": constant(True), "NEWFALSE": constant(False),
        "STRING": m.string_line, "BINSTRING": sized(m.string, 4), "SHORT_BINSTRING": sized(m.string, 1),
        "UNICODE": m.unicode_line, "SHORT_BINUNICODE": sized(m.text, 1), "BINUNICODE": sized(m.text, 4),
        "BINUNICODE8": sized(m.text, 8), "SHORT_BINBYTES": sized(m.bytes_of, 1), "BINBYTES": sized(m.bytes_of, 4),
        "BINBYTES8": sized(m.bytes_of, 8), "BYTEARRAY8": sized(m.bytes_of, 8),
        "NEXT_BUFFER": m.buffer, "READONLY_BUFFER": m.nothing,
        "EMPTY_LIST": m.empty_list, "EMPTY_DICT": m.empty_dict, "EMPTY_SET": m.empty_set, "EMPTY_TUPLE": constant(()),
        "LIST": m.list_marked, "DICT": m.dict_marked, "TUPLE": m.tuple_marked, "FROZENSET": m.set_marked,
        "TUPLE1": sized(m.tuple_of, 1), "TUPLE2": sized(m.tuple_of, 2), "TUPLE3": sized(m.tuple_of, 3),
        "APPEND": m.append, "APPENDS": m.appends, "ADDITEMS": m.appends, "SETITEM": m.set_item, "SETITEMS": m.set_items,
        "GLOBAL": m.global_line, "STACK_GLOBAL": m.stack_global, "REDUCE": m.reduce, "NEWOBJ": m.reduce,
        "NEWOBJ_EX": m.new_object_keywords, "INST": m.instance_line, "OBJ": m.object_marked,
        "BUILD": lambda machine, i: machine.build(i),  # joblib's machine has its own
        "EXT1": sized(m.extension, 1), "EXT2": sized(m.extension, 2), "EXT4": sized(m.extension, 4),
        "PERSID": m.persistent_line, "BINPERSID": m.persistent,
        "GET": sized(m.get, 0), "BINGET": sized(m.get, 1), "LONG_BINGET": sized(m.get, 4),
        "PUT": sized(m.put, 0), "BINPUT": sized(m.put, 1), "LONG_BINPUT": sized(m.put, 4), "MEMOIZE": m.memoize,
        "PROTO": m.set_protocol, "FRAME": m.frame,
    }  # fmt: skip
    return [steps.get(name) for name in NAMES]


TABLE = _table()
