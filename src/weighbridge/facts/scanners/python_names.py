"""What a Python expression names: aliases, `getattr`, and texts put together from pieces, resolved without running anything.

`resolve` turns an expression into the dotted path of what it denotes, as far as constants and imports of the same file tell:
`o.system` after `import os as o`, `getattr(os, 'sys' + 'tem')`, `__import__('os').system`, `vars(os)['system']`,
`__builtins__['eval']`. `fold` turns an expression into the text or number that it is.
"""

from __future__ import annotations

import ast
import base64
import binascii
import codecs
from typing import Any

_LENGTH = 100_000
_DEPTH = 60
_BUILTINS = ("builtins", "__builtins__", "__builtin__")
_IMPORTERS = frozenset({"__import__", "builtins.__import__", "importlib.import_module", "importlib.__import__"})
_DECODERS = {
    "base64.b64decode": base64.b64decode,
    "base64.urlsafe_b64decode": base64.urlsafe_b64decode,
    "base64.b32decode": base64.b32decode,
    "base64.b16decode": base64.b16decode,
    "base64.b85decode": base64.b85decode,
    "bytes.fromhex": bytes.fromhex,
    "binascii.unhexlify": binascii.unhexlify,
    "binascii.a2b_base64": binascii.a2b_base64,
}


