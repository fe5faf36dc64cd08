"""The rules of the house that a machine can keep."""

from __future__ import annotations

import ast
import functools
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from weighbridge import errors

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "weighbridge"
MODULES = sorted(SOURCE.rglob("*.py"))
FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef


@functools.cache
def trees() -> list[tuple[Path, ast.Module]]:
    return [(path.relative_to(ROOT), ast.parse(path.read_text(encoding="utf-8"))) for path in MODULES]


def nodes() -> Iterator[tuple[Path, ast.AST]]:
    for path, tree in trees():
        for node in ast.walk(tree):
            yield path, node


def lengths() -> list[tuple[int, str]]:
    found = [
        (node.end_lineno - node.lineno + 1, f"{path}:{node.lineno} {node.name}")
        for path, node in nodes()
        if isinstance(node, FUNCTIONS) and node.end_lineno
    ]
    return sorted(found)


def test_no_function_is_over_eighty_lines() -> None:
    assert [where for length, where in lengths() if length > 80] == []


def test_ninety_five_of_a_hundred_functions_are_under_forty_lines() -> None:
    measured = lengths()
    assert measured[int(len(measured) * 0.95)][0] < 40


def test_no_file_is_over_five_hundred_lines() -> None:
    sizes = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {str(path): size for path, size in sizes.items() if size > 500} == {}


def test_broad_excepts_say_why() -> None:
    broad = [
        f"{path}:{node.lineno}"
        for path, node in nodes()
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or getattr(node.type, "id", "") in {"Exception", "BaseException"})
        and "#" not in (ROOT / path).read_text(encoding="utf-8").splitlines()[node.lineno - 1]
    ]
    assert broad == []


def test_only_the_command_line_prints_reads_the_environment_or_exits() -> None:
    forbidden = {"print", "exit", "quit", "input"}
    found = [
        f"{path}:{node.lineno} {node.func.id}"
        for path, node in nodes()
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in forbidden
        and "cli" not in path.parts
    ]
    environment = [
        f"{path}:{node.lineno} os.{node.attr}"
        for path, node in nodes()
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"} and "cli" not in path.parts
    ]
    assert found + environment == []


# What computes with a network that its caller has loaded, and loads none itself.
_COMPUTING = frozenset({"backdoor.py"})


def test_nothing_from_a_model_can_be_executed_or_unpickled() -> None:
    dangerous = {"pickle", "_pickle", "dill", "cloudpickle", "marshal", "shelve", "joblib", "torch", "runpy"}
    imports = [
        f"{path}:{node.lineno} {name}"
        for path, node in nodes()
        for name in _imported(node)
        if name.split(".")[0] in dangerous and not _is_in_the_sandbox(path, name)
    ]
    calls = [
        f"{path}:{node.lineno} {node.func.id}"
        for path, node in nodes()
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"eval", "exec"}
    ]
    assert imports + calls == []


def _is_in_the_sandbox(path: Path, name: str) -> bool:
    """Networks are built in a process of its own, from safetensors alone; `torch.load` and its like stay out."""
    library = name.split(".")[0]
    if "runners" in path.parts:  # what the sandbox alone imports, after the scan
        return library in {"joblib", "torch"}
    return library == "torch" and ("reuse" in path.parts or path.name in _COMPUTING)


def test_torch_unpickles_nothing() -> None:
    calls = [
        f"{path}:{node.lineno}"
        for path, node in nodes()
        if isinstance(node, ast.Attribute)
        and node.attr in {"load", "hub", "jit"}
        and getattr(node.value, "id", "") == "torch"
    ]
    assert calls == []


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) and node.level == 0 else []


@pytest.mark.parametrize("module", ["torch", "transformers", "numpy", "huggingface_hub", "rich", "jinja2", "yaml"])
def test_help_imports_nothing_heavy(module: str) -> None:
    program = (
        "import sys; from weighbridge.cli.main import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        f"sys.exit({module!r} in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=False).returncode == 0


def test_every_error_is_documented() -> None:
    page = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8").lower()
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    assert [kind.__name__ for kind in kinds if f"## {kind.__name__.lower()}" not in page] == []
