"""What a pickle would build, as symbols: nothing here is ever called, imported or constructed.

Numbers, texts up to a bound, tuples, lists and None stand for themselves. Everything else is one of the types below. Values are
shared and may refer to themselves, as the pickle's memo makes them; whoever walks them must bound the walk.
"""

from __future__ import annotations

from typing import Any

# Longer texts and all byte strings are kept by their place only.
TEXT_LIMIT = 65_536


class Blob:
    """A byte string, or a long text: where it lies in the pickle, how long it is, and its first bytes."""

    __slots__ = ("head", "length", "offset")

    def __init__(self, offset: int, length: int, head: bytes) -> None:
        self.offset = offset
        self.length = length
        self.head = head


class Global:
    """A name that the pickle imports: `module.name`. `is_computed` tells that it was put together while unpickling."""

    __slots__ = ("is_computed", "module", "name", "offset")

    def __init__(self, module: str, name: str, offset: int, *, is_computed: bool = False) -> None:
        self.module = module
        self.name = name
        self.offset = offset
        self.is_computed = is_computed

    @property
    def path(self) -> str:
        """The dotted path."""
        return f"{self.module}.{self.name}"


class Call:
    """What a call would return: `function` is a `Global`, another `Call`, or a value that cannot be called at all.

    `opcode` says how it was called; `state` is what BUILD would hand to the object, `items` what would be appended to it,
    `pairs` what would be set in it by key.
    """

    __slots__ = ("arguments", "function", "items", "keywords", "offset", "opcode", "pairs", "state")

    def __init__(self, function: Any, arguments: Any, offset: int, opcode: str, keywords: Any = None) -> None:
        self.function = function
        self.arguments = arguments
        self.keywords = keywords
        self.offset = offset
        self.opcode = opcode
        self.state: Any = None
        self.items: list[Any] = []
        self.pairs: list[tuple[Any, Any]] = []

    @property
    def path(self) -> str:
        """The dotted path of what is called, empty where that is no plain name."""
        return self.function.path if isinstance(self.function, Global) else ""

    def get(self, key: Any) -> Any:
        """Return what was set last by a key, None where nothing was."""
        return _last(self.pairs, key)


class Dict:
    """A dictionary, as the pairs set in it, in order; keys need not be hashable, because they are symbols."""

    __slots__ = ("pairs",)

    def __init__(self) -> None:
        self.pairs: list[tuple[Any, Any]] = []

    def get(self, key: Any) -> Any:
        """Return what was set last by a key, None where nothing was."""
        return _last(self.pairs, key)


class Set:
    """A set or frozenset."""

    __slots__ = ("items",)

    def __init__(self, items: list[Any]) -> None:
        self.items = items


class Persistent:
    """An object that the unpickler's owner is asked for by an id: torch's storages."""

    __slots__ = ("identity", "offset")

    def __init__(self, identity: Any, offset: int) -> None:
        self.identity = identity
        self.offset = offset


class Extension:
    """A name from the extension registry, which only the running process knows."""

    __slots__ = ("code", "offset")

    def __init__(self, code: int, offset: int) -> None:
        self.code = code
        self.offset = offset


def _last(pairs: list[tuple[Any, Any]], key: Any) -> Any:
    return next((value for found, value in reversed(pairs) if type(found) is type(key) and found == key), None)


def written(value: Any, *, depth: int = 6, width: int = 12, length: int = 200) -> str:
    """Return a value as Python would write it, cut in depth, width and length; it may refer to itself."""
    text = _written(value, depth, width)
    return text if len(text) <= length else text[: length - 1] + "…"


def _written(value: Any, depth: int, width: int) -> str:
    if depth <= 0:
        return "…"
    match value:
        case Global():
            return value.path
        case Call(function=function, arguments=arguments):
            inner = _list(arguments if isinstance(arguments, tuple | list) else [arguments], depth, width)
            return f"{_written(function, depth - 1, width)}({inner})"
        case Blob() | Persistent() | Extension():
            return _placeholder(value)
        case Dict(pairs=pairs):
            shown = [f"{_written(k, depth - 1, width)}: {_written(v, depth - 1, width)}" for k, v in pairs[:width]]
            return "{" + ", ".join(shown) + (", …" if len(pairs) > width else "") + "}"
        case Set(items=items):
            return "{" + _list(items, depth, width) + "}"
        case tuple():
            return f"({_list(value, depth, width)}{',' if len(value) == 1 else ''})"
        case list():
            return f"[{_list(value, depth, width)}]"
        case str():
            return repr(value[:120]) + ("…" if len(value) > 120 else "")
        case int() if abs(value) >> 64:
            return "<large number>"
    return repr(value)


def _placeholder(value: Blob | Persistent | Extension) -> str:
    if isinstance(value, Blob):
        return f"<{value.length:,} bytes>"
    return "<persistent object>" if isinstance(value, Persistent) else f"<extension {value.code}>"


def _list(values: Any, depth: int, width: int) -> str:
    shown = [_written(value, depth - 1, width) for value in values[:width]]
    return ", ".join(shown) + (", …" if len(values) > width else "")
