# ruff: noqa: D102 - the methods below are the opcodes of their names
"""Steps that move values on the stack, and put them into containers."""

from __future__ import annotations

from typing import Any

from weighbridge.errors import FormatError
from weighbridge.formats.pickle.core import Core
from weighbridge.formats.pickle.memo import DICT, LIST, SET
from weighbridge.formats.pickle.values import Call, Dict, Global, Set, python3_path, written

_SHOWN = 64


class Building(Core):
    """The stack and the containers."""

    def mark(self, i: int) -> int:
        self.marks.append(len(self.stack))
        return i

    def pop(self, i: int) -> int:
        if self.marks and self.marks[-1] == len(self.stack):
            self.marks.pop()
        else:
            self.stack.pop()
        return i

    def pop_mark(self, i: int) -> int:
        self.to_mark()
        return i

    def dup(self, i: int) -> int:
        self.stack.append(self.stack[-1])
        return i

    def stop(self, i: int) -> int:
        self.value = self.stack.pop()
        self.is_stopped = True
        stream, rest = self.stream, self.stream.frame_end - self.stream.base - i
        stream.bound(-1)
        if 0 < rest <= stream.size - stream.base - i:
            text = f"{rest:,} bytes of the last frame behind STOP, which a loader of files skips"
            self.event("frame", "unread", lambda: text, i, length=rest)
            i = stream.skip(i, rest)
        return i

    def empty_list(self, i: int) -> int:
        self.room -= 3
        self.stack.append([] if self.room > 0 else LIST)
        return i

    def empty_dict(self, i: int) -> int:
        self.room -= 3
        self.stack.append(Dict() if self.room > 0 else DICT)
        return i

    def empty_set(self, i: int) -> int:
        self.room -= 3
        self.stack.append(Set() if self.room > 0 else SET)
        return i

    def list_marked(self, i: int) -> int:
        items = self._counted(self.to_mark())
        self.stack.append(items if self.room > 0 else LIST)
        return i

    def dict_marked(self, i: int) -> int:
        pairs = self._pairs(self._counted(self.to_mark()), i)
        self.stack.append(Dict(pairs) if self.room > 0 else DICT)
        return i

    def set_marked(self, i: int) -> int:
        items = self._counted(self.to_mark())
        self.stack.append(Set(items) if self.room > 0 else SET)
        return i

    def tuple_marked(self, i: int) -> int:
        self.stack.append(tuple(self._counted(self.to_mark())))
        return i

    def tuple_of(self, i: int, count: int) -> int:
        stack = self.stack
        if len(stack) < count:
            raise IndexError
        items = tuple(stack[-count:])
        del stack[-count:]
        stack.append(items)
        self.room -= count + 2
        return i

    def _counted(self, items: list[Any]) -> list[Any]:
        """Count the parts of a container; without room only the first are kept."""
        self.room -= 2 + len(items)
        if self.room > 0 or len(items) <= _SHOWN:
            return items
        self.kept_whole = False
        return items[:_SHOWN]

    def append(self, i: int) -> int:
        item = self.stack.pop()
        self._extend([item], i)
        return i

    def appends(self, i: int) -> int:
        self._extend(self.to_mark(), i)
        return i

    def _extend(self, items: list[Any], i: int) -> None:
        target = self.stack[-1]
        kind = type(target)
        if kind is Global:
            self.mutated(target, items, i)
        elif self.room <= 0:
            self.kept_whole = False
        elif kind is list:
            self.room -= len(items)
            target.extend(items)
        elif kind is Call or kind is Set:
            self.room -= len(items) + 3
            if target.items:
                target.items.extend(items)
            else:
                target.items = items

    def set_item(self, i: int) -> int:
        value, key = self.stack.pop(), self.stack.pop()
        self._set([(key, value)], i)
        return i

    def set_items(self, i: int) -> int:
        self._set(self._pairs(self.to_mark(), i), i)
        return i

    def _set(self, pairs: list[tuple[Any, Any]], i: int) -> None:
        target = self.stack[-1]
        kind = type(target)
        if kind is Global:
            self.mutated(target, pairs, i)
        elif self.room <= 0:
            self.kept_whole = False
        elif kind is Dict or kind is Call:
            self.room -= 2 * len(pairs) + 2
            if target.pairs:
                target.pairs.extend(pairs)
            else:
                target.pairs = pairs

    def _pairs(self, items: list[Any], i: int) -> list[tuple[Any, Any]]:
        if len(items) % 2:
            raise FormatError("a dictionary with a key and no value", where=f"{self.at(i):#x}")
        return list(zip(items[::2], items[1::2], strict=True))

    def mutated(self, target: Global, change: Any, i: int) -> None:
        """Take note of a change to what was imported: it changes the running program."""

        def write() -> str:
            return f"{target.path} is changed by {written(change)}"

        more = {"computed": target.is_computed, "module": target.module, "name": target.name}
        self.event("mutate", python3_path(target), write, i, **more)
