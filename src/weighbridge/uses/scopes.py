"""What a Python file binds where: the scopes, the assignments in them, the calls, in the order of the text.

Nothing is evaluated here. The walk keeps its own stack, so that no depth of nesting costs more than memory.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

# The blocks around a statement, outermost first: which block, and which of its exclusive arms.
Branch = tuple[tuple[int, int], ...]
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_BLOCKS = (ast.match_case, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.ExceptHandler)
_NODES = 400_000


@dataclass(eq=False)
class Scope:
    """A module, class or function: its bindings, and for a function its parameters with their defaults."""

    name: str = ""
    parent: Scope | None = None
    is_class: bool = False
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    parameters: dict[str, ast.expr | None] = field(default_factory=dict)

    def holder(self) -> Scope | None:
        """Return the class whose method this is."""
        scope: Scope | None = self
        while scope is not None and not scope.is_class:
            scope = scope.parent
        return scope

    def qualified(self) -> str:
        """Return `Class.method`, empty at module level."""
        parts, scope = [], self
        while scope.parent is not None:
            parts.append(scope.name)
            scope = scope.parent
        return ".".join(reversed(parts))


class At(NamedTuple):
    """A point in the text: its scope, its line, the blocks around it."""

    scope: Scope
    line: int
    branch: Branch


class Binding(NamedTuple):
    """A name given a value; `each` tells that the value is a collection whose items the name takes in turn."""

    value: ast.expr
    at: At
    each: bool = False
    item: int = -1


class Called(NamedTuple):
    """A call and where it stands."""

    node: ast.Call
    at: At


class Outline:
    """A file's scopes, attributes and calls."""

    def __init__(self, tree: ast.Module) -> None:
        self.module = Scope()
        self.calls: list[Called] = []
        self.statements: list[ast.AST] = []
        self.attributes: dict[str, list[Binding]] = {}
        self.functions: dict[str, list[Scope]] = {}
        self.classes: dict[str, Scope] = {}
        self.is_cut = False
        self._stack: list[tuple[ast.AST, At]] = [(tree, At(self.module, 0, ()))]
        self._walk()

    def _walk(self) -> None:
        for _ in range(_NODES):
            if not self._stack:
                return
            node, at = self._stack.pop()
            self._take(node, at)
        self.is_cut = bool(self._stack)

    def _take(self, node: ast.AST, at: At) -> None:
        line = getattr(node, "lineno", at.line)
        here = At(at.scope, line, at.branch)
        if isinstance(node, _FUNCTIONS):
            self._function(node, here)
            return
        if isinstance(node, ast.ClassDef):
            self._class(node, here)
            return
        self._note(node, here)
        children = list(self._children(node, here))
        self._stack.extend(reversed(children))

    def _children(self, node: ast.AST, at: At) -> Iterator[tuple[ast.AST, At]]:
        if isinstance(node, ast.If):
            yield node.test, at
            for arm, block in enumerate((node.body, node.orelse)):
                inner = at._replace(branch=(*at.branch, (id(node), arm)))
                yield from ((child, inner) for child in block)
            return
        if isinstance(node, _BLOCKS):
            at = at._replace(branch=(*at.branch, (id(node), 0)))
        yield from ((child, at) for child in ast.iter_child_nodes(node))

    def _note(self, node: ast.AST, at: At) -> None:
        match node:
            case ast.Call():
                self.calls.append(Called(node, at))
            case ast.Assign(targets=targets, value=value):
                self.statements.append(node)
                for target in targets:
                    self._bind(target, Binding(value, at))
            case ast.AnnAssign(target=target, value=ast.expr() as value) | ast.NamedExpr(target=target, value=value):
                self.statements.append(node)
                self._bind(target, Binding(value, at))
            case ast.AugAssign(target=ast.Name(id=name) as target, op=operator, value=value):
                summed = ast.BinOp(ast.Name(name, ast.Load()), operator, value)
                self._bind(target, Binding(summed, at))
            case ast.For(target=target, iter=value) | ast.AsyncFor(target=target, iter=value):
                self._bind(target, Binding(value, at, each=True))
            case ast.comprehension(target=target, iter=value):
                self._bind(target, Binding(value, at, each=True))
            case ast.Return(value=ast.expr() as value):
                at.scope.bindings.setdefault("return", []).append(Binding(value, at))
            case ast.Import() | ast.ImportFrom():
                self.statements.append(node)

    def _bind(self, target: ast.expr, binding: Binding) -> None:
        match target:
            case ast.Name(id=name):
                binding.at.scope.bindings.setdefault(name, []).append(binding)
                if binding.at.scope.is_class:
                    self.attributes.setdefault(name, []).append(binding)
            case ast.Attribute(value=inner, attr=name):
                self.attributes.setdefault(name, []).append(binding)
                holder = binding.at.scope.holder()
                if isinstance(inner, ast.Name) and inner.id in {"self", "cls"} and holder is not None:
                    holder.bindings.setdefault(name, []).append(binding)
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                for index, inner in enumerate(targets[:50]):
                    self._bind(inner, self._part(binding, index))

    @staticmethod
    def _part(binding: Binding, index: int) -> Binding:
        value = binding.value
        if not binding.each and isinstance(value, ast.Tuple | ast.List) and index < len(value.elts):
            return binding._replace(value=value.elts[index])
        return binding._replace(item=index)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, at: At) -> None:
        name = getattr(node, "name", "<lambda>")
        scope = Scope(name, at.scope, parameters=_parameters(node.args))
        self.functions.setdefault(name, []).append(scope)
        body = node.body if isinstance(node.body, list) else [node.body]
        around: list[ast.AST] = [*getattr(node, "decorator_list", []), *node.args.defaults]
        around += [default for default in node.args.kw_defaults if default is not None]
        for decorator in getattr(node, "decorator_list", []):
            _option(decorator, scope, at)
        inner = At(scope, at.line, ())
        self._stack.extend((child, inner) for child in reversed(body))
        self._stack.extend((child, at) for child in reversed(around))

    def _class(self, node: ast.ClassDef, at: At) -> None:
        scope = Scope(node.name, at.scope, is_class=True)
        self.classes[node.name] = scope
        inner = At(scope, at.line, ())
        self._stack.extend((child, inner) for child in reversed(node.body))
        self._stack.extend((child, at) for child in reversed(node.decorator_list))


