"""TorchScript code in an archive: operators that read and write files, reach other machines or load native code.

The code is a subset of Python with its own operators; most of it only computes. It is parsed, never compiled.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from weighbridge.facts.scan import Observation
from weighbridge.facts.scanners.python_code import parse
from weighbridge.facts.scanners.subject import Subject

_ACTING = frozenset({"save", "load", "from_file", "read_file", "write_file", "load_library", "system", "open", "save_to_file",
                     "load_from_file", "rpc_async", "rpc_sync", "rpc_remote", "remote"})  # fmt: skip
_SPACES = ("torch", "ops", "aten", "prim")
_REACHING = ("ops.rpc", "ops.c10d", "ops.image.read", "ops.image.write", "ops.torchaudio.sox", "torch.distributed.rpc")
_NODES = 2_000_000


def scan(subject: Subject) -> Iterator[Observation]:
    """Yield operators that reach beyond the model. Raises `FormatError` for what is no TorchScript."""
    tree = parse(subject.text(), subject.member or subject.job.path)
    for number, node in enumerate(ast.walk(tree)):
        if number > _NODES:
            subject.job.tell(f"{subject.member}: more code than is read")
            return
        if isinstance(node, ast.Call):
            yield from _call(subject, node)


def _call(subject: Subject, node: ast.Call) -> Iterator[Observation]:
    path = _path(node.func)
    parts = path.split(".")
    if parts[0] in _SPACES and (parts[-1] in _ACTING or path.startswith(_REACHING)):
        texts = [repr(a.value) for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        text = f"running the model calls {path}({', '.join(texts)[:200]})"
        yield subject.observe("torchscript.file", path, text, subject.where(line=node.lineno))
    elif parts[0] == "torch" and parts[1:2] == ["classes"] and len(parts) > 3:
        yield subject.observe(
            "torchscript.custom", path, f"needs the native class {path}", subject.where(line=node.lineno)
        )


def _path(node: ast.expr) -> str:
    """Return the dotted path of a name; empty for anything else."""
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""
