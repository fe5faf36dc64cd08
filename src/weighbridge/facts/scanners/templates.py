"""Chat templates: what a Jinja template reaches for, read from its syntax tree.

A template is parsed, never rendered. Strings are folded first (`'__cl' ~ 'ass__'`, `['a', 'b']|join`, `'x'|reverse`, `'%s' % 'y'`),
so that a name put together from pieces is seen as the name it is. What real templates need is little: fields of messages and
tools, methods of strings and lists, a handful of functions and filters; everything else is observed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import jinja2
from jinja2 import nodes
from jinja2.defaults import DEFAULT_FILTERS  # type: ignore[attr-defined]
from jinja2.ext import Extension
from jinja2.parser import Parser

from weighbridge.errors import FormatError
from weighbridge.facts.scan import Observation
from weighbridge.facts.scanners.folding import fold
from weighbridge.formats.binary import LIMITS, Limits, require
from weighbridge.model import Location

_TEMPLATE_BYTES = 1024 * 1024
# Rendering such a loop takes longer than any conversation could.
_ITERATIONS = 1_000_000
# No text that a chat template makes of constants is longer, and no number is raised to a higher power.
_MADE = 1_000_000
_EXPONENT = 4_096
# Deeper expressions are not measured.
_SIZED = 40
# Methods and filters that fill a text up to a width.
_FILLING = frozenset({"center", "ljust", "rjust", "zfill", "indent", "wordwrap", "expandtabs", "format", "truncate"})
_WIDTH = re.compile(r"%[-+ #0]*\d{7,}|%\*|\{[^{}]*:[^{}]*\d{7,}[^{}]*\}|%[^%a-zA-Z]*\.\d{7,}")

FUNCTIONS = frozenset(
    {"range", "dict", "namespace", "raise_exception", "strftime_now", "zip", "enumerate", "len", "joiner"}
)
METHODS = frozenset(
    [
        "append",
        "capitalize",
        "count",
        "endswith",
        "extend",
        "find",
        "format",
        "get",
        "index",
        "insert",
        "isalpha",
        "isdigit",
        "isnumeric",
        "isspace",
        "items",
        "join",
        "keys",
        "lower",
        "lstrip",
        "partition",
        "pop",
        "removeprefix",
        "removesuffix",
        "replace",
        "rfind",
        "rindex",
        "rpartition",
        "rsplit",
        "rstrip",
        "setdefault",
        "sort",
        "split",
        "splitlines",
        "startswith",
        "strip",
        "title",
        "update",
        "upper",
        "values",
        "zfill",
        "copy",
        "clear",
        "cycle",
        "changed",
    ]
)
FILTERS = frozenset(DEFAULT_FILTERS) - {"attr", "xmlattr", "pprint"} | {
    "tojson",
    "from_json",
    "b64encode",
}
_BY_ATTRIBUTE = frozenset({"map", "selectattr", "rejectattr", "groupby", "sort", "unique", "sum", "min", "max"})


# Names by which Python's own machinery is reached; a conversation's texts may hold other words between underscores.
PROTECTED = frozenset(
    f"__{name}__"
    for name in [
        "base",
        "bases",
        "builtins",
        "call",
        "class",
        "closure",
        "code",
        "delattr",
        "dict",
        "doc",
        "func",
        "getattr",
        "getattribute",
        "getitem",
        "globals",
        "import",
        "init",
        "kwdefaults",
        "loader",
        "module",
        "mro",
        "name",
        "new",
        "qualname",
        "reduce",
        "reduce_ex",
        "self",
        "setattr",
        "spec",
        "subclasses",
        "subclasshook",
    ]
)


class _Generation(Extension):
    """Lets `{% generation %}` of transformers' templates parse."""

    tags = {"generation"}  # noqa: RUF012 - the type that Jinja asks for

    def parse(self, parser: Parser) -> list[nodes.Node]:
        """Return the block's body in its place."""
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


# Only ever used to parse: rendering with it would need a sandbox.
_ENVIRONMENT = jinja2.Environment(  # noqa: S701
    trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols", "jinja2.ext.do", _Generation]
)


def scan(template: str, path: str, pointer: str | None = None, limits: Limits = LIMITS) -> Iterator[Observation]:
    """Yield what a template reaches for. Raises `LimitExceeded` for one that is too long."""
    require(_TEMPLATE_BYTES, len(template), "characters of template", path)
    try:
        tree = _ENVIRONMENT.parse(template)
    except jinja2.TemplateSyntaxError as error:
        where = Location(path, pointer=pointer, line=None if pointer else error.lineno)
        yield Observation("template.unparsable", "", f"line {error.lineno}: {error.message}", where)
        return
    except RecursionError:
        raise FormatError(f"{path}: a template nested beyond {limits.depth} levels cannot be read") from None
    yield from _Walk(path, pointer).observe(tree)


