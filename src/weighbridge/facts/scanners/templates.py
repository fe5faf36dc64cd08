"""Chat templates: what a Jinja template reaches for, read from its syntax tree.

A template is parsed, never rendered. Strings are folded first (`'__cl' ~ 'ass__'`, `['a', 'b']|join`, `'x'|reverse`, `'%s' % 'y'`),
so that a name put together from pieces is seen as the name it is. What real templates need is little: fields of messages and
tools, methods of strings and lists, a handful of functions and filters; everything else is observed.
"""

from __future__ import annotations

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
        self._defined = {"loop", "caller", "varargs", "kwargs"}

    def observe(self, tree: nodes.Template) -> Iterator[Observation]:
        """Yield one observation for everything out of the ordinary, in the order of the text."""
        self._defined |= {macro.name for macro in tree.find_all(nodes.Macro)}
        yield from self._visit(tree, 1)

    def _visit(self, node: nodes.Node, repeats: int) -> Iterator[Observation]:
        yield from self._judge(node)
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
            case nodes.Const(value=str(text)) if "__" in text:
                yield from self._protected(text, "holds", node)
            case nodes.Concat() | nodes.Add() | nodes.Mod():
                yield from self._text(node)

    def _name(self, name: str, node: nodes.Node) -> Iterator[Observation]:
        if name.startswith("_"):
            yield self._told("template.dunder", name, f"reads the attribute {name}", node)

    def _key(self, key: nodes.Expr, node: nodes.Node) -> Iterator[Observation]:
        folded = fold(key)
        if isinstance(folded.value, str):
            yield from self._name(folded.value, node)
        elif folded.is_built:
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
    return 1
