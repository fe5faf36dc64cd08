"""What an expression's value can be, told without running anything: constants carried over names, attributes, defaults, calls.

`Names` folds texts put together from pieces; this adds whose value is looked up where: scopes, branches that exclude each
other, class attributes, dictionaries, options' defaults, and the arguments that functions of the same file are called with.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from itertools import islice, product
from typing import Any, NamedTuple

from weighbridge.facts.scanners.python_names import Names
from weighbridge.uses.scopes import At, Binding, Branch, Called, Outline, Scope, option_names

_DEPTH = 24
_STEPS = 20_000
_MANY = 200
_LENGTH = 2000
_ENVIRONMENT = frozenset({"os.environ.get", "os.getenv", "os.environ.setdefault", "environ.get", "getenv"})
# Calls that stand for one of their arguments, by the last part of their name.
_WRAPPERS = frozenset(
    {"Option", "Argument", "Field", "field", "Query", "Form", "Path", "str", "config", "env", "Input"}
)
_OPTIONS = frozenset({"add_argument", "DEFINE_string", "DEFINE_enum", "add_option"})
_SEQUENCES = (ast.List, ast.Tuple, ast.Set)


class Value(NamedTuple):
    """A constant that an expression may be; `is_certain` unless it is a default or one of several."""

    value: Any
    is_certain: bool = True
    is_default: bool = False


class Values(Names):
    """The values of one file."""

    def __init__(self, outline: Outline) -> None:
        super().__init__()
        self.outline = outline
        self._at: At | None = None
        self._steps = 0
        for statement in outline.statements:
            if isinstance(statement, ast.Import | ast.ImportFrom):
                self.learn(statement)
        for statement in outline.statements:
            self._alias(statement)
        self._sites = self._called_functions()
        self._learn_options()

    def _alias(self, statement: ast.AST) -> None:
        """Learn `Loader = AutoModel`, whose value is something imported."""
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Name | ast.Attribute | ast.Call):
            path = self.resolve(statement.value)
            for target in statement.targets:
                if isinstance(target, ast.Name) and "." in path and target.id not in path.split("."):
                    self._known.setdefault(target.id, path)

    def stars(self) -> list[str]:
        """Return the modules that everything is imported from."""
        return self._stars

    def _called_functions(self) -> dict[str, list[Called]]:
        found: dict[str, list[Called]] = {}
        for called in self.outline.calls:
            name = last_name(called.node.func)
            if name in self.outline.functions or name in self.outline.classes:
                found.setdefault(name, []).append(called)
        return found

    def _learn_options(self) -> None:
        """Learn the defaults of command-line options, which programs read as attributes."""
        for called in self.outline.calls:
            node = called.node
            if last_name(node.func) in _OPTIONS:
                default = next((k.value for k in node.keywords if k.arg == "default"), None)
                if default is None and last_name(node.func).startswith("DEFINE") and len(node.args) > 1:
                    default = node.args[1]
                if default is None:
                    continue
                for name in option_names(node):
                    self.outline.attributes.setdefault(name, []).append(Binding(default, called.at))

    def texts(self, node: ast.expr, at: At) -> list[Value]:
        """Return the texts that an expression may be."""
        self._steps = 0
        found = {v.value: v for v in self.values(node, at) if isinstance(v.value, str)}
        return list(found.values())[:_MANY]

    def items_of(self, node: ast.expr, at: At) -> dict[str, ast.expr]:
        """Return the parts of a dictionary that an expression is, by their keys."""
        self._steps = 0
        held = (keyed(container) for container, _ in self._containers(node, at, 0) if isinstance(container, ast.Dict))
        return {key: part for parts in held for part, key in parts if isinstance(key, str)}

    def fold(self, node: ast.expr, depth: int = 0) -> Any:
        """Return the constant that an expression is, where it can be but one."""
        if self._at is None or not isinstance(node, ast.Name | ast.Attribute | ast.Subscript):
            return super().fold(node, depth)
        found = list(islice(self.values(node, self._at, depth + 1), 2))
        return found[0].value if len(found) == 1 else None

    def values(self, node: ast.expr, at: At, depth: int = 0) -> Iterator[Value]:
        """Yield the constants that an expression may be."""
        self._steps += 1
        if depth > _DEPTH or self._steps > _STEPS:
            return
        match node:
            case ast.Constant(value=value):
                yield Value(value)
            case ast.JoinedStr(values=parts):
                pieces = [p.value if isinstance(p, ast.FormattedValue) else p for p in parts]
                yield from self._joined(pieces, at, depth)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                yield from self._joined([left, right], at, depth)
            case ast.IfExp(body=body, orelse=orelse):
                yield from self._either([body, orelse], at, depth)
            case ast.BoolOp(values=options):
                yield from self._either(options, at, depth)
            case ast.NamedExpr(value=value) | ast.Await(value=value):
                yield from self.values(value, at, depth + 1)
            case ast.Name(id=name):
                yield from self._of_name(name, at, depth)
            case ast.Attribute():
                yield from self._of_attribute(node, at, depth)
            case ast.Subscript(value=inner, slice=key):
                yield from self._of_item(inner, key, at, depth)
            case ast.Call():
                yield from self._of_call(node, at, depth)
            case _:
                yield from self._folded(node, at, depth)

    def _folded(self, node: ast.expr, at: At, depth: int) -> Iterator[Value]:
        before, self._at = self._at, at
        try:
            value = super().fold(node, depth + 1)
        finally:
            self._at = before
        if value is not None:
            yield Value(value)

    def _joined(self, parts: list[ast.expr], at: At, depth: int) -> Iterator[Value]:
        """Put texts together from pieces, each of which may be one of several."""
        options = [list(islice(self.values(part, at, depth + 1), _MANY)) for part in parts[:_MANY]]
        for pieces in islice(product(*options), _MANY):
            values = [piece.value for piece in pieces]
            if all(isinstance(value, str | int | float) and value is not None for value in values):
                text = "".join(map(str, values))
                if len(text) <= _LENGTH:
                    yield Value(text, all(piece.is_certain for piece in pieces) and len(pieces) > 0)

    def _either(self, options: list[ast.expr], at: At, depth: int) -> Iterator[Value]:
        for option in options:
            for found in self.values(option, at, depth + 1):
                yield found._replace(is_certain=False)

    def _of_name(self, name: str, at: At, depth: int) -> Iterator[Value]:
        scope: Scope | None = at.scope
        while scope is not None:
            if name in scope.bindings:
                # What is outside the function is complete by the time that the function is called.
                bindings = visible(scope.bindings[name], at if scope is at.scope else None)
                yield from self._of_bindings(bindings, depth)
                if bindings and any(_dominates(b.at.branch, at.branch) for b in bindings):
                    return
            if name in scope.parameters:
                yield from self._of_parameter(name, scope, at, depth)
                return
            if name in scope.bindings:
                return
            scope = scope.parent
            while scope is not None and scope.is_class:
                scope = scope.parent

    def _of_bindings(self, bindings: list[Binding], depth: int) -> Iterator[Value]:
        for binding in bindings[-_MANY:]:
            if binding.each or binding.item >= 0:
                yield from self._items(binding, depth)
                continue
            # A value may name what it replaces: `name = name + "-large"`.
            before = binding.at._replace(line=binding.at.line - 1)
            for found in self.values(binding.value, before, depth + 1):
                yield found if len(bindings) == 1 else found._replace(is_certain=False)

    def _items(self, binding: Binding, depth: int) -> Iterator[Value]:
        """Yield what a loop's name takes in turn: items of lists, keys of dictionaries, pairs of `items()`."""
        value, want = binding.value, ""
        if isinstance(value, ast.Call):
            called = last_name(value.func)
            if called in {"items", "values", "keys"} and isinstance(value.func, ast.Attribute):
                want = {"keys": "key", "values": "value"}.get(called, "key" if binding.item == 0 else "value")
                value = value.func.value
            elif called in {"enumerate", "sorted", "list", "set", "tqdm", "reversed", "tuple"} and value.args:
                value = value.args[0]
        for container, at in self._containers(value, binding.at, depth + 1):
            for part in parts_of(container, want):
                inner = binding.item if not want and isinstance(part, ast.Tuple | ast.List) else -1
                chosen = (
                    part.elts[inner] if isinstance(part, ast.Tuple | ast.List) and -1 < inner < len(part.elts) else part
                )
                for found in self.values(chosen, at, depth + 1):
                    yield found._replace(is_certain=False)

    def _of_parameter(self, name: str, scope: Scope, at: At, depth: int) -> Iterator[Value]:
        """Yield a parameter's default and what it is given by calls in the same file."""
        default = scope.parameters[name]
        if default is not None:
            for found in self.values(default, At(scope.parent or scope, at.line, ()), depth + 1):
                yield found._replace(is_certain=False, is_default=True)
        position = list(scope.parameters).index(name)
        wanted = scope.parent.name if scope.name == "__init__" and scope.parent else scope.name
        for called in self._sites.get(wanted, ())[:_MANY]:
            given = argument(called.node, position, (name,))
            if given is not None and called.at.scope is not scope:
                for found in self.values(given, called.at, depth + 2):
                    yield found._replace(is_certain=False)

    def _of_attribute(self, node: ast.Attribute, at: At, depth: int) -> Iterator[Value]:
        if node.attr == "value" and (members := self._members(node.value)):
            yield from self._of_bindings(members, depth)
            return
        bindings = self.outline.attributes.get(node.attr, [])
        holder = self._holder(node.value, at)
        if holder is not None and node.attr in holder.bindings:
            bindings = holder.bindings[node.attr]
        is_own = holder is not None and len(bindings) == 1
        for found in self._of_bindings(bindings, depth):
            yield found if is_own else found._replace(is_certain=False)

    def _members(self, node: ast.expr) -> list[Binding]:
        """Return the members of an enumeration that `Models[name]` or `Models(value)` may be: any of them."""
        held = node.value if isinstance(node, ast.Subscript) else node.func if isinstance(node, ast.Call) else None
        scope = self.outline.classes.get(held.id) if isinstance(held, ast.Name) else None
        return [binding for bindings in scope.bindings.values() for binding in bindings] if scope is not None else []

    def _holder(self, node: ast.expr, at: At) -> Scope | None:
        if not isinstance(node, ast.Name):
            return None
        return at.scope.holder() if node.id in {"self", "cls"} else self.outline.classes.get(node.id)

    def _of_item(self, inner: ast.expr, key: ast.expr, at: At, depth: int) -> Iterator[Value]:
        is_found = False
        for part, where, is_exact in self._parts(inner, key, at, depth):
            is_found = True
            for found in self.values(part, where, depth + 1):
                yield found if is_exact else found._replace(is_certain=False)
        if not is_found and isinstance(key, ast.Constant | ast.Slice):
            yield from self._folded(ast.Subscript(inner, key, ast.Load()), at, depth)

    def _parts(self, inner: ast.expr, key: ast.expr, at: At, depth: int) -> Iterator[tuple[ast.expr, At, bool]]:
        """Yield the parts of a dictionary or list that a key can mean: all of them where the key is not known."""
        known = list(islice(self.values(key, at, depth + 1), _MANY))
        # A default is what nobody chose: whoever calls may look up any other entry.
        is_open = any(v.is_default for v in known)
        keys = [] if is_open else [v.value for v in known if v.value is not None]
        for container, where in self._containers(inner, at, depth + 1):
            for part, part_key in keyed(container):
                if not keys or part_key in keys:
                    yield part, where, len(keys) == 1

    def _containers(self, node: ast.expr, at: At, depth: int) -> Iterator[tuple[ast.expr, At]]:
        """Yield the literal dictionaries and lists that an expression may be."""
        self._steps += 1
        if depth > _DEPTH or self._steps > _STEPS:
            return
        match node:
            case ast.Dict() | ast.List() | ast.Tuple() | ast.Set():
                yield node, at
            case ast.Call(func=ast.Name(id="dict"), keywords=keywords):
                named = [k for k in keywords if k.arg is not None]
                keys: list[ast.expr | None] = [ast.Constant(k.arg) for k in named]
                yield ast.Dict(keys, [k.value for k in named]), at
            case ast.Name(id=name):
                for binding in self._bindings_of(name, at):
                    yield from self._held(binding, depth + 1)
            case ast.Attribute(attr=name):
                for binding in self.outline.attributes.get(name, [])[:_MANY]:
                    yield from self._containers(binding.value, binding.at, depth + 1)
            case ast.Subscript(value=inner, slice=key):
                for part, where, _ in self._parts(inner, key, at, depth + 1):
                    yield from self._containers(part, where, depth + 1)

    def _held(self, binding: Binding, depth: int) -> Iterator[tuple[ast.expr, At]]:
        """Yield the containers that a name is bound to, in a loop one after the other."""
        found = self._containers(binding.value, binding.at, depth)
        if not binding.each:
            yield from found
            return
        for container, where in found:
            for part in parts_of(container, "") if binding.item < 0 else ():
                yield from self._containers(part, where, depth + 1)

    def _bindings_of(self, name: str, at: At) -> list[Binding]:
        scope: Scope | None = at.scope
        while scope is not None:
            if name in scope.bindings:
                return visible(scope.bindings[name], at if scope is at.scope else None)
            if name in scope.parameters:
                default = scope.parameters[name]
                return [Binding(default, at)] if default is not None else []
            scope = scope.parent
        return []

    def _of_call(self, node: ast.Call, at: At, depth: int) -> Iterator[Value]:
        called = last_name(node.func)
        if self.resolve(node.func) in _ENVIRONMENT or called == "get":
            yield from self._fetched(node, at, depth)
        elif called in _WRAPPERS and (given := argument(node, 0, ("default", "default_value"))) is not None:
            is_plain = called in {"str", "Path"}
            for found in self.values(given, at, depth + 1):
                yield found if is_plain else found._replace(is_certain=False)
        else:
            found_any = False
            for found in self._folded(node, at, depth):
                found_any = True
                yield found
            if not found_any:
                yield from self._returned(called, depth)

    def _fetched(self, node: ast.Call, at: At, depth: int) -> Iterator[Value]:
        """Yield what `.get(key, default)` may give."""
        if isinstance(node.func, ast.Attribute) and node.func.attr == "get" and node.args:
            for part, where, is_exact in self._parts(node.func.value, node.args[0], at, depth):
                for found in self.values(part, where, depth + 1):
                    yield found if is_exact else found._replace(is_certain=False)
        default = argument(node, 1, ("default",))
        if default is not None:
            for found in self.values(default, at, depth + 1):
                yield found._replace(is_certain=False)

    def _returned(self, called: str, depth: int) -> Iterator[Value]:
        """Yield what a function of the file returns, where it has been noted."""
        for scope in self.outline.functions.get(called, ())[:4]:
            for binding in scope.bindings.get("return", ()):
                for found in self.values(binding.value, binding.at, depth + 1):
                    yield found._replace(is_certain=False)


