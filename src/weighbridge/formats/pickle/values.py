"""What a pickle would build, as symbols: nothing here is ever called, imported or constructed.

Numbers, texts, tuples, lists and None stand for themselves; everything else is one of the types below. Values are shared and
may refer to themselves, as the pickle's memo makes them; whoever walks them must bound the walk, as `written` does.
A text that was not needed yet stands as the `bytes` it was read as (`text_of` tells them apart from byte strings, which are
always a `Blob`), and a container whose content is not kept as an `Opaque`.
"""

from __future__ import annotations

from typing import Any

# Longer texts, and all byte strings, are kept by their place only.
TEXT_LIMIT = 65_536
# Parts of one expression that are shown, and the length to which it is cut.
_PARTS = 80
_LENGTH = 300


class Opaque:
    """A value whose content is not kept; `code` is its place in the memo, `subject` the path of the call that gave it.

    Once everything about building it is told, `tally` is the event to be counted; `result` is what BUILD leaves: itself.
    """

    __slots__ = ("code", "result", "subject", "tally", "text")

    def __init__(self, text: str, code: int = 0, subject: str = "") -> None:
        self.text = text
        self.code = code
        self.subject = subject
        self.tally: dict[str, Any] | None = None
        self.result = self


class Blob:
    """A byte string, or a long text or number: where its bytes lie, how many they are, and the first of them."""

    __slots__ = ("head", "length", "offset")

    def __init__(self, offset: int, length: int, head: bytes) -> None:
        self.offset = offset
        self.length = length
        self.head = head


class Global:
    """A name that the pickle imports, as written in it.

    `renamed` is the module and name that Python 3 takes for a Python 2 name in an old protocol, empty where it is the same.
    `is_computed` tells that an operand of the import was no constant; module and name are then expressions. `result` stands
    for what calling it returns; once everything about its calls is told, `tally` is the event to be counted.
    """

    __slots__ = ("is_computed", "module", "name", "offset", "path", "renamed", "result", "tally")

    def __init__(
        self, module: str, name: str, offset: int, *, is_computed: bool = False, renamed: tuple[str, str] | None = None
    ) -> None:
        self.module = module
        self.name = name
        self.path = f"{module}.{name}"
        self.offset = offset
        self.is_computed = is_computed
        self.renamed = renamed
        self.tally: dict[str, Any] | None = None
        self.result = Opaque(f"{self.path}(…)", subject=python3_path(self))


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
        self.items: list[Any] | tuple[()] = ()
        self.pairs: list[tuple[Any, Any]] | tuple[()] = ()

    @property
    def path(self) -> str:
        """The dotted path of what is called, by its Python 3 name; empty where that is no plain name."""
        return python3_path(self.function) if type(self.function) is Global else ""

    def get(self, key: Any) -> Any:
        """Return what was set last by a key, None where nothing was."""
        return _last(self.pairs, key)


class Dict:
    """A dictionary, as the pairs set in it, in order; keys need not be hashable, because they are symbols."""

    __slots__ = ("pairs",)

    def __init__(self, pairs: list[tuple[Any, Any]] | tuple[()] = ()) -> None:
        self.pairs = pairs

    def get(self, key: Any) -> Any:
        """Return what was set last by a key, None where nothing was."""
        return _last(self.pairs, key)


class Set:
    """A set or frozenset."""

    __slots__ = ("items",)

    def __init__(self, items: list[Any] | tuple[()] = ()) -> None:
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


def python3_path(imported: Global) -> str:
    """Return the dotted path under which Python 3 finds a name."""
    return ".".join(imported.renamed) if imported.renamed else imported.path


def text_of(value: Any) -> str | None:
    """Return a value that is a text as one, with escapes for what is no UTF-8; None for any other value."""
    return text_or_escaped(value) if type(value) is str or type(value) is bytes else None


def _last(pairs: list[tuple[Any, Any]] | tuple[()], key: Any) -> Any:
    return next((value for found, value in reversed(pairs) if type(found) is type(key) and found == key), None)


def clean(text: str, length: int = _LENGTH) -> str:
    """Return a text that can be written as UTF-8, cut to a length."""
    cut = text if len(text) <= length else text[: length - 1] + "…"
    return cut.encode("utf-8", "backslashreplace").decode()


def written(value: Any, *, depth: int = 8, parts: int = _PARTS, length: int = _LENGTH) -> str:
    """Return a value as Python would write it, cut in depth, parts and length; it may refer to itself."""
    return clean(_Writer(parts).write(value, depth), length)


class _Writer:
    """Writes an expression of at most so many parts: shared values must not be written as often as they are met."""

    def __init__(self, parts: int) -> None:
        self._left = parts

    def write(self, value: Any, depth: int) -> str:
        self._left -= 1
        if depth <= 0 or self._left < 0:
            return "…"
        match value:
            case Opaque(text=text):
                return text
            case Global():
                return value.path
            case Call():
                return self._call(value, depth)
            case Dict(pairs=pairs):
                return "{" + ", ".join(self._pairs(pairs, depth)) + "}"
            case Set(items=items):
                return "{" + self._list(items, depth) + "}"
            case tuple():
                return f"({self._list(value, depth)}{',' if len(value) == 1 else ''})"
            case list():
                return f"[{self._list(value, depth)}]"
        return _leaf(value)

    def _call(self, value: Call, depth: int) -> str:
        function = self.write(value.function, depth - 1)
        arguments = value.arguments
        inner = self._list(arguments, depth) if type(arguments) is tuple else f"*{self.write(arguments, depth - 1)}"
        keywords = f", **{self.write(value.keywords, depth - 1)}" if value.keywords is not None else ""
        return f"{function}({inner}{keywords})"

    def _pairs(self, pairs: list[tuple[Any, Any]] | tuple[()], depth: int) -> list[str]:
        shown = []
        for key, item in pairs:
            shown.append(f"{self.write(key, depth - 1)}: {self.write(item, depth - 1)}")
            if self._left < 0:
                break
        return shown

    def _list(self, values: Any, depth: int) -> str:
        shown = []
        for value in values:
            shown.append(self.write(value, depth - 1))
            if self._left < 0:
                break
        return ", ".join(shown)


def _leaf(value: Any) -> str:
    match value:
        case Blob(length=length, head=head):
            shown = repr(head[:24]) + "…" if length > 24 else repr(head[:length])
            return f"<{length:,} bytes {shown}>"
        case Persistent(identity=identity):
            return f"<persistent {clean(str(identity), 60)}>" if isinstance(identity, str) else "<persistent object>"
        case Extension(code=code):
            return f"<extension {code}>"
        case bytes() | str():
            text = text_or_escaped(value)
            return repr(text[:160]) + ("…" if len(text) > 160 else "")
        case int() if abs(value) >> 64:
            return "<large number>"
    return repr(value)


def text_or_escaped(value: str | bytes) -> str:
    """Return a text; of one that stands as bytes, what is no UTF-8 is shown as escapes."""
    if isinstance(value, str):
        return value
    try:
        return value.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return value.decode("utf-8", "backslashreplace")
