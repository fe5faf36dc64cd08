"""What an unpickler would do, told once with a count: the facts on which a judgement of a pickle rests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from weighbridge.formats.pickle.values import clean

_EVENTS = 10_000
# Of one callee, or one kind of string, so many different expressions are told, of anything else one; the rest is counted,
# after so many looks without another look.
_EXPRESSIONS = {"call": 8, "mutate": 8, "nested": 50}
_LOOKS = 200


class Event(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something that an unpickler would do, with the place where it would do it first.

    `kind` is one of:

    - `global`: a name is imported. `module` and `name` are as written, `renamed` what Python 3 imports for a Python 2 name.
    - `call`: something is called; `subject` is the callee's Python 3 path, empty where that is no plain name.
      `passed` are the imported names among the arguments: `copyreg.__newobj__(os.popen, …)` calls what it is given.
    - `build`: BUILD on what a call returned: its `__setstate__` is called, or its attributes are set.
    - `mutate`: BUILD, SETITEM(S), APPEND(S) or ADDITEMS on what was *imported*: the running program is changed.
    - `extension`: a name by its number in the extension registry. `persistent`: an object by its persistent id, `subject`
      is `torch storage`, `torch module` or the type of the id.
    - `protocol`: PROTO in the middle of a stream. `frame`: frames that no pickler writes, and of which
      CPython's readers make different things; `subject` is `crossed`, `inside`, `beyond` or `unread`.
    - `nested`: bytes or text that begin like a pickle; `subject` is the encoding (`bytes`, `latin-1`, `base64`, `hex`),
      `offset` and `length` where they lie.
    - `trailing`: bytes behind the last pickle that are none. `resumed`: a pickle found behind bytes that are none.

    `text` is the reconstructed expression, `offset` counts from the file's beginning, `stream` says in which pickle of the
    file, `computed` that module, name or callee is no constant, `count` how often the same happens.
    """

    kind: str
    subject: str
    text: str
    offset: int
    opcode: str = ""
    computed: bool = False
    count: int = 1
    stream: int = 0
    module: str = ""
    name: str = ""
    renamed: str = ""
    length: int = 0
    passed: tuple[str, ...] = ()


class Events:
    """Events without repetition, bounded in number and in the work that telling them takes."""

    def __init__(self) -> None:
        self._found: dict[tuple[Any, ...], dict[str, Any]] = {}
        self._told: dict[tuple[str, str, bool, str, str], list[Any]] = {}
        self.stream = 0
        self.overflowed = False

    def add(
        self,
        kind: str,
        subject: str,
        write: Callable[[], str],
        offset: int,
        opcode: str,
        *,
        computed: bool = False,
        apart: str = "",
        **more: Any,
    ) -> dict[str, Any] | None:
        """Take note of an event; of one kind and subject a few different expressions are kept, the rest is counted.

        `apart` tells events of one subject apart that do different things. Returns the event whose `count` the next one of the same kind and subject may raise, None as long as it may differ.
        """
        key = (kind, subject, computed, more.get("module", ""), apart)
        held = self._told.get(key)
        if held is None:
            if len(self._told) >= _EVENTS:
                self.overflowed = True
                return None
            held = self._told[key] = [0, {}, None]
        held[0] += 1
        if held[0] > _LOOKS or len(held[1]) >= _EXPRESSIONS.get(kind, 1):
            last: dict[str, Any] = held[2]
            last["count"] += 1
            return last
        text = write()
        known = held[1].get(text)
        if known is not None:
            known["count"] += 1
            return None
        found = {"kind": kind, "subject": clean(subject), "text": text, "offset": offset, "opcode": opcode}
        found |= {"computed": computed, "count": 1, "stream": self.stream, **more}
        held[1][text] = held[2] = self._found[*key, text] = found
        return None

    def take(self, others: Events) -> None:
        """Take over what was found aside."""
        for key, found in others._found.items():
            if key in self._found:
                self._found[key]["count"] += found["count"]
            else:
                self._found[key] = found
        self.stream = others.stream
        self.overflowed = self.overflowed or others.overflowed or len(self._found) > 2 * _EVENTS

    def all(self) -> tuple[Event, ...]:
        """Return the events in the order in which they first happened."""
        return tuple(Event(**values) for values in self._found.values())