class _Walk:
    """One pass over a template's syntax tree."""

    def __init__(self, path: str, pointer: str | None) -> None:
        self._path = path
        self._pointer = pointer
        self._sizes: dict[str, int] = {}
        self._defined = {"loop", "caller", "varargs", "kwargs"}

    def observe(self, tree: nodes.Template) -> Iterator[Observation]:
        """Yield one observation for everything out of the ordinary, in the order of the text."""
        self._defined |= {macro.name for macro in tree.find_all(nodes.Macro)}
        yield from self._visit(tree, 1)

    def _visit(self, node: nodes.Node, repeats: int) -> Iterator[Observation]:
        yield from self._judge(node)
        if repeats > 1 and isinstance(node, nodes.Assign) and _doubles(node):
            yield self._told(
                "template.exhaustion", "doubling", "a text that a loop makes twice as long each time", node
            )
        for child in node.iter_child_nodes():
            inner = repeats
            if isinstance(node, nodes.For) and child is not node.iter:
                inner = min(repeats * _iterations(node.iter), _ITERATIONS + 1)
                if inner > _ITERATIONS >= repeats:
                    yield self._told("template.exhaustion", "for", "a loop of more than a million steps", node)
            yield from self._visit(child, inner)

    def _judge(self, node: nodes.Node) -> Iterator[Observation]:
        match node:
            case nodes.Include() | nodes.Import() | nodes.FromImport() | nodes.Extends():
                yield self._told("template.import", type(node).__name__.lower(), "loads another template", node)
            case nodes.Getattr(attr=name):
                yield from self._name(name, node)
            case nodes.Getitem(arg=key) if not isinstance(key, nodes.Slice):
                yield from self._key(key, node)
            case nodes.Filter(name=name):
                yield from self._filter(name, node)
            case nodes.Call():
                yield from self._call(node)
            case nodes.Name(name=name) if name in PROTECTED:
                yield from self._name(name, node)
            case nodes.Const(value=str(text)):
                yield from self._constant(text, node)
            case nodes.Assign():
                yield from self._assigned(node)
            case nodes.Mul() | nodes.Pow():
                yield from self._grown(node)
            case nodes.Concat() | nodes.Add() | nodes.Mod():
                yield from self._text(node)

    def _name(self, name: str, node: nodes.Node) -> Iterator[Observation]:
        if name.startswith("_"):
            yield self._told("template.dunder", name, f"reads the attribute {name}", node)

    def _key(self, key: nodes.Expr, node: nodes.Node) -> Iterator[Observation]:
        folded = fold(key)
        if isinstance(folded.value, str):
            yield from self._name(folded.value, node)
        elif folded.is_built or _is_content(key) or _is_text(node):
            yield self._told("template.computed", "subscript", "reads an attribute whose name is put together", node)

    def _filter(self, name: str, node: nodes.Filter) -> Iterator[Observation]:
        if name == "attr":
            yield self._told("template.attr", name, "reads an attribute by its name (`|attr`)", node)
        elif name not in FILTERS:
            yield self._told("template.function", name, f"the filter {name}, which chat templates do not have", node)
        arguments = list(node.args[:1]) if name in _BY_ATTRIBUTE else []
        arguments += [pair.value for pair in node.kwargs or [] if pair.key == "attribute"]
        for argument in arguments:
            folded = fold(argument)
            if isinstance(folded.value, str):
                for part in folded.value.split("."):
                    yield from self._name(part, node)
                if name == "map" and folded.value in {"attr", "attribute"}:
                    yield self._told("template.attr", "map", "reads attributes by their name (`|map('attr')`)", node)
            elif folded.is_built:
                yield self._told("template.computed", name, f"`|{name}` over a name that is put together", node)
        yield from self._text(node)
        yield from self._filled(name, node, node)

    def _call(self, node: nodes.Call) -> Iterator[Observation]:
        called = node.node
        if isinstance(called, nodes.Name) and called.name not in FUNCTIONS | self._defined:
            yield self._told("template.function", called.name, f"calls {called.name}()", node)
        if isinstance(called, nodes.Getattr) and not self._is_known_method(called):
            yield self._told("template.function", called.attr, f"calls the method {called.attr}()", node)
        if isinstance(called, nodes.Call):
            yield self._told("template.function", "call of a call", "calls what a call returns", node)
        if isinstance(called, nodes.Name) and called.name == "range" and _iterations(node) > _ITERATIONS:
            yield self._told("template.exhaustion", "range", "a range of more than a million steps", node)
        name = (
            called.attr if isinstance(called, nodes.Getattr) else called.name if isinstance(called, nodes.Name) else ""
        )
        yield from self._filled(name, node, node)

    def _constant(self, text: str, node: nodes.Expr) -> Iterator[Observation]:
        if "__" in text:
            yield from self._protected(text, "holds", node)
        if _WIDTH.search(text):
            yield self._told("template.exhaustion", "width", "fills a text up to millions of characters", node)

    def _grown(self, node: nodes.Mul | nodes.Pow) -> Iterator[Observation]:
        """Observe texts that are repeated, and numbers that are raised, beyond what any conversation needs."""
        left, right = fold(node.left).value, fold(node.right).value
        if isinstance(node, nodes.Pow):
            grows = isinstance(right, int) and right > _EXPONENT
        else:
            grows = self._size(node) > _MADE or max(_number(left), _number(right)) > 2**40
        if grows:
            yield self._told("template.exhaustion", "growth", "makes a text or a number of millions of digits", node)

    def _size(self, node: nodes.Node, depth: int = 0) -> int:
        """Return how long a text is, as far as constants tell, with what the template's variables were set to."""
        if depth > _SIZED:
            return 1
        match node:
            case nodes.Const(value=str(text)):
                return len(text)
            case nodes.Name(name=name):
                return self._sizes.get(name, 1)
            case nodes.Mul(left=left, right=right):
                counts = [_number(fold(side).value) for side in (left, right)]
                sizes = [self._size(side, depth + 1) for side in (left, right)]
                return max(counts[0] * sizes[1], counts[1] * sizes[0]) if not all(counts) else 1
            case nodes.Add(left=left, right=right):
                return self._size(left, depth + 1) + self._size(right, depth + 1)
            case nodes.Concat(nodes=parts):
                return sum(self._size(part, depth + 1) for part in parts)
        return 1

    def _assigned(self, node: nodes.Assign) -> Iterator[Observation]:
        """Remember how long what a variable is set to is, and observe what no conversation needs."""
        if isinstance(node.target, nodes.Name):
            size = self._size(node.node)
            self._sizes[node.target.name] = min(size, _MADE + 1)
            if size > _MADE and not isinstance(node.node, nodes.Mul):
                yield self._told("template.exhaustion", "growth", "makes a text of millions of characters", node)

    def _filled(self, name: str, node: nodes.Filter | nodes.Call, told: nodes.Node) -> Iterator[Observation]:
        values = [*node.args, *(pair.value for pair in node.kwargs or [])]
        if (name in _FILLING or name == "lipsum") and any(_number(fold(value).value) > _MADE for value in values):
            yield self._told("template.exhaustion", name, f"{name} makes a text of millions of characters", told)

    def _is_known_method(self, called: nodes.Getattr) -> bool:
        """Tell whether a method is one of texts and lists, a block's or macro's, or protected (told as such already)."""
        own = isinstance(called.node, nodes.Name) and called.node.name in self._defined | {"self"}
        return own or called.attr in METHODS or called.attr.startswith("_")

    def _text(self, node: nodes.Expr) -> Iterator[Observation]:
        """Observe a text that only becomes a protected name when its pieces are put together."""
        folded = fold(node)
        if isinstance(folded.value, str) and folded.is_built:
            yield from self._protected(folded.value, "puts together", node)

    def _protected(self, text: str, verb: str, node: nodes.Node) -> Iterator[Observation]:
        name = next((name for name in sorted(PROTECTED) if name in text), "")
        if name:
            yield self._told("template.dunder", name, f"{verb} the name {name}", node)

    def _told(self, kind: str, subject: str, text: str, node: nodes.Node) -> Observation:
        line = None if self._pointer else node.lineno
        where = Location(self._path, line=line, pointer=self._pointer)
        return Observation(kind, subject, f"template line {node.lineno}: {text}", where)


