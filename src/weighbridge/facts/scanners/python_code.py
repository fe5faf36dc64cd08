"""Python source: what it could do if it ran, told by what it calls, reads and hands on.

The source is parsed, never imported. Observations have the kind `python.<capability>`; `details` says where the code stands:
`at` is `import` for code that runs as soon as the module is imported and `call` for code inside a function, `scope` the
function's name in its module, empty outside of any.

Beside single capabilities some combinations are told: `downloaded-code` and `decoded-code` (run what the network or a
decoder gives), `downloaded-data` (unpickle such), `exfiltration` (send the environment or secrets), `attack-command` (a shell
command that attacks), `obfuscated` (text that an editor shows otherwise, or a way into the interpreter's inside).
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator

import msgspec

from weighbridge.errors import FormatError
from weighbridge.facts.python import syntax_tree
from weighbridge.facts.scan import Observation
from weighbridge.facts.scanners.python_calls import Judge
from weighbridge.formats.binary import LIMITS, require
from weighbridge.model import Location

SOURCE_LENGTH = 1024 * 1024
# Code that begins beyond the right edge of any editor was put where nobody looks.
_FAR_COLUMN = 200
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
# Texts of another program inside a call to `exec`, and again inside that one.
_NESTED = 3


class Analysis(msgspec.Struct, frozen=True):
    """A module, read: what it could do, and what its parts use.

    `uses` maps each scope (a dotted name of functions and classes, empty for the module) to the simple names that code there
    refers to; `functions` and `classes` are the scopes that are such; `imports` the modules imported, relative ones with
    their dots (`.configuration_x`); `bases` maps a class to the simple names of its bases.
    """

    observations: tuple[Observation, ...] = ()
    uses: dict[str, frozenset[str]] = {}
    functions: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    bases: dict[str, tuple[str, ...]] = {}
    imports: tuple[str, ...] = ()


def scan(source: str, path: str, *, member: str | None = None) -> Iterator[Observation]:
    """Yield what the source could do. Raises `LimitExceeded` for one that is too long, `FormatError` for no Python."""
    yield from analyse(source, path, member=member).observations


def analyse(source: str, path: str, *, member: str | None = None) -> Analysis:
    """Read a module. Raises `LimitExceeded` for one that is too long, `FormatError` for no Python."""
    require(SOURCE_LENGTH, len(source), "characters of Python", path)
    walk = _Walk(path, member)
    try:
        walk.module(parse(source, path))
    except RecursionError:
        raise FormatError(f"{path} is nested beyond any sense") from None
    return Analysis(
        (*_hidden(source, path, member), *walk.judge.found),
        {scope: frozenset(names) for scope, names in walk.uses.items()},
        frozenset(walk.functions),
        frozenset(walk.bases),
        walk.bases,
        tuple(walk.imports),
    )


def parse(source: str, path: str) -> ast.Module:
    """Return the syntax tree. Raises `FormatError` for what is no Python, or is nested beyond any sense."""
    try:
        return syntax_tree(source)
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
        if len(line) - len(stripped) > _FAR_COLUMN and stripped[0] != "#":
            yield Observation("python.obfuscated", "far column", f"code begins in column {_FAR_COLUMN} or later", where)
        elif f";{' ' * _FAR_COLUMN}" in line:
            yield Observation("python.obfuscated", "far column", "code stands far behind a semicolon", where)


class _Walk:
    """One pass over a module's syntax tree, in the order of the text."""

    def __init__(self, path: str, member: str | None) -> None:
        self._path = path
        self.judge = Judge(path, member)
        self.uses: dict[str, set[str]] = defaultdict(set)
        self.functions: set[str] = set()
        self.bases: dict[str, tuple[str, ...]] = {}
        self.imports: dict[str, None] = {}

    def module(self, tree: ast.Module) -> None:
        """Read a whole module."""
        self.judge.own = _own_functions(tree)
        names = (node for node in ast.walk(tree) if isinstance(node, ast.Name | ast.arg))
        self.judge.stored = frozenset(
            node.arg if isinstance(node, ast.arg) else node.id
            for node in names
            if isinstance(node, ast.arg) or isinstance(node.ctx, ast.Store)
        )
        self._children(tree, "", "", 0)

    def _children(self, node: ast.AST, runs: str, inside: str, depth: int) -> None:
        for child in ast.iter_child_nodes(node):
            self._visit(child, runs, inside, depth + 1)

    def _visit(self, node: ast.AST, runs: str, inside: str, depth: int) -> None:
        """Read a node: `runs` is the scope whose run runs it, `inside` the scope that new names belong to."""
        if depth > LIMITS.depth * 4:
            raise FormatError(f"{self._path} is nested beyond {LIMITS.depth * 4} levels")
        if isinstance(node, _FUNCTIONS):
            return self._function(node, runs, inside, depth)
        if isinstance(node, ast.ClassDef):
            return self._class(node, runs, inside, depth)
        if isinstance(node, ast.Lambda):
            return self._lambda(node, runs, inside, depth)
        if isinstance(node, ast.If) and _is_main(node.test):
            for child in node.body:
                self._visit(child, _join(inside, "__main__"), inside, depth + 1)
            for child in node.orelse:
                self._visit(child, runs, inside, depth + 1)
            return None
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            return None  # a docstring does nothing
        self._note(node, runs)
        self.judge.names.learn(node)
        self.judge.origins.learn(node)
        for program in self.judge.look(node, runs):
            self._program(program, runs, inside, depth)
        return self._children(node, runs, inside, depth)

    def _program(self, program: tuple[str, ast.expr], runs: str, inside: str, depth: int) -> None:
        """Read a program that stands in a text, as if it stood where it is run."""
        text, node = program
        if self.judge.nested >= _NESTED or len(text) > SOURCE_LENGTH:
            return
        try:
            tree = parse(text, self._path)
        except FormatError:
            return
        with self.judge.at(node):
            self._children(tree, runs, inside, depth)

    def _note(self, node: ast.AST, runs: str) -> None:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            self.uses[runs].add(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
            self.uses[runs].add(node.attr)
        elif isinstance(node, ast.Import):
            self.imports.update(dict.fromkeys(alias.name for alias in node.names))
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            self.imports[base] = None
            dot = "" if base.endswith(".") else "."
            self.imports.update(dict.fromkeys(f"{base}{dot}{alias.name}" for alias in node.names))
        elif isinstance(node, ast.Call):
            module = self.judge.imported(node)
            if module:
                self.imports[module] = None
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
            self.uses[runs].add(node.value)  # getattr(self, "name"), globals()["name"]

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, runs: str, inside: str, depth: int) -> None:
        arguments = node.args
        every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg)
        notes = [a.annotation for a in every if a is not None and a.annotation is not None]
        notes += [node.returns] if node.returns is not None else []
        around = [
            *node.decorator_list,
            *notes,
            *arguments.defaults,
            *(d for d in arguments.kw_defaults if d is not None),
        ]
        for expression in around:
            self._visit(expression, runs, inside, depth + 1)
        name = _join(inside, node.name)
        self.functions.add(name)
        if node.decorator_list:
            self.uses[runs].add(node.name)  # a decorator may call what it decorates
        self.judge.names.hidden.append(_parameters(arguments))
        for child in node.body:
            self._visit(child, name, name, depth + 1)
        self.judge.names.hidden.pop()
        for inner in ast.walk(node):
            if isinstance(inner, ast.Return | ast.Yield) and inner.value is not None:
                self.judge.origins.returned(node.name, inner.value)

    def _class(self, node: ast.ClassDef, runs: str, inside: str, depth: int) -> None:
        name = _join(inside, node.name)
        self.bases[name] = tuple(_simple(base) for base in node.bases)
        self.judge.names.learn(node)
        for expression in [*node.decorator_list, *node.bases, *(keyword.value for keyword in node.keywords)]:
            self._visit(expression, runs, inside, depth + 1)
        for child in node.body:
            self._visit(child, runs, name, depth + 1)

    def _lambda(self, node: ast.Lambda, runs: str, inside: str, depth: int) -> None:
        for default in [*node.args.defaults, *(d for d in node.args.kw_defaults if d is not None)]:
            self._visit(default, runs, inside, depth + 1)
        self.judge.names.hidden.append(_parameters(node.args))
        self._visit(node.body, runs, inside, depth + 1)
        self.judge.names.hidden.pop()


def _join(inside: str, name: str) -> str:
    return f"{inside}.{name}" if inside else name


def _parameters(arguments: ast.arguments) -> frozenset[str]:
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    return frozenset(argument.arg for argument in named if argument is not None)


def _simple(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _is_main(test: ast.expr) -> bool:
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not isinstance(test.ops[0], ast.Eq):
        return False
    sides = [test.left, test.comparators[0]]
    named = any(isinstance(side, ast.Name) and side.id == "__name__" for side in sides)
    return named and any(isinstance(side, ast.Constant) and side.value == "__main__" for side in sides)


def _own_functions(tree: ast.Module) -> frozenset[str]:
    """Return the functions that the module itself defines, whatever happens: `def eval(model): …` is no builtin."""
    return frozenset(node.name for node in tree.body if isinstance(node, _FUNCTIONS))
