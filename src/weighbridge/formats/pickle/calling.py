# ruff: noqa: D102 - the methods below are the opcodes of their names
"""Steps that import, call, change, ask for outside objects, and remember."""

from __future__ import annotations

import _compat_pickle
from typing import Any

from weighbridge.errors import FormatError, LimitExceeded
from weighbridge.formats.pickle.building import Building
from weighbridge.formats.pickle.core import NAMES
from weighbridge.formats.pickle.memo import ASKED, COMPUTED
from weighbridge.formats.pickle.operands import integer
from weighbridge.formats.pickle.values import (
    Blob,
    Call,
    Dict,
    Extension,
    Global,
    Opaque,
    Persistent,
    clean,
    python3_path,
    text_of,
    text_or_escaped,
    written,
)

_GLOBALS = 50_000
# A call's parts count more than one: it takes as much memory as several texts.
_CALL = 8
_ARGUMENTS = 64
# A longer name is cut: there is none.
_NAME = 1000
_PASSED = 8
# What these do depends on what they are given: a name, an attribute, an encoding, bytes. No two may be taken for one.
_DEPENDING = frozenset(
    {
        "builtins.getattr", "_codecs.encode", "codecs.encode", "functools.partial", "functools.partialmethod",
        "collections.defaultdict", "copyreg._reconstructor", "copyreg.__newobj__", "copyreg.__newobj_ex__",
        "torch.storage._load_from_bytes", "builtins.type",
    }
)  # fmt: skip


class Calling(Building):
    """Imports, calls, persistent ids, the memo."""

    # Calls that are kept even when in a hurry: what arrays are made of.
    always_kept = frozenset({"numpy.dtype"})

    def global_line(self, i: int) -> int:
        at, stream = self.at(i), self.stream
        module, i = stream.line(i)
        name, end = stream.line(i)
        self._import(text_or_escaped(module), text_or_escaped(name), at)
        return end

    def stack_global(self, i: int) -> int:
        name, module = self.stack.pop(), self.stack.pop()
        if type(module) in _TEXTS and type(name) in _TEXTS:
            self._import(text_or_escaped(module), text_or_escaped(name), self.at(i))
        else:
            self._import(_operand(module), _operand(name), self.at(i), is_computed=True)
        return i

    def _import(self, module: str, name: str, at: int, *, is_computed: bool = False) -> None:
        module, name = module[:_NAME], name[:_NAME]
        imported = self.globals.get((module, name, is_computed))
        if imported is None:
            if len(self.globals) >= _GLOBALS:
                raise LimitExceeded(f"more than {_GLOBALS:,} different names", where=f"{at:#x}")
            renamed = None if is_computed or self.protocol > 2 else _python3(module, name)
            imported = Global(module, name, at, is_computed=is_computed, renamed=renamed)
            self.globals[module, name, is_computed] = imported
        self.stack.append(imported)
        self.events.add(
            "global",
            python3_path(imported),
            lambda: f"import {clean(imported.path)}",
            at,
            NAMES[self.opcode],
            computed=is_computed,
            module=clean(module),
            name=clean(name),
            renamed=".".join(imported.renamed) if imported.renamed else "",
        )

    def reduce(self, i: int) -> int:
        """Do REDUCE and NEWOBJ: call, or make an instance."""
        arguments = self.stack.pop()
        self.call(self.stack.pop(), arguments, i)
        return i

    def new_object_keywords(self, i: int) -> int:
        keywords, arguments, function = self.stack.pop(), self.stack.pop(), self.stack.pop()
        self.call(function, arguments, i, keywords)
        return i

    def instance_line(self, i: int) -> int:
        start = self.at(i)
        i = self.global_line(i)
        function = self.stack.pop()
        self.call(function, tuple(self.to_mark()[:_ARGUMENTS]), start - self.stream.base + 1)
        return i

    def object_marked(self, i: int) -> int:
        items = self.to_mark()
        self.call(items[0], tuple(items[1:_ARGUMENTS]), i)
        return i

    def call(self, function: Any, arguments: Any, i: int, keywords: Any = None) -> Call:
        """Take note of a call and push its result."""
        is_name = type(function) is Global
        more: dict[str, Any] = {"computed": not is_name or function.is_computed}
        if is_name:
            more |= {"module": clean(function.module), "name": clean(function.name)}
        if type(arguments) is tuple:
            more["passed"] = tuple(python3_path(a) for a in arguments[:_PASSED] if type(a) is Global)
        subject = python3_path(function) if is_name else ""
        made = Call(function, arguments, self.at(i), NAMES[self.opcode], keywords)
        is_depending = subject in _DEPENDING
        if is_depending:
            more["apart"] = _apart(arguments, more.get("passed", ()))
        tally = self.event("call", subject, lambda: written(made), i, **more)
        self.room -= _CALL
        if self.room > 0 or (subject in self.always_kept and not _has_calls(arguments)):
            self.stack.append(made)
        elif is_name:
            function.tally = None if is_depending else tally
            self.stack.append(function.result)
        else:
            self.stack.append(COMPUTED)
        return made

    def build(self, i: int) -> int:
        state = self.stack.pop()
        target = self.stack[-1]
        kind = type(target)
        if kind is Global:
            self.mutated(target, state, i)
        elif kind is Call:
            target.state = state
            self._built(target.path, state, i)
        elif kind is Opaque and target.subject:
            target.tally = self._built(target.subject, state, i)
        else:
            self._built("", state, i)
        return i

    def _built(self, subject: str, state: Any, i: int) -> dict[str, Any] | None:
        def write() -> str:
            return f"{subject or 'an object'} gets the state {written(state, parts=12)}"

        return self.event("build", subject, write, i)

    def extension(self, i: int, width: int) -> int:
        start = self.at(i)
        i = self.stream.hold(i, width)
        code = int.from_bytes(self.stream.data[i : i + width], "little", signed=width == 4)
        text = f"name number {code} of the extension registry"
        self.events.add("extension", str(code), lambda: text, start, NAMES[self.opcode], computed=True)
        self.stack.append(Extension(code, start))
        return i + width

    def persistent_line(self, i: int) -> int:
        start = self.at(i)
        line, end = self.stream.line(i)
        self._persistent(line.decode("utf-8", "replace"), start)
        return end

    def persistent(self, i: int) -> int:
        self._persistent(self.stack.pop(), self.at(i))
        return i

    def _persistent(self, identity: Any, at: int) -> None:
        name = NAMES[self.opcode]
        self.events.add("persistent", _form(identity), lambda: f"persistent object {written(identity)}", at, name)
        # Asked for a class with its source, as it saved whole modules, torch returns the class.
        is_class = _form(identity) == "torch module"
        self.room -= 3
        asked = Persistent(identity, at) if self.room > 0 else ASKED
        self.stack.append(identity[1] if is_class else asked)

    # The memo

    def get(self, i: int, width: int) -> int:
        index, end = self._index(i, width)
        try:
            self.stack.append(self.memo.get(index))
        except KeyError:
            raise FormatError(f"nothing is remembered under {index}", where=f"{self.at(i):#x}") from None
        return end

    def put(self, i: int, width: int) -> int:
        index, end = self._index(i, width)
        top = self.stack[-1]
        self.memo.put(index, top, self.last_text_at if top is self.last_text else -1)
        return end

    def memoize(self, i: int) -> int:
        top = self.stack[-1]
        self.memo.put_next(top, self.last_text_at if top is self.last_text else -1)
        return i

    def _index(self, i: int, width: int) -> tuple[int, int]:
        if width == 0:
            line, end = self.stream.line(i)
            return integer(line, self.at(i)), end
        i = self.stream.hold(i, width)
        return int.from_bytes(self.stream.data[i : i + width], "little"), i + width

    # The frame of the stream

    def set_protocol(self, i: int) -> int:
        start = self.at(i)
        i = self.stream.hold(i, 1)
        version = self.stream.data[i]
        if start != self.started:
            text = f"protocol {version} is declared in the middle of the stream"
            self.events.add("protocol", str(version), lambda: text, start, "PROTO")
        self.protocol = version
        if version > 5:
            raise FormatError(f"protocol {version} does not exist", where=f"{start:#x}")
        return i + 1

    def frame(self, i: int) -> int:
        start = self.at(i)
        i = self.stream.hold(i, 8)
        length = int.from_bytes(self.stream.data[i : i + 8], "little")
        end = self.stream.base + i + 8 + length
        if end > self.stream.size:
            text = f"a frame of {length:,} bytes reaches beyond the end"
            self.events.add("frame", "beyond", lambda: text, start, "FRAME", length=length)
        elif self.stream.frame_end > self.stream.base + i + 8:
            self.events.add("frame", "inside", lambda: "a frame inside another one", start, "FRAME", length=length)
            end = max(end, self.stream.frame_end)
        self.stream.bound(end)
        return i + 8

    def nothing(self, i: int) -> int:
        """Do what READONLY_BUFFER does to a symbol."""
        return i


