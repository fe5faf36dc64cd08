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
import zlib
from typing import Any

from weighbridge.facts.scanners.capabilities import CAPABILITIES

_LENGTH = 100_000
_DEPTH = 60
_BUILTINS = ("builtins", "__builtins__", "__builtin__")
_IMPORTERS = frozenset({"__import__", "builtins.__import__", "importlib.import_module", "importlib.__import__", "pydoc.locate",
                        "pydoc.safeimport", "pkgutil.resolve_name", "unittest.mock._importer", "hydra.utils.get_object",
                        "hydra.utils.get_method", "django.utils.module_loading.import_string",
                        "pkgutil.get_loader", "pkgutil.find_loader"})  # fmt: skip
# Loaders of the import system, whose method returns the module that it is given the name of.
_LOADING = frozenset({"load_module", "create_module"})
_LIBRARIES = frozenset({"ctypes.CDLL", "ctypes.PyDLL", "ctypes.cdll.LoadLibrary", "ctypes.pydll.LoadLibrary"})
# Modules that others import for themselves: `shutil.os` is `os`.
_DOORS = frozenset({"os", "sys", "subprocess", "builtins", "importlib", "posix", "marshal", "runpy", "pty", "ctypes"})
# What is looked up under these names in a table that is not known is the builtin, or has made itself its equal.
RUNNERS = frozenset({"exec", "__import__"})
_TABLES = frozenset({"f_builtins", "__builtins__", "f_globals", "__dict__", "__globals__"})
# Functions whose `__self__` is the module of the builtins.
_FUNCTIONS = frozenset(
    {"abs", "all", "any", "ascii", "bin", "callable", "chr", "dir", "divmod", "format", "hash", "hex", "id", "input", "isinstance",
     "iter", "len", "max", "min", "next", "oct", "open", "ord", "pow", "print", "repr", "round", "sorted", "sum", "vars"}
)  # fmt: skip
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

_INFLATERS = frozenset({"zlib.decompress", "gzip.decompress"})
_COMPILERS = frozenset({"compile", "codeop.compile_command"})