def last_name(function: ast.expr) -> str:
    """Return the last part of what is called."""
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def argument(node: ast.Call, position: int, keywords: tuple[str, ...]) -> ast.expr | None:
    """Return what a call gives in a place or under one of the names."""
    for keyword in node.keywords:
        if keyword.arg in keywords:
            return keyword.value
    if 0 <= position < len(node.args) and not any(isinstance(a, ast.Starred) for a in node.args[: position + 1]):
        return node.args[position]
    return None


def keyed(container: ast.expr) -> Iterator[tuple[ast.expr, Any]]:
    """Yield a literal container's parts with their keys."""
    if isinstance(container, ast.Dict):
        for key, value in zip(container.keys, container.values, strict=True):
            yield value, key.value if isinstance(key, ast.Constant) else None
    elif isinstance(container, _SEQUENCES):
        for index, value in enumerate(container.elts):
            yield value, index


def parts_of(container: ast.expr, want: str) -> Iterable[ast.expr]:
    """Return what iterating over a literal container gives."""
    if isinstance(container, ast.Dict):
        return container.values if want == "value" else [key for key in container.keys if key is not None]
    return container.elts if isinstance(container, _SEQUENCES) else ()


def visible(bindings: list[Binding], at: At | None) -> list[Binding]:
    """Return the bindings that may hold at a point: none of a branch that excludes it, none that is overwritten."""
    if at is not None:
        possible = [b for b in bindings if not _excludes(b.at.branch, at.branch) and not _is_given(b, at)]
        bindings = [b for b in possible if b.at.line <= at.line] or possible
    branch: Branch = at.branch if at is not None else ()
    last = max((i for i, b in enumerate(bindings) if _dominates(b.at.branch, branch)), default=0)
    return bindings[last:]


def _is_given(binding: Binding, at: At) -> bool:
    """Whether a binding only comes about with the call at a point: in `name = Loader(name)` the loader is given what was before."""
    return binding.at.line == at.line and isinstance(binding.value, ast.Call) and not binding.each


def _dominates(binding: Branch, use: Branch) -> bool:
    return use[: len(binding)] == binding


def _excludes(one: Branch, other: Branch) -> bool:
    arms = dict(other)
    return any(arms.get(block, arm) != arm for block, arm in one)
