# ruff: noqa: D102 - each method below is the opcode of its name
"""A pickle, interpreted without doing anything: the unpickler's stack, marks and memo over symbols.

The decoder accepts what any of CPython's three parsers accepts (`_pickle`, `pickle._Unpickler`, `pickletools`), because the
one that loads the file may be either. What would be imported, called or changed is kept as an event in the order of the
stream; whatever was interpreted before an error stays, because an unpickler would have done it by then.
"""

from __future__ import annotations

import codecs
import pickletools
import re
import struct
from collections.abc import Callable
from typing import Any

import msgspec

from weighbridge.errors import FormatError, LimitExceeded
from weighbridge.formats.pickle.stream import Stream
from weighbridge.formats.pickle.values import (
    TEXT_LIMIT,
    Blob,
    Call,
    Dict,
    Extension,
    Global,
    Persistent,
    Set,
    written,
)

_EVENTS = 20_000
_HEAD = 64
_MARK = object()
_PICKLE_HEAD = re.compile(rb"\A\x80[\x00-\x05]|\A(?:c[\w.]+\n[\w.]+\n|\(d|\(l|\]q|\}q)")
NAMES = {ord(op.code): op.name for op in pickletools.opcodes}


class Event(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something that an unpickler would do, with the place where it would.

    `kind` is `global`, `call`, `build`, `mutate`, `extension`, `persistent`, `protocol`, `nested` or `error`; `subject` the
    dotted name it is about, empty where that is computed; `text` the reconstructed expression; `offset` counts from the file's
    beginning; `opcode` is the opcode's name; `count` how often the same happens.
    """

    kind: str
    subject: str
    text: str
    offset: int
    opcode: str
    computed: bool = False
    count: int = 1


class Events:
    """Events without repetition, bounded in number."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, bool], list[Any]] = {}
        self.overflowed = False

    def add(self, kind: str, subject: str, text: str, offset: int, opcode: str, *, computed: bool = False) -> None:
        """Take note of an event; of the same kind and subject, the first is kept and the rest counted."""
        key = (kind, subject, computed)
        held = self._found.get(key)
        if held is not None:
            held[-1] += 1
        elif len(self._found) >= _EVENTS:
            self.overflowed = True
        else:
            self._found[key] = [kind, subject, text, offset, opcode, computed, 1]

    def all(self) -> tuple[Event, ...]:
        """Return the events in the order in which they first happened."""
        return tuple(Event(*values) for values in self._found.values())


class Machine:
    """Interprets one pickle of a stream; a new one is made for the next, because each has a memo of its own."""

    def __init__(self, stream: Stream, events: Events, budget: int) -> None:
        self.stream = stream
        self.events = events
        self.budget = budget
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}
        self.protocol = 0
        self.started = stream.offset
        self._at = stream.offset
        self._opcode = 0

    def run(self) -> Any:
        """Interpret up to STOP and return what would be built.

        Raises `FormatError` where an unpickler would fail, `LimitExceeded` when the budget of opcodes is spent.
        """
        stream, table = self.stream, _TABLE
        while self.budget > 0:
            self.budget -= 1
            self._at = stream.offset
            opcode = self._opcode = stream.byte()
            if opcode == 0x2E:
                return self._pop()
            step = table[opcode]
            if step is None:
                raise FormatError(f"byte {opcode:#04x} is no opcode", where=f"{self._at:#x}")
            step(self)
        raise LimitExceeded("more opcodes than the budget allows", where=f"{stream.offset:#x}")

    # The stack

    def _pop(self) -> Any:
        if not self.stack or self.stack[-1] is _MARK:
            raise FormatError("the stack is empty", where=f"{self._at:#x}")
        return self.stack.pop()

    def _top(self) -> Any:
        if not self.stack or self.stack[-1] is _MARK:
            raise FormatError("the stack is empty", where=f"{self._at:#x}")
        return self.stack[-1]

    def _to_mark(self) -> list[Any]:
        stack = self.stack
        for index in range(len(stack) - 1, -1, -1):
            if stack[index] is _MARK:
                items = stack[index + 1 :]
                del stack[index:]
                return items
        raise FormatError("there is no mark", where=f"{self._at:#x}")

    def mark(self) -> None:
        self.stack.append(_MARK)

    def pop(self) -> None:
        if not self.stack:
            raise FormatError("the stack is empty", where=f"{self._at:#x}")
        self.stack.pop()

    def pop_mark(self) -> None:
        self._to_mark()

    def dup(self) -> None:
        self.stack.append(self._top())

    # Constants

    def push(self, value: Any) -> None:
        self.stack.append(value)

    def int_line(self) -> None:
        text = self.stream.line()
        if text in (b"00", b"01"):
            self.push(text == b"01")
        else:
            self.push(_integer(text))

    def long_line(self) -> None:
        self.push(_integer(self.stream.line().rstrip(b"L")))

    def long_bytes(self, width: int) -> None:
        length = self.stream.number(width, signed=width == 4)
        if length > 1024:
            self.push(self._blob(length))
        else:
            self.push(int.from_bytes(self.stream.take(length), "little", signed=True))

    def float_line(self) -> None:
        try:
            self.push(float(self.stream.line()))
        except ValueError:
            raise FormatError("no number where one should stand", where=f"{self._at:#x}") from None

    def float_binary(self) -> None:
        self.push(struct.unpack(">d", self.stream.take(8))[0])

    def string_line(self) -> None:
        text = self.stream.line().strip()
        if len(text) >= 2 and text[:1] in (b"'", b'"') and text[-1:] == text[:1]:
            text = text[1:-1]
        try:
            self.push(codecs.escape_decode(text)[0].decode("latin-1"))
        except ValueError:
            raise FormatError("a string with a broken escape", where=f"{self._at:#x}") from None

    def unicode_line(self) -> None:
        try:
            self.push(self.stream.line().decode("raw-unicode-escape", "replace"))
        except ValueError:
            raise FormatError("a text with a broken escape", where=f"{self._at:#x}") from None

    def text(self, width: int) -> None:
        length = self.stream.number(width)
        if length > TEXT_LIMIT:
            self.push(self._blob(length))
        else:
            self.push(self.stream.take(length).decode("utf-8", "replace"))

    def text_short(self, width: int) -> None:
        data = self.stream.take(self.stream.number(width))
        self.push(data.decode("utf-8", "replace"))

    def string(self, width: int) -> None:
        length = self.stream.number(width, signed=width == 4)
        if length < 0:
            raise FormatError("a string of negative length", where=f"{self._at:#x}")
        self.push(self._blob(length) if length > TEXT_LIMIT else self.stream.take(length).decode("latin-1"))

    def bytes_of(self, width: int) -> None:
        self.push(self._blob(self.stream.number(width)))

    def _blob(self, length: int) -> Blob:
        if length < 0:
            raise FormatError("a string of negative length", where=f"{self._at:#x}")
        offset = self.stream.offset
        remaining = self.stream.source.size - offset
        if length > remaining:
            raise FormatError(f"announces {length:,} bytes, {remaining:,} remain", where=f"{self._at:#x}")
        head = self.stream.take(min(length, _HEAD))
        self.stream.skip(length - len(head))
        if length > 4 and _PICKLE_HEAD.match(head):
            self.events.add("nested", "", f"{length:,} bytes that begin like a pickle", offset, NAMES[self._opcode])
        return Blob(offset, length, head)

    # Containers

    def list_marked(self) -> None:
        self.push(self._to_mark())

    def dict_marked(self) -> None:
        built = Dict()
        built.pairs = _pairs(self._to_mark())
        self.push(built)

    def tuple_marked(self) -> None:
        self.push(tuple(self._to_mark()))

    def tuple_of(self, count: int) -> None:
        items = [self._pop() for _ in range(count)]
        self.push(tuple(reversed(items)))

    def set_marked(self) -> None:
        self.push(Set(self._to_mark()))

    def append(self) -> None:
        item = self._pop()
        self._extend([item])

    def appends(self) -> None:
        items = self._to_mark()
        self._extend(items)

    def _extend(self, items: list[Any]) -> None:
        target = self._top()
        if isinstance(target, list):
            target.extend(items)
        elif isinstance(target, Call | Set):
            target.items.extend(items)
        else:
            self._mutated(target, items)

    def set_item(self) -> None:
        value, key = self._pop(), self._pop()
        self._set([(key, value)])

    def set_items(self) -> None:
        self._set(_pairs(self._to_mark()))

    def _set(self, pairs: list[tuple[Any, Any]]) -> None:
        target = self._top()
        if isinstance(target, Dict | Call):
            target.pairs.extend(pairs)
        else:
            self._mutated(target, pairs)

    def _mutated(self, target: Any, change: Any) -> None:
        """Take note of a change to what was imported: it changes the running program."""
        if isinstance(target, Global):
            text = f"{target.path} is changed by {written(change)}"
            self._event("mutate", target.path, text, computed=target.is_computed)

    # Names and calls

    def global_line(self) -> None:
        module, name = self.stream.line(), self.stream.line()
        self._import(module.decode("utf-8", "replace"), name.decode("utf-8", "replace"))

    def stack_global(self) -> None:
        name, module = self._pop(), self._pop()
        known = isinstance(module, str) and isinstance(name, str)
        if known:
            self._import(module, name)
        else:
            self._import(written(module), written(name), is_computed=True)

    def _import(self, module: str, name: str, *, is_computed: bool = False) -> None:
        imported = Global(module, name, self._at, is_computed=is_computed)
        self._event("global", imported.path, f"import {imported.path}", computed=is_computed)
        self.push(imported)

    def reduce(self) -> None:
        arguments, function = self._pop(), self._pop()
        self._call(function, arguments)

    def instance_line(self) -> None:
        self.global_line()
        function = self._pop()
        self._call(function, tuple(self._to_mark()))

    def object_marked(self) -> None:
        items = self._to_mark()
        if not items:
            raise FormatError("an object without a class", where=f"{self._at:#x}")
        self._call(items[0], tuple(items[1:]))

    def new_object(self) -> None:
        arguments, function = self._pop(), self._pop()
        self._call(function, arguments)

    def new_object_keywords(self) -> None:
        keywords, arguments, function = self._pop(), self._pop(), self._pop()
        self._call(function, arguments, keywords)

    def _call(self, function: Any, arguments: Any, keywords: Any = None) -> None:
        made = Call(function, arguments, self._at, NAMES[self._opcode], keywords)
        is_computed = not isinstance(function, Global) or function.is_computed
        self._event("call", made.path, written(made), computed=is_computed)
        self.push(made)

    def build(self) -> None:
        state, target = self._pop(), self._top()
        if isinstance(target, Call):
            target.state = state
            self._event("build", target.path, f"{target.path or 'an object'} gets its state")
        else:
            self._mutated(target, state)

    def extension(self, width: int) -> None:
        code = self.stream.number(width, signed=width == 4)
        self._event("extension", "", f"name number {code} of the extension registry", computed=True)
        self.push(Extension(code, self._at))

    def persistent_line(self) -> None:
        self._persistent(self.stream.line().decode("utf-8", "replace"))

    def persistent(self) -> None:
        self._persistent(self._pop())

    def _persistent(self, identity: Any) -> None:
        self._event("persistent", _form(identity), f"persistent object {written(identity)}")
        self.push(Persistent(identity, self._at))

    def buffer(self) -> None:
        self.push(Blob(self._at, 0, b""))

    # Memo and frames

    def get(self, width: int) -> None:
        index = _integer(self.stream.line()) if width == 0 else self.stream.number(width)
        if index not in self.memo:
            raise FormatError(f"nothing is remembered under {index}", where=f"{self._at:#x}")
        self.push(self.memo[index])

    def put(self, width: int) -> None:
        index = _integer(self.stream.line()) if width == 0 else self.stream.number(width)
        self.memo[index] = self._top()

    def memoize(self) -> None:
        self.memo[len(self.memo)] = self._top()

    def set_protocol(self) -> None:
        version = self.stream.byte()
        if self._at != self.started:
            self._event("protocol", "", "the protocol is declared in the middle of the stream")
        self.protocol = max(self.protocol, version)
        if version > 5:
            raise FormatError(f"protocol {version} does not exist", where=f"{self._at:#x}")

    def frame(self) -> None:
        self.stream.take(8)

    def nothing(self) -> None:
        """Do what READONLY_BUFFER does to a symbol."""

    def _event(self, kind: str, subject: str, text: str, *, computed: bool = False) -> None:
        self.events.add(kind, subject, text, self._at, NAMES[self._opcode], computed=computed)