class Names:
    """The names of one file: what its imports and simple assignments make them stand for."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}
        self._constants: dict[str, Any] = {}

    def learn(self, node: ast.AST) -> None:
        """Take in an import or an assignment of a plain name."""
        if isinstance(node, ast.Import):
            for alias in node.names:
                path = alias.name if alias.asname else alias.name.split(".")[0]
                self._known[alias.asname or path] = path
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                self._known[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        elif isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            self._assign(node.targets[0].id, node.value)

    def _assign(self, name: str, value: ast.expr) -> None:
        constant = self.fold(value)
        path = self.resolve(value)
        if constant is not None:
            self._constants[name] = constant
        if path and not isinstance(value, ast.Constant):
            self._known[name] = path

    def resolve(self, node: ast.expr, depth: int = 0) -> str:
        """Return the dotted path that an expression denotes, or an empty text."""
        if depth > _DEPTH:
            return ""
        match node:
            case ast.Name(id=name):
                return self._known.get(name, name)
            case ast.Attribute(value=inner, attr=name):
                return self._member(self.resolve(inner, depth + 1), name)
            case ast.Subscript(value=inner, slice=key):
                name = self.fold(key, depth + 1)
                owner = self.resolve(inner, depth + 1)
                is_namespace = owner.endswith((".__dict__", "()")) or owner in _BUILTINS
                return self._member(owner.removesuffix(".__dict__").removesuffix("()"), name) if is_namespace else ""
            case ast.Call():
                return self._called(node, depth + 1)
            case ast.NamedExpr(value=value):
                return self.resolve(value, depth + 1)
        return ""

    def _member(self, owner: str, name: Any) -> str:
        if not owner or not isinstance(name, str):
            return ""
        return name if owner in _BUILTINS else f"{owner}.{name}"

    def _called(self, node: ast.Call, depth: int) -> str:
        function = self.resolve(node.func, depth)
        first = self.fold(node.args[0], depth) if node.args else None
        if function in _IMPORTERS and isinstance(first, str):
            return first
        if function == "getattr" and len(node.args) >= 2:
            return self._member(self.resolve(node.args[0], depth), self.fold(node.args[1], depth))
        if function in {"vars", "globals", "locals"}:
            return (self.resolve(node.args[0], depth) + "()") if node.args else "__builtins__"
        if function == "__builtins__.get" or (function.endswith("__dict__.get") and isinstance(first, str)):
            return self._member(function.removesuffix(".get").removesuffix(".__dict__"), first)
        return ""

    def fold(self, node: ast.expr, depth: int = 0) -> Any:
        """Return the constant that an expression is, or None. Texts, bytes, numbers and lists of them are folded."""
        if depth > _DEPTH:
            return None
        match node:
            case ast.Constant(value=value):
                return value
            case ast.Name(id=name):
                return self._constants.get(name)
            case ast.List(elts=items) | ast.Tuple(elts=items):
                values = [self.fold(item, depth + 1) for item in items[:1000]]
                return None if any(value is None for value in values) else values
            case ast.BinOp(left=left, op=operator, right=right):
                return _combine(self.fold(left, depth + 1), operator, self.fold(right, depth + 1))
            case ast.JoinedStr(values=parts):
                pieces = [self.fold(p.value if isinstance(p, ast.FormattedValue) else p, depth + 1) for p in parts]
                return None if any(piece is None for piece in pieces) else _short("".join(map(str, pieces)))
            case ast.Subscript(value=inner, slice=ast.Slice() as cut):
                return self._sliced(self.fold(inner, depth + 1), cut, depth + 1)
            case ast.Call():
                return self._folded_call(node, depth + 1)
        return None

    def _sliced(self, value: Any, cut: ast.Slice, depth: int) -> Any:
        bounds = [self.fold(part, depth) if part else None for part in (cut.lower, cut.upper, cut.step)]
        if not isinstance(value, str | bytes | list) or not all(b is None or isinstance(b, int) for b in bounds):
            return None
        return value[slice(*bounds)] if bounds[2] != 0 else None

    def _folded_call(self, node: ast.Call, depth: int) -> Any:
        function = self.resolve(node.func, depth)
        arguments = [self.fold(argument, depth) for argument in node.args]
        if function == "chr" and len(arguments) == 1 and isinstance(arguments[0], int):
            return chr(arguments[0]) if 0 <= arguments[0] < 0x110000 else None
        if function == "map" and len(node.args) == 2 and self.resolve(node.args[0], depth) == "chr":
            codes = arguments[1]
            return [chr(c) for c in codes if 0 <= c < 0x110000] if _all(codes, int) else None
        if function in {"bytes", "bytearray"} and arguments and _all(arguments[0], int):
            return bytes(code for code in arguments[0] if 0 <= code < 256)
        if function in {"str", "list", "tuple", "reversed"} and arguments and arguments[0] is not None:
            return _converted(function, arguments[0])
        if function in _DECODERS:
            return _decoded(function, arguments)
        if function == "codecs.decode" and len(arguments) == 2 and isinstance(arguments[0], str):
            return codecs.decode(arguments[0], "rot13") if arguments[1] in {"rot13", "rot_13"} else None
        if isinstance(node.func, ast.Attribute):
            return _method(self.fold(node.func.value, depth), node.func.attr, arguments)
        return None


def _combine(left: Any, operator: ast.operator, right: Any) -> Any:
    if isinstance(operator, ast.Add) and type(left) is type(right) and isinstance(left, str | bytes | list | int):
        return _short(left + right)
    if isinstance(operator, ast.Mod) and isinstance(left, str) and left.count("%s") == left.count("%") > 0:
        values = right if isinstance(right, list) else [right]
        matches = left.count("%s") == len(values) and _all(values, str)
        return _short(left % tuple(values)) if matches else None
    small = isinstance(left, str | bytes) and isinstance(right, int) and 0 <= right * len(left) <= _LENGTH
    return left * right if isinstance(operator, ast.Mult) and small else None


def _method(value: Any, name: str, arguments: list[Any]) -> Any:
    if isinstance(value, str) and name == "join" and arguments and _all(arguments[0], str):
        return _short(value.join(arguments[0]))
    if isinstance(value, bytes) and name == "decode":
        return value.decode("utf-8", "replace")
    if isinstance(value, str) and name == "encode":
        return value.encode("utf-8", "replace")
    if isinstance(value, str) and name in {"lower", "upper", "strip", "swapcase", "title"} and not arguments:
        return getattr(value, name)()
    if isinstance(value, str) and name == "replace" and len(arguments) == 2 and _all(arguments, str):
        return _short(value.replace(*arguments)) if len(value) * max(1, len(arguments[1])) <= _LENGTH else None
    if isinstance(value, str) and name == "format" and _all(arguments, str) and value.count("{}") == len(arguments):
        pieces = value.split("{}")
        return _short(pieces[0] + "".join(a + p for a, p in zip(arguments, pieces[1:], strict=True)))
    return None


def _decoded(function: str, arguments: list[Any]) -> Any:
    if not arguments or not isinstance(arguments[0], str | bytes) or len(arguments[0]) > _LENGTH:
        return None
    try:
        return _DECODERS[function](arguments[0])  # type: ignore[arg-type]
    except (ValueError, TypeError):
        return None


def _converted(function: str, value: Any) -> Any:
    if function == "str":
        return str(value) if isinstance(value, str | int | float) else None
    if isinstance(value, str | list):
        return list(reversed(value)) if function == "reversed" else list(value)
    return None


def _all(values: Any, kind: type) -> bool:
    return isinstance(values, list) and all(isinstance(value, kind) for value in values)


def _short(value: Any) -> Any:
    return value if isinstance(value, int) or len(value) <= _LENGTH else None