_TEXTS = frozenset({str, bytes})


def _has_calls(arguments: Any) -> bool:
    """Whether values that hold other values are given: without room such chains are not kept."""
    return type(arguments) is not tuple or any(type(a) in (Call, tuple, Dict, list) for a in arguments)


def _operand(value: Any) -> str:
    """Return an operand of a computed import: a text as it is, anything else as an expression."""
    text = text_of(value)
    return f"<{written(value)}>" if text is None else text


def _apart(arguments: Any, passed: tuple[str, ...]) -> str:
    """Return what tells calls apart of functions whose effect depends on what they are given."""
    last = arguments[-1] if type(arguments) is tuple and arguments else None
    chosen = (
        last.head[:4].hex() if type(last) is Blob else text_of(last) if type(last) in _TEXTS else type(last).__name__
    )
    return ",".join((*passed, clean(str(chosen), 64)))


def _python3(module: str, name: str) -> tuple[str, str] | None:
    """Return what Python 3 imports for a name of Python 2, None where it is the same."""
    found = _compat_pickle.NAME_MAPPING.get((module, name))
    found = found or (_compat_pickle.IMPORT_MAPPING.get(module, module), name)
    return found if found != (module, name) else None


def _form(identity: Any) -> str:
    """Name the form of a persistent id: torch's is a tuple that begins with `storage`."""
    if type(identity) is tuple:
        kind = text_of(identity[0]) if identity else ""
        if kind == "module" and len(identity) == 4 and type(identity[1]) is Global:
            return "torch module"
        return "torch storage" if kind == "storage" and len(identity) >= 5 else "tuple"
    return "text" if type(identity) in _TEXTS else "dict" if type(identity) is Dict else "other"