def _pairs(items: list[Any]) -> list[tuple[Any, Any]]:
    if len(items) % 2:
        raise FormatError("a dictionary with a key and no value")
    return list(zip(items[::2], items[1::2], strict=True))


def _integer(text: bytes) -> int:
    """Read a number as CPython's parsers do between them: decimal, or with a base prefix."""
    if len(text) > 1024:
        raise FormatError("a number of more than a thousand digits")
    try:
        return int(text)
    except ValueError:
        try:
            return int(text, 0)
        except ValueError:
            raise FormatError("no number where one should stand") from None


def _form(identity: Any) -> str:
    """Name the form of a persistent id: torch's is a tuple that begins with `storage`."""
    is_storage = isinstance(identity, tuple) and len(identity) >= 5 and identity[0] == "storage"
    return "torch storage" if is_storage else type(identity).__name__


def _table() -> list[Callable[[Machine], None] | None]:
    """Map every opcode to its step."""

    def constant(value: Any) -> Callable[[Machine], None]:
        return lambda machine: machine.push(value)

    def made(make: Callable[[], Any]) -> Callable[[Machine], None]:
        return lambda machine: machine.push(make())

    def number(width: int, *, signed: bool = False) -> Callable[[Machine], None]:
        return lambda machine: machine.push(machine.stream.number(width, signed=signed))

    def sized(step: Callable[[Machine, int], None], width: int) -> Callable[[Machine], None]:
        return lambda machine: step(machine, width)

    m = Machine
    steps: dict[str, Callable[[Machine], None]] = {
        "MARK": m.mark, "POP": m.pop, "POP_MARK": m.pop_mark, "DUP": m.dup,
        "INT": m.int_line, "BININT": number(4, signed=True), "BININT1": number(1), "BININT2": number(2),
        "LONG": m.long_line, "LONG1": sized(m.long_bytes, 1), "LONG4": sized(m.long_bytes, 4),
        "FLOAT": m.float_line, "BINFLOAT": m.float_binary,
        "NONE": constant(None), "NEWTRUE": constant(True), "NEWFALSE": constant(False),
        "STRING": m.string_line, "BINSTRING": sized(m.string, 4), "SHORT_BINSTRING": sized(m.string, 1),
        "UNICODE": m.unicode_line, "BINUNICODE": sized(m.text, 4), "BINUNICODE8": sized(m.text, 8),
        "SHORT_BINUNICODE": sized(m.text_short, 1),
        "BINBYTES": sized(m.bytes_of, 4), "SHORT_BINBYTES": sized(m.bytes_of, 1), "BINBYTES8": sized(m.bytes_of, 8),
        "BYTEARRAY8": sized(m.bytes_of, 8), "NEXT_BUFFER": m.buffer, "READONLY_BUFFER": m.nothing,
        "EMPTY_LIST": made(list), "EMPTY_DICT": made(Dict), "EMPTY_TUPLE": constant(()),
        "EMPTY_SET": made(lambda: Set([])), "LIST": m.list_marked, "DICT": m.dict_marked, "TUPLE": m.tuple_marked,
        "TUPLE1": sized(m.tuple_of, 1), "TUPLE2": sized(m.tuple_of, 2), "TUPLE3": sized(m.tuple_of, 3),
        "FROZENSET": m.set_marked, "ADDITEMS": m.appends, "APPEND": m.append, "APPENDS": m.appends,
        "SETITEM": m.set_item, "SETITEMS": m.set_items,
        "GLOBAL": m.global_line, "STACK_GLOBAL": m.stack_global, "REDUCE": m.reduce, "BUILD": lambda machine: machine.build(),
        "INST": m.instance_line, "OBJ": m.object_marked, "NEWOBJ": m.new_object, "NEWOBJ_EX": m.new_object_keywords,
        "EXT1": sized(m.extension, 1), "EXT2": sized(m.extension, 2), "EXT4": sized(m.extension, 4),
        "PERSID": m.persistent_line, "BINPERSID": m.persistent,
        "GET": sized(m.get, 0), "BINGET": sized(m.get, 1), "LONG_BINGET": sized(m.get, 4),
        "PUT": sized(m.put, 0), "BINPUT": sized(m.put, 1), "LONG_BINPUT": sized(m.put, 4), "MEMOIZE": m.memoize,
        "PROTO": m.set_protocol, "FRAME": m.frame,
    }  # fmt: skip
    codes = {name: code for code, name in NAMES.items()}
    table: list[Callable[[Machine], None] | None] = [None] * 256
    for name, step in steps.items():
        table[codes[name]] = step
    return table


_TABLE = _table()
