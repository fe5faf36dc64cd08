"""Where a Python value comes from: the network, a decoder, a file, the environment, a file of secrets.

Told without running anything: what is assigned to a name, or returned by a function of the same file, carries its origins along.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from weighbridge.facts.scanners.capabilities import CAPABILITIES, SECRET_FILES, SECRET_NAMES
from weighbridge.facts.scanners.python_names import Names

_NODES = 2000
_NONE: frozenset[str] = frozenset()
_DECODING = (
    "base64.", "binascii.", "zlib.decompress", "gzip.decompress", "bz2.decompress", "lzma.decompress", "codecs.decode",
    "bytes.fromhex", "bytearray.fromhex", "marshal.loads", "marshal.load",
)  # fmt: skip
_READING = frozenset({"read_text", "read_bytes", "read", "readlines", "readline"})
_HUB = ("huggingface_hub.hf_hub_download", "huggingface_hub.snapshot_download", "transformers.utils.cached_file",
        "transformers.utils.hub.cached_file", "torch.hub.load_state_dict_from_url")  # fmt: skip
_VARIABLE = frozenset({"os.getenv", "os.environ.get", "os.environ.pop", "os.environb.get"})
# Who runs the program, and where.
_IDENTITY = frozenset({"getpass.getuser", "os.getlogin", "socket.gethostname", "socket.getfqdn", "platform.node", "os.uname",
                       "platform.uname", "uuid.getnode"})  # fmt: skip
_WHOLE = frozenset({"os.environ", "os.environb"})


class Origins:
    """What is known about where the values of one file come from."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._of: dict[str, frozenset[str]] = {}
        self._aliases: dict[str, str] = {}

    def learn(self, node: ast.AST) -> None:
        """Take in an assignment, a loop or a `with`."""
        match node:
            case ast.Assign(targets=targets, value=value):
                self._give(targets, value)
            case ast.AnnAssign(target=target, value=ast.expr() as value) | ast.NamedExpr(target=target, value=value):
                self._give([target], value)
            case ast.AugAssign(target=target, value=value):
                self._give([target, target], value)
            case ast.For(target=target, iter=value) | ast.comprehension(target=target, iter=value):
                self._give([target], value)
            case ast.With(items=items) | ast.AsyncWith(items=items):
                for item in items:
                    if item.optional_vars is not None:
                        self._give([item.optional_vars], item.context_expr)

    def returned(self, function: str, value: ast.expr) -> None:
        """Take in what a function returns."""
        self._add(function, self.of(value))

    def of(self, *nodes: ast.AST) -> frozenset[str]:
        """Return the origins of everything in the expressions."""
        found: set[str] = set()
        pending: list[ast.AST] = list(nodes)
        for _ in range(_NODES):
            if not pending:
                break
            node = pending.pop()
            inner = self._look(node, found)
            pending.extend(inner)
        return frozenset(found)

    def _look(self, node: ast.AST, found: set[str]) -> Iterable[ast.AST]:
        if isinstance(node, ast.Call):
            path = self._names.resolve(node.func)
            found |= self._called(path, node)
            return () if path in _VARIABLE else ast.iter_child_nodes(node)
        if isinstance(node, ast.Subscript) and self._names.resolve(node.value) in _WHOLE:
            found |= _variable(self._names.fold(node.slice))
            return ()
        if isinstance(node, ast.Name | ast.Attribute):
            if self._names.resolve(node) in _WHOLE:
                found.add("environment")
            name = node.id if isinstance(node, ast.Name) else node.attr
            found |= self._of.get(name, _NONE)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _names_secret_file(node.value):
            found.add("secret file")
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitXor):
            found.add("xor")
        return ast.iter_child_nodes(node)

    def _called(self, path: str, node: ast.Call) -> set[str]:
        found: set[str] = set()
        method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        capability = CAPABILITIES.of(path) if path else None
        if path.startswith(_HUB):
            found.add("hub")
        elif (capability is not None and capability.name == "network") or method in {"recv", "recvfrom"}:
            found.add("network")
        if path.startswith(_DECODING):
            found.add("decoded")
        if path == "open" or path.endswith(".open") or method in _READING:
            found.add("file")
        if path in _IDENTITY:
            found.add("identity")
        if path in _VARIABLE:
            found |= _variable(self._names.fold(node.args[0]) if node.args else None)
        if path == "chr" or (path == "map" and node.args and self._names.resolve(node.args[0]) == "chr"):
            found.add("characters")
        if path.startswith(("huggingface_hub.get_token", "huggingface_hub.HfFolder.get_token", "keyring.get_password")):
            found.add("credential")
        folded = self._names.fold(node) if path in {"os.path.join", "os.path.expanduser"} else None
        if isinstance(folded, str) and _names_secret_file(folded):
            found.add("secret file")
        return found

    def _give(self, targets: list[ast.expr], value: ast.expr) -> None:
        origins = self.of(value)
        for target in targets:
            for node in ast.walk(target):
                if isinstance(node, ast.Name):
                    self._add(node.id, origins)
                elif isinstance(node, ast.Attribute):
                    self._add(node.attr, origins)

    def _add(self, name: str, origins: frozenset[str]) -> None:
        if origins:
            self._of[name] = self._of.get(name, _NONE) | origins


def _variable(name: object) -> set[str]:
    return {"credential"} if isinstance(name, str) and name in SECRET_NAMES else {"variable"}


def _names_secret_file(text: str) -> bool:
    return len(text) < 4096 and any(name in text for name in SECRET_FILES)
