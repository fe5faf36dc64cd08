"""Python source: what it could do if it ran, told by what it calls and reads.

The source is parsed, never imported. Observations have the kind `python.<capability>`; `details` says where the code stands:
`at` is `import` for code that runs as soon as the module is imported, and `call` for code inside a function.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from weighbridge.errors import FormatError
from weighbridge.facts.scan import Observation
from weighbridge.facts.scanners.capabilities import CAPABILITIES, SECRET_FILES, SECRET_NAMES, STATIC_ONLY
from weighbridge.facts.scanners.python_names import Names
from weighbridge.formats.binary import LIMITS, require
from weighbridge.model import Location

_SOURCE_BYTES = 4 * 1024 * 1024
_TEXT = 160
# Code that begins beyond the right edge of any editor was put where nobody looks.
_FAR_COLUMN = 200
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def scan(source: str, path: str, *, member: str | None = None) -> Iterator[Observation]:
    """Yield what the source could do. Raises `LimitExceeded` for one that is too long, `FormatError` for no Python."""
    require(_SOURCE_BYTES, len(source), "characters of Python", path)
    tree = parse(source, path)
    yield from _hidden(source, path, member)
    yield from _Walk(path, member).visit(tree, at="import", depth=0)


def parse(source: str, path: str) -> ast.Module:
    """Return the syntax tree. Raises `FormatError` for what is no Python, or is nested beyond any sense."""
    try:
        return ast.parse(source)
    except SyntaxError as error:
        raise FormatError(f"{path} is not Python: line {error.lineno}: {error.msg}", where=f"{error.lineno}") from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise FormatError(f"{path} cannot be parsed: {type(error).__name__}") from None


def _hidden(source: str, path: str, member: str | None) -> Iterator[Observation]:
    """Observe text that an editor shows otherwise than Python reads it."""
    for number, line in enumerate(source.splitlines(), 1):
        where = Location(path, line=number, member=member)
        if not _BIDI.isdisjoint(line):
            yield Observation("python.obfuscated", "bidi", "text direction is switched inside the line", where)
        stripped = line.lstrip()
        if len(line) - len(stripped) > _FAR_COLUMN and stripped[:1] not in {"", "#"}:
            yield Observation("python.obfuscated", "far column", f"code begins in column {_FAR_COLUMN} or later", where)


class _Walk:
    """One pass over a module's syntax tree, in the order of the text."""

    def __init__(self, path: str, member: str | None) -> None:
        self._path = path
        self._member = member
        self._names = Names()

    def visit(self, node: ast.AST, at: str, depth: int) -> Iterator[Observation]:
        """Yield observations about a node and all below it."""
        if depth > LIMITS.depth * 4:
            raise FormatError(f"{self._path} is nested beyond {LIMITS.depth * 4} levels")
        self._names.learn(node)
        yield from self._judge(node, at)
        inner = "call" if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) else at
        for child in ast.iter_child_nodes(node):
            yield from self.visit(child, inner, depth + 1)

    def _judge(self, node: ast.AST, at: str) -> Iterator[Observation]:
        if isinstance(node, ast.Call):
            yield from self._call(node, at)
        elif isinstance(node, ast.Attribute | ast.Name) and isinstance(node.ctx, ast.Load):
            yield from self._reference(node, at)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from self._constant(node, node.value, at)

    def _call(self, node: ast.Call, at: str) -> Iterator[Observation]:
        path = self._names.resolve(node.func)
        capability = CAPABILITIES.of(path) if path else None
        if capability is not None and capability.applies(node, self._names):
            yield self._told(capability.name, path, node, at, computed=self._is_computed(node))
        if path in {"getattr", "__import__", "importlib.import_module"} and not self._names.resolve(node):
            yield from self._computed_name(path, node, at)
        for argument in [*node.args, *(keyword.value for keyword in node.keywords)]:
            passed = self._names.resolve(argument)
            if passed in STATIC_ONLY:
                yield self._told(STATIC_ONLY[passed], passed, node, at, computed=True)

    def _computed_name(self, path: str, node: ast.Call, at: str) -> Iterator[Observation]:
        """Observe a module or attribute of a module whose name only the run tells."""
        named = node.args[0] if path != "getattr" else node.args[1] if len(node.args) > 1 else None
        if named is None or isinstance(named, ast.Constant):
            return
        if path != "getattr":
            yield self._told("dynamic-code", path, node, at, computed=True)
        elif self._names.resolve(node.args[0]) in CAPABILITIES.modules:
            yield self._told("dynamic-code", "getattr", node, at, computed=True)

    def _is_computed(self, node: ast.Call) -> bool:
        """Tell whether the first argument is not written out: `exec(base64.b64decode(…))` rather than `exec('x = 1')`."""
        return bool(node.args) and not isinstance(node.args[0], ast.Constant)

    def _reference(self, node: ast.Attribute | ast.Name, at: str) -> Iterator[Observation]:
        if self._names.resolve(node) == "os.environ":
            yield self._told("environment-read", "os.environ", node, at)

    def _constant(self, node: ast.Constant, text: str, at: str) -> Iterator[Observation]:
        secret = next((name for name in SECRET_FILES if name in text), "") if len(text) < 4096 else ""
        if secret or text in SECRET_NAMES:
            yield self._told("credential-read", secret or text, node, at)

    def _told(self, capability: str, subject: str, node: ast.expr, at: str, *, computed: bool = False) -> Observation:
        where = Location(self._path, line=node.lineno, column=node.col_offset + 1, member=self._member)
        details = {"at": at} | ({"computed": True} if computed else {})
        return Observation(f"python.{capability}", subject, _written(node), where, details=details)


def _written(node: ast.expr) -> str:
    """Return the expression as Python, cut to a line's length."""
    try:
        text = ast.unparse(node)
    except RecursionError:
        return "(deeply nested)"
    return text if len(text) <= _TEXT else f"{text[:_TEXT]}…"