def _parameters(arguments: ast.arguments) -> dict[str, ast.expr | None]:
    """Return the parameters in order, `self` left out, with their defaults."""
    placed = [*arguments.posonlyargs, *arguments.args]
    padding: list[ast.expr | None] = [None] * (len(placed) - len(arguments.defaults))
    defaults = [*padding, *arguments.defaults]
    found = {argument.arg: default for argument, default in zip(placed, defaults, strict=True)}
    found |= {a.arg: d for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)}
    if placed and placed[0].arg in {"self", "cls"}:
        del found[placed[0].arg]
    return found


def _option(decorator: ast.expr, scope: Scope, at: At) -> None:
    """Give a parameter the default of `@click.option("--model", default="...")`."""
    if not isinstance(decorator, ast.Call) or not isinstance(decorator.func, ast.Attribute | ast.Name):
        return
    called = decorator.func.attr if isinstance(decorator.func, ast.Attribute) else decorator.func.id
    default = next((keyword.value for keyword in decorator.keywords if keyword.arg == "default"), None)
    if called in {"option", "argument"} and default is not None:
        for name in option_names(decorator):
            if name in scope.parameters:
                scope.parameters[name] = default
                scope.bindings.setdefault(name, []).append(Binding(default, at))


def option_names(call: ast.Call) -> list[str]:
    """Return the names under which an option's value is found: `model_name` for `--model-name`."""
    dest = next((k.value for k in call.keywords if k.arg == "dest"), None)
    if isinstance(dest, ast.Constant) and isinstance(dest.value, str):
        return [dest.value]
    texts = [a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    longest = [text for text in texts if text.startswith("--")] or texts
    return [text.split("/")[0].lstrip("-").replace("-", "_") for text in longest]
