"""Single expressions of Python, looked at: what a call can do, and what a name handed on can do."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from weighbridge.facts.scan import Observation
from weighbridge.facts.scanners import shell_commands
from weighbridge.facts.scanners.capabilities import (
    ACTING_MODULES,
    CAPABILITIES,
    HOMES,
    NATIVE_METHODS,
    PERSISTENT,
    REFERENCES,
    SECRET_FILES,
    SECRET_NAMES,
    SECRET_PARTS,
    SENDING,
    STEERING,
    Capability,
)
from weighbridge.facts.scanners.python_names import RUNNERS, Names
from weighbridge.facts.scanners.python_origins import Origins
from weighbridge.model import Location

_TEXT = 160
_OBSERVATIONS = 2000
_RUNNING = frozenset({"exec", "eval", "compile", "runpy.run_path", "types.FunctionType", "types.CodeType", "marshal.loads",
                      "importlib.util.spec_from_file_location", "runpy.run_module", "code.InteractiveInterpreter",
                      "importlib.machinery.SourceFileLoader", "marshal.load", "imp.load_source"})  # fmt: skip
# Of these the first argument is a file or a module, not a program.
_NAMING = frozenset({"runpy.run_path", "runpy.run_module", "importlib.util.spec_from_file_location", "imp.load_source",
                     "importlib.machinery.SourceFileLoader"})  # fmt: skip
_BUILT = frozenset({"decoded", "xor", "characters"})
_SECRET = frozenset({"environment", "credential", "secret file", "identity"})
_IMPORTING = frozenset({"__import__", "importlib.import_module", "importlib.__import__"})
_INNER = frozenset({"__subclasses__", "__globals__", "__code__", "__builtins__", "__closure__"})
_CLIMBING = frozenset({"__mro__", "__base__", "__bases__", "__class__"})
# What looks up an address, and what tells the machine's own name.
_LOOKUPS = frozenset({"socket.gethostbyname", "socket.gethostbyname_ex", "socket.getaddrinfo", "socket.getfqdn"})
_OWN_NAMES = frozenset({"socket.gethostname", "socket.getfqdn", "platform.node"})
# What lists the members of a module, to find one without naming it.
_LISTING = frozenset({"items", "values", "get"})
# What only an attacker looks up among the globals of a function of another module.
_REACHED = frozenset(
    {"__builtins__", "__import__", "builtins", "eval", "exec", "os", "popen", "subprocess", "sys", "system"}
)
_WRITING = frozenset({"write_text", "write_bytes", "touch", "open"})
# Methods of pandas' frames that run a text line by line, in which `@`, or the tag that pandas writes for it, names a
# variable of the caller, and backticks quote a column. Queries of other languages are no Python and say nothing here.
_ASKING = frozenset({"query", "eval"})
_OF_CALLER = re.compile(r"(?:@\s*|\b__pd_eval_local_)(?=\w)")
_COLUMN = re.compile(r"`[^`\n]*`")
_REMOTE = frozenset({"from_pretrained", "from_config", "load_dataset", "pipeline"})
_LOOPBACK = re.compile(r"^(?:localhost|127\.|0\.0\.0\.0|::1|$)")


class Judge:
    """What one module's expressions can do, collected in `found`, with the names and origins known so far."""

    def __init__(self, path: str, member: str | None) -> None:
        self.names = Names()
        self.origins = Origins(self.names)
        self.found: list[Observation] = []
        self.own: frozenset[str] = frozenset()
        self.stored: frozenset[str] = frozenset()
        self.nested = 0
        self._path = path
        self._member = member
        self._fixed: ast.expr | None = None
        self._called: set[int] = set()

    @contextmanager
    def at(self, node: ast.expr) -> Iterator[None]:
        """Tell everything at one place: of a program that stands in a text, the place of the text."""
        before, self._fixed = self._fixed, self._fixed or node
        self.nested += 1
        yield
        self.nested -= 1
        self._fixed = before

    def imported(self, node: ast.Call) -> str:
        """Return the module that a call imports by its name, empty for any other call."""
        if self.names.resolve(node.func) not in _IMPORTING or not node.args:
            return ""
        name = self.names.fold(node.args[0])
        return name if isinstance(name, str) else ""

    def look(self, node: ast.AST, scope: str) -> Iterator[tuple[str, ast.expr]]:
        """Observe a node; yield programs that stand in texts and are run, with the place."""
        if len(self.found) >= _OBSERVATIONS:
            return
        if isinstance(node, ast.Call):
            self._called.add(id(node.func))
            yield from self._call(node, scope)
        if isinstance(node, ast.Name | ast.Attribute | ast.Call | ast.Subscript):
            self._reference(node, scope)
        if isinstance(node, ast.Subscript):
            self._taken(node, scope)
            if isinstance(node.ctx, ast.Store):
                self._steered(node, node.value, node.slice, scope)
        elif isinstance(node, ast.Attribute):
            self._inside(node, scope)
            self._replaced(node, scope)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            self._constant(node, node.value, scope)

    def _call(self, node: ast.Call, scope: str) -> Iterator[tuple[str, ast.expr]]:
        path = self.names.resolve(node.func)
        if path in self.own:
            return
        capability = CAPABILITIES.of(path) if path else None
        if capability is not None and capability.applies(node, self.names):
            yield from self._capable(capability, path, node, scope)
        if path in _IMPORTING | {"getattr"} and not self.names.resolve(node):
            self._computed_name(path, node, scope)
        self._unnamed(node, path, scope)
        self._by_method(node, scope)
        self._sent(node, path, capability, scope)
        yield from self._asked(node)

    def _asked(self, node: ast.Call) -> Iterator[tuple[str, ast.expr]]:
        """Yield what a frame is asked that calls the caller's variables: `frame.query("@os.system('id')")`."""
        if isinstance(node.func, ast.Attribute) and node.func.attr in _ASKING:
            asked = node.args[0] if node.args else next((k.value for k in node.keywords if k.arg == "expr"), None)
            text = self.names.fold(asked) if asked is not None else None
            for line in text.splitlines() if isinstance(text, str) else ():
                if _OF_CALLER.search(line):
                    yield _OF_CALLER.sub("", _COLUMN.sub("_", line)).strip(), node

    def _unnamed(self, node: ast.Call, path: str, scope: str) -> None:
        """Observe members of an acting module that are found without being named, as `vars(os).items()` finds them."""
        owner, _, last = path.rpartition(".")
        table = owner.removesuffix("()").removesuffix(".__dict__")
        if last in _LISTING and table != owner and table in ACTING_MODULES and not self.names.resolve(node):
            self._tell("dynamic-code", f"members of {table}", node, scope, {"computed": True})
        elif path == "inspect.getmembers" and node.args and self._is_acting(node.args[0]):
            self._tell("dynamic-code", "inspect.getmembers", node, scope, {"computed": True})

    def _by_method(self, node: ast.Call, scope: str) -> None:
        """Observe what a method's name and its arguments say, whatever it is called on."""
        if not isinstance(node.func, ast.Attribute):
            name = node.func.id if isinstance(node.func, ast.Name) else ""
        else:
            name = node.func.attr
            if name in _WRITING and _is_persistent(self.names.fold(node.func.value)):
                self._tell("persistence", name, node, scope, {})
            elif name in NATIVE_METHODS:
                self._tell("native-code", name, node, scope, {})
            elif name == "__getattribute__" and self._is_computed(node):
                self._tell("dynamic-code", name, node, scope, {"computed": True})
            elif name == "setdefault" and len(node.args) == 2:
                self._steered(node, node.func.value, node.args[0], scope)
        if name == "putenv" and node.args:
            self._steered(node, node.func, node.args[0], scope)
        trusted = any(k.arg == "trust_remote_code" and self.names.fold(k.value) is True for k in node.keywords)
        repository = self.names.fold(node.args[0]) if node.args else None
        if trusted and name in _REMOTE and isinstance(repository, str) and "/" in repository.strip("./"):
            self._tell("foreign-code", repository, node, scope, {})

    def _is_computed(self, node: ast.Call) -> bool:
        """Tell whether an attribute of an acting module is looked up by a name that only the run tells."""
        owner = node.func.value if isinstance(node.func, ast.Attribute) else node.func
        return bool(node.args) and not isinstance(node.args[-1], ast.Constant) and self._is_acting(owner)

    def _steered(self, node: ast.expr, table: ast.expr, key: ast.expr, scope: str) -> None:
        """Observe that a variable is set that makes other programs load code, or talk to another host."""
        name = self.names.fold(key)
        # Any literal folds: a list, as in `table[:, [0, 1]] = ...`, is no name.
        if isinstance(name, str) and name in STEERING and self.names.resolve(table) in {"os.environ", "os.putenv"}:
            self._tell("environment-write", name, node, scope, {})

    def _replaced(self, node: ast.Attribute, scope: str) -> None:
        """Observe that a function gets other code, or that certificates are no longer asked for."""
        if not isinstance(node.ctx, ast.Store):
            return
        if node.attr == "__code__":
            self._tell("dynamic-code", "__code__", node, scope, {"computed": True})
        elif self.names.resolve(node) == "ssl._create_default_https_context":
            self._tell("network", "ssl._create_default_https_context", node, scope, {})

    def _capable(self, capability: Capability, path: str, node: ast.Call, scope: str) -> Iterator[tuple[str, ast.expr]]:
        arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
        origins = self.origins.of(*arguments)
        kind = capability.name
        details: dict[str, Any] = {"from": sorted(origins)} if origins else {}
        if kind == "process":
            kind = self._command(node, details)
        elif path in _RUNNING:
            text = self._program(node) if path not in _NAMING else None
            kind, details["computed"] = _running_kind(node, text, origins), text is None
            if text is not None:
                yield text, node
        elif kind in {"deserialisation", "native-code"} and origins & ({"network"} | _BUILT):
            kind = "downloaded-data" if kind == "deserialisation" else "downloaded-code"
        elif kind == "file-write" and _is_persistent(self.names.fold(node.args[0]) if node.args else None):
            kind = "persistence"
        elif kind == "file-removal" and node.args and self._is_home(node.args[0]):
            kind = "attack-command"
        self._tell(kind, path, node, scope, details)

    def _is_home(self, node: ast.expr) -> bool:
        folder = self.names.fold(node)
        return isinstance(folder, str) and (folder.rstrip("/") or folder) in HOMES

    def _program(self, node: ast.Call) -> str | None:
        """Return the program text that a call runs, as far as constants tell."""
        value = self.names.fold(node.args[0]) if node.args else None
        return (
            value.decode("utf-8", "replace") if isinstance(value, bytes) else value if isinstance(value, str) else None
        )

    def _command(self, node: ast.Call, details: dict[str, Any]) -> str:
        """Look at the command that a call runs; return the observation's kind."""
        command = self.command(node)
        details["command"] = command[:200]
        details["harmless"] = shell_commands.is_harmless(command)
        details["usual"] = shell_commands.is_usual(command)
        attack = next(shell_commands.attacks_in(command.replace("\n", ";")), None)
        if attack is None:
            return "process"
        details["attack"] = attack.text
        return "attack-command"

    def command(self, node: ast.Call) -> str:
        """Return the command line that a call runs; what is not known stands there as a question mark."""
        first = node.args[0] if node.args else next((k.value for k in node.keywords if k.arg == "args"), None)
        if first is None:
            return ""
        parts = first.elts if isinstance(first, ast.List | ast.Tuple) else [first]
        if len(node.args) > 1 and not isinstance(first, ast.List | ast.Tuple):
            parts = [*parts, *node.args[1:]]
        return " ".join(self._word(part) for part in parts[:200])

    def _word(self, node: ast.expr) -> str:
        if isinstance(node, ast.List | ast.Tuple):
            return " ".join(self._word(part) for part in node.elts[:200])
        value = self.names.fold(node)
        if isinstance(value, str | int):
            return str(value)
        if isinstance(value, list):
            return " ".join(map(str, value))
        if isinstance(node, ast.JoinedStr):
            return "".join(str(p.value) if isinstance(p, ast.Constant) else "?" for p in node.values)
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in {"format", "split"}
        ):
            return self._word(node.func.value)
        if isinstance(node, ast.BinOp):
            return self._word(node.left) + self._word(node.right)
        return "python" if self.names.resolve(node) == "sys.executable" else "?"

    def _computed_name(self, path: str, node: ast.Call, scope: str) -> None:
        """Observe a module, or an attribute of a module that acts, whose name only the run tells."""
        named = node.args[0] if path != "getattr" and node.args else node.args[1] if len(node.args) > 1 else None
        if named is None or isinstance(named, ast.Constant):
            return
        built = bool(self.origins.of(named) & (_BUILT | {"network"}))
        if path != "getattr":
            self._tell("obfuscated" if built else "computed-import", path, node, scope, {})
        elif self._is_acting(node.args[0]):
            self._tell("obfuscated" if built else "dynamic-code", "getattr", node, scope, {"computed": True})

    def _is_acting(self, owner: ast.expr) -> bool:
        """Tell whether a module acts, or is itself imported by a name that only the run tells."""
        if isinstance(owner, ast.Call) and self.names.resolve(owner.func) in _IMPORTING:
            return not self.names.resolve(owner)
        return self.names.resolve(owner) in ACTING_MODULES

    def _sent(self, node: ast.Call, path: str, capability: Capability | None, scope: str) -> None:
        """Observe secrets among the arguments of what sends."""
        method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        is_network = capability is not None and capability.name == "network"
        if not is_network and (method not in SENDING or path.startswith(("os.", "self.queue"))):
            return
        arguments = [
            *node.args,
            *(k.value for k in node.keywords if k.arg not in {"headers", "auth", "token", "proxies"}),
        ]
        secrets = self.origins.of(*arguments) & _SECRET
        if secrets and not self._is_own_address(path, arguments):
            told = {"from": sorted(secrets)}
            self._tell("exfiltration", path or method, node, scope, told)

    def _is_own_address(self, path: str, arguments: list[ast.expr]) -> bool:
        """Tell whether only the machine's own name is looked up, as servers do to show where they listen."""
        if path not in _LOOKUPS or self.origins.of(*arguments[1:]) & _SECRET:
            return False
        name = arguments[0]
        return isinstance(name, ast.Call) and not name.args and self.names.resolve(name.func) in _OWN_NAMES

    def _reference(self, node: ast.expr, scope: str) -> None:
        path = self.names.resolve(node)
        if path == "os.environ" and isinstance(node, ast.Attribute | ast.Name):
            self._tell("environment-read", path, node, scope, {})
        if (
            path not in REFERENCES
            or id(node) in self._called
            or not isinstance(getattr(node, "ctx", None), ast.Load | None)
        ):
            return
        if isinstance(node, ast.Subscript) and path in RUNNERS:
            return  # a word in somebody's table, as long as nobody calls it
        if path in self.own or (isinstance(node, ast.Name) and node.id == path and self._is_stored(path)):
            return
        self._tell(REFERENCES[path], path, node, scope, {"reference": True})

    def _is_stored(self, name: str) -> bool:
        """Tell whether a builtin's name is also a variable of this file: `eval = True`."""
        return name in self.stored

    def _taken(self, node: ast.Subscript, scope: str) -> None:
        """Observe what is taken from another function's globals: `f.__globals__['os']`."""
        if isinstance(node.value, ast.Attribute) and node.value.attr == "__globals__":
            name = self.names.fold(node.slice)
            if isinstance(name, str) and name in _REACHED:
                self._tell("obfuscated", f"__globals__[{name}]", node, scope, {})

    def _inside(self, node: ast.Attribute, scope: str) -> None:
        """Observe the way through the interpreter's inside: `().__class__.__base__.__subclasses__()`."""
        if node.attr not in _INNER:
            return
        chain = {inner.attr for inner in ast.walk(node.value) if isinstance(inner, ast.Attribute)}
        if (chain & _CLIMBING and (chain & (_CLIMBING - {"__class__"}) or _starts_at_literal(node.value))) or (
            node.attr == "__builtins__" and chain & _INNER
        ):
            self._tell("obfuscated", node.attr, node, scope, {})

    def _constant(self, node: ast.Constant, text: str, scope: str) -> None:
        if len(text) >= 4096:
            return
        secret = next((name for name in SECRET_FILES if name in text), "")
        secret = secret or (text if text in SECRET_PARTS else "")
        if secret and "\n" not in text and " " not in text.strip():
            self._tell("credential-file", secret, node, scope, {})
        elif text in SECRET_NAMES:
            self._tell("credential-read", text, node, scope, {})

    def _tell(self, capability: str, subject: str, node: ast.expr, scope: str, details: dict[str, Any]) -> None:
        place = self._fixed or node
        where = Location(self._path, line=place.lineno, column=place.col_offset + 1, member=self._member)
        text = _written(node)
        if self._fixed is not None and self._fixed is not node:
            text = f"{text} (in a text that is run)"
        told = {"at": "call" if scope else "import", "scope": scope} | details
        self.found.append(Observation(f"python.{capability}", subject, text, where, details=told))


def _running_kind(node: ast.Call, text: str | None, origins: frozenset[str]) -> str:
    """Return what running a text or code object is: of the network, of a decoder, or of something else."""
    if origins & {"network", "hub"}:
        return "downloaded-code"
    if origins & _BUILT:
        return "decoded-code"
    if text is not None:
        return "run-text" if isinstance(node.args[0], ast.Constant | ast.Name | ast.JoinedStr) else "decoded-code"
    return "dynamic-code"


def _is_persistent(value: Any) -> bool:
    return isinstance(value, str) and any(name in value for name in PERSISTENT)


def _starts_at_literal(node: ast.expr) -> bool:
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return isinstance(node, ast.Constant | ast.Tuple | ast.List | ast.Dict | ast.JoinedStr)


def _written(node: ast.expr) -> str:
    """Return the expression as Python, cut to a line's length."""
    try:
        text = ast.unparse(node)
    except RecursionError:
        return "(deeply nested)"
    except ValueError:
        return "(cannot be written)"
    return text if len(text) <= _TEXT else f"{text[:_TEXT]}…"