class Names:
    """The names of one file: what its imports and simple assignments make them stand for."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}
        self._constants: dict[str, Any] = {}
        self._stars: list[str] = []
        self._packages: set[str] = set()
        self.hidden: list[frozenset[str]] = []

    def learn(self, node: ast.AST) -> None:
        """Take in an import or an assignment of a plain name."""
        if isinstance(node, ast.Import):
            for alias in node.names:
                path = alias.name if alias.asname else alias.name.split(".")[0]
                self._known[alias.asname or path] = path
                self._packages.add(path.partition(".")[0])
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            self._packages.add(node.module.partition(".")[0])
            for alias in node.names:
                if alias.name == "*":
                    self._stars.append(node.module)
                else:
                    path = alias.name if alias.name in _DOORS else _plain(f"{node.module}.{alias.name}")
                    self._known[alias.asname or alias.name] = path
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                self._learn_target(target, node.value)
        elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value is not None:
            self._learn_target(node.target, node.value)
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            added = _combine(self._constants.get(node.target.id), node.op, self.fold(node.value))
            self._constants[node.target.id] = added
        elif isinstance(node, ast.ClassDef):
            bases = (self.resolve(base) for base in node.bases)
            # To make an object of a class is to make one of what it extends.
            self._known.update((node.name, base) for base in bases if CAPABILITIES.of(base) is not None)

    def _learn_target(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self._assign(target.id, value)
        elif isinstance(target, ast.Tuple | ast.List) and isinstance(value, ast.Tuple | ast.List):
            for inner, held in zip(target.elts, value.elts, strict=False):
                self._learn_target(inner, held)

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
                return self._named(name)
            case ast.Attribute(value=inner, attr=name):
                return self._member(self.resolve(inner, depth + 1), name)
            case ast.Subscript(value=inner, slice=key):
                name = self.fold(key, depth + 1)
                owner = self.resolve(inner, depth + 1)
                if owner == "sys.modules" and isinstance(name, str):
                    return name
                if owner.endswith((".__dict__", "()")) or owner in _BUILTINS:
                    return self._member(owner.removesuffix(".__dict__").removesuffix("()"), name)
                is_table = isinstance(inner, ast.Attribute) and inner.attr in _TABLES
                is_runner = isinstance(name, str) and name in RUNNERS
                is_door = isinstance(name, str) and (name in _DOORS or name in _BUILTINS)
                return name if is_runner or (is_table and (is_door or name == "eval")) else ""
            case ast.Call():
                return self._called(node, depth + 1)
            case ast.NamedExpr(value=value):
                return self.resolve(value, depth + 1)
            case ast.IfExp(body=first, orelse=second) | ast.BoolOp(values=[first, second, *_]):
                return self.resolve(first, depth + 1) or self.resolve(second, depth + 1)
        return ""

    def _named(self, name: str) -> str:
        """Return what a plain name stands for; a parameter stands for nothing known."""
        if any(name in names for names in self.hidden):
            return ""
        if name not in self._known:
            starred = (f"{module}.{name}" for module in self._stars)
            return next((path for path in starred if CAPABILITIES.of(path) is not None), name)
        return self._known[name]

    def _member(self, owner: str, name: Any) -> str:
        if not owner or not isinstance(name, str):
            return ""
        if name == "__self__" and owner in _FUNCTIONS:
            return "builtins"
        if name in _DOORS and owner.partition(".")[0] in self._packages:
            return name
        return name if owner in _BUILTINS and name != "__dict__" else f"{owner}.{name}"

    def _called(self, node: ast.Call, depth: int) -> str:
        function = self.resolve(node.func, depth)
        first = self.fold(node.args[0], depth) if node.args else None
        if function in _IMPORTERS and isinstance(first, str):
            return first.replace(":", ".")
        made = self._made(function, node, depth)
        if made:
            return made
        if function in {"get_ipython", "IPython.get_ipython", "IPython.core.getipython.get_ipython"}:
            return "IPython.shell"
        if isinstance(node.func, ast.Attribute) and node.func.attr == "__getattribute__" and node.args:
            owner = node.args[0] if len(node.args) > 1 else node.func.value
            return self._member(self.resolve(owner, depth), self.fold(node.args[-1], depth))
        if function == "getattr" and len(node.args) >= 2:
            return self._member(self.resolve(node.args[0], depth), self.fold(node.args[1], depth))
        if function == "importlib.util.find_spec" or not function:
            return self._got(node, depth)
        if function in {"sys.modules.get", "sys.modules.__getitem__"} and isinstance(first, str):
            return first
        if function in _LIBRARIES:
            return "ctypes.CDLL()"
        if function in {"vars", "globals", "locals"}:
            return (self.resolve(node.args[0], depth) + "()") if node.args else "__builtins__"
        if function == "__builtins__.get" or (function.endswith("__dict__.get") and isinstance(first, str)):
            return self._member(function.removesuffix(".get").removesuffix(".__dict__"), first)
        return ""

    def _made(self, function: str, node: ast.Call, depth: int) -> str:
        """Resolve what loaders of the import system, `ctypes`, `reload` and `type` return."""
        if isinstance(node.func, ast.Attribute) and node.func.attr in _LOADING and node.args:
            module = self.fold(node.args[0], depth)
            return module if isinstance(module, str) else ""
        if function in _LIBRARIES:
            return "ctypes.library"
        if function == "importlib.reload" and node.args:
            return self.resolve(node.args[0], depth)
        return _type_of(node.args[0]) if function == "type" and len(node.args) == 1 else ""

    def _got(self, node: ast.Call, depth: int) -> str:
        """Resolve `operator.attrgetter('system')(os)`, and what `operator.methodcaller('system', 'x')(os)` calls."""
        getter = node.func
        if not isinstance(getter, ast.Call) or not getter.args or len(node.args) != 1:
            return ""
        if self.resolve(getter.func, depth) not in {"operator.attrgetter", "operator.methodcaller"}:
            return ""
        return self._member(self.resolve(node.args[0], depth), self.fold(getter.args[0], depth))

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
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                number = self.fold(operand, depth + 1)
                return -number if isinstance(number, int) else None
            case ast.BinOp(left=left, op=operator, right=right):
                return _combine(self.fold(left, depth + 1), operator, self.fold(right, depth + 1))
            case ast.JoinedStr(values=parts):
                pieces = [self.fold(p.value if isinstance(p, ast.FormattedValue) else p, depth + 1) for p in parts]
                return None if any(piece is None for piece in pieces) else _short("".join(map(str, pieces)))
            case ast.Subscript(value=inner, slice=ast.Constant(value=int(index))):
                held = self.fold(inner, depth + 1)
                fits = isinstance(held, str | bytes | list) and -len(held) <= index < len(held)
                return held[index] if fits else None
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
        if function in _COMPILERS and arguments:
            return arguments[0] if isinstance(arguments[0], str | bytes) else None
        if function == "map" and len(node.args) == 2 and self.resolve(node.args[0], depth) == "chr":
            codes = arguments[1]
            return [chr(c) for c in codes if 0 <= c < 0x110000] if _all(codes, int) else None
        if function in {"bytes", "bytearray"} and arguments and _all(arguments[0], int):
            return bytes(code for code in arguments[0] if 0 <= code < 256)
        if function in {"str", "list", "tuple", "reversed"} and arguments and arguments[0] is not None:
            return _converted(function, arguments[0])
        if function in _INFLATERS:
            return _inflated(arguments)
        if function in {"os.path.join", "os.path.expanduser", "pathlib.Path", "pathlib.PurePath"}:
            return _short("/".join(arguments)) if arguments and _all(arguments, str) else None
        if function in _DECODERS:
            return _decoded(function, arguments)
        if function == "codecs.decode" and len(arguments) == 2:
            return _by_codec(arguments[0], arguments[1])
        if isinstance(node.func, ast.Attribute):
            return _method(self.fold(node.func.value, depth), node.func.attr, arguments)
        return None


def _type_of(node: ast.expr) -> str:
    """Return the type that `type(lambda: 0)` and `type(f.__code__)` name without naming it."""
    if isinstance(node, ast.Lambda):
        return "types.FunctionType"
    return "types.CodeType" if isinstance(node, ast.Attribute) and node.attr == "__code__" else ""


def _plain(path: str) -> str:
    """Return `eval` for `builtins.eval`."""
    return path.removeprefix("builtins.").removeprefix("__builtin__.")


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
    if isinstance(value, str) and name in {"expanduser", "resolve", "absolute"} and not arguments:
        return value
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


def _by_codec(value: Any, codec: Any) -> Any:
    if isinstance(value, str) and codec in {"rot13", "rot_13"}:
        return codecs.decode(value, "rot13")
    decoder = {"base64": "base64.b64decode", "hex": "bytes.fromhex", "base_64": "base64.b64decode"}.get(str(codec))
    held = value.decode("ascii", "replace") if isinstance(value, bytes) else value
    return _decoded(decoder, [held]) if decoder else None


def _inflated(arguments: list[Any]) -> bytes | None:
    """Return what deflated bytes hold, as far as it is no bomb."""
    if not arguments or not isinstance(arguments[0], bytes) or len(arguments[0]) > _LENGTH:
        return None
    try:
        inflater = zlib.decompressobj(wbits=47)
        data = inflater.decompress(arguments[0], _LENGTH)
    except zlib.error:
        return None
    return data if inflater.eof else None


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