def _iterations(node: nodes.Node) -> int:
    """Return how often a loop over the expression runs, as far as its constants tell; 1 where they do not."""
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name == "range":
        bounds = [fold(argument) for argument in node.args[:2]]
        numbers = [b.value for b in bounds if isinstance(b.value, int)]
        if len(numbers) == len(bounds) and numbers:
            return max(1, numbers[-1] - (numbers[0] if len(numbers) > 1 else 0))
    held = fold(node).value
    return max(1, len(held)) if isinstance(held, str | list) else 1


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _doubles(node: nodes.Assign) -> bool:
    """Whether an assignment puts what it assigns to more than once into its new value: `x = x ~ x`."""
    target = node.target
    if not isinstance(target, nodes.NSRef | nodes.Name) or not isinstance(
        node.node, nodes.Concat | nodes.Add | nodes.Mul
    ):
        return False
    name = (target.name, target.attr) if isinstance(target, nodes.NSRef) else (target.name,)
    return sum(_path(part) == name for part in node.node.find_all((nodes.Getattr, nodes.Name))) > 1


def _path(node: nodes.Node) -> tuple[str, ...]:
    if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name):
        return (node.node.name, node.attr)
    return (node.name,) if isinstance(node, nodes.Name) else ()


def _is_content(key: nodes.Expr) -> bool:
    """Whether a subscript is what somebody says in the conversation."""
    return (isinstance(key, nodes.Getattr) and key.attr == "content") or (
        isinstance(key, nodes.Getitem) and isinstance(key.arg, nodes.Const) and key.arg.value == "content"
    )


def _is_text(node: nodes.Node) -> bool:
    """Whether an attribute of a text that stands in the template is asked for: a number would be a letter of it."""
    if not isinstance(node, nodes.Getitem) or isinstance(node.arg, nodes.Const | nodes.Slice | nodes.Neg):
        return False
    return isinstance(node.node, nodes.Const) and node.node.value == ""
