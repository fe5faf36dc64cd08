"""One file read: which kind it is, whether it can hold anything to find, and what it loads."""

from __future__ import annotations

import os
import re
import stat
from functools import lru_cache

import msgspec

from weighbridge.errors import FormatError
from weighbridge.facts.scanners.notebooks import cells_of
from weighbridge.uses import configuration, javascript, python, shell
from weighbridge.uses.loaders import table
from weighbridge.uses.use import FileUses, Unnamed, Use

FILE_BYTES = 8 * 1024 * 1024
CODE_BYTES = 1_000_000
# Nested brackets cost Python's parser stack; no code that people write comes near.
_PYTHON = (".py", ".pyw", ".pyi", ".bzl")
_SCRIPT = (".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".jsx", ".tsx", ".vue", ".svelte", ".html", ".htm")
_CONFIGURATION = (".yaml", ".yml", ".json", ".jsonc", ".toml")
_SHELL = (".sh", ".bash", ".zsh", ".sbatch", ".slurm", ".ksh", ".env")
_SHELL_NAMES = re.compile(
    r"(?:dockerfile|containerfile)(?:\..*)?|.*\.dockerfile|makefile|justfile|\.env(?:\..*)?|procfile|jenkinsfile"
)
# Lists that programs write, which hold no settings.
_MACHINE_MADE = re.compile(
    r"package-lock\.json|tokenizer\.json|vocab\.json|.*\.lock(?:\.json)?|npm-shrinkwrap\.json|.*\.min\.js|.*\.index\.json|tsconfig.*\.json|.*\.ipynb_checkpoints.*|weighbridge\.lock"
)


def kind_of(path: str) -> str:
    """Return how a file is read, by its name; empty for files that are not."""
    name = path.replace("\\", "/").rpartition("/")[2].lower()
    if _MACHINE_MADE.fullmatch(name):
        return ""
    for kind, suffixes in (
        ("python", _PYTHON),
        ("script", _SCRIPT),
        ("configuration", _CONFIGURATION),
        ("shell", _SHELL),
    ):
        if name.endswith(suffixes):
            return kind
    if name.endswith(".ipynb"):
        return "notebook"
    return "shell" if _SHELL_NAMES.fullmatch(name) else ""


def read_file(root: str, path: str) -> FileUses:
    """Return what one file loads; whatever hinders is told in the result, nothing is raised."""
    try:
        data = _bytes(os.path.join(root, path) if root else path)  # noqa: PTH118 - thousands of files a second
    except OSError as error:
        return FileUses(path, problem=error.strerror or type(error).__name__)
    if data is None:
        return FileUses(path, problem="not a regular file")
    if len(data) > FILE_BYTES:
        return FileUses(path, problem=f"larger than {FILE_BYTES:,} bytes")
    return read_bytes(data, path)


def read_bytes(data: bytes, path: str) -> FileUses:
    """Return what a file of this content loads."""
    kind = kind_of(path)
    if not kind or not _may_hold(data, kind):
        return FileUses(path)
    if len(data) > CODE_BYTES and kind != "notebook":
        return FileUses(path, problem=f"longer than {CODE_BYTES:,} bytes, and names a library that loads models")
    if b"\0" in data:
        return FileUses(path, problem="holds null bytes: no text")
    text = data.decode("utf-8", "replace").removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    try:
        return _READERS[kind](text, path)
    except SyntaxError as error:
        return _from_broken(text, path, f"line {error.lineno}: {error.msg}"[:200])
    except FormatError as error:
        return FileUses(path, problem=error.message)
    except (ValueError, RecursionError, MemoryError) as error:
        return FileUses(path, problem=f"cannot be parsed: {str(error)[:150] or type(error).__name__}")
    except Exception as error:  # noqa: BLE001 - one file that we fail on must not cost the others' results
        return FileUses(path, problem=f"a fault of this program: {type(error).__name__}: {str(error)[:150]}")


def _bytes(path: str) -> bytes | None:
    """Return a file's bytes, at most one more than the limit; None for what is no regular file."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return None
        if status.st_size > FILE_BYTES:
            return b"\0" * (FILE_BYTES + 1)
        parts = []
        while part := os.read(descriptor, FILE_BYTES + 1):
            parts.append(part)
        return b"".join(parts)
    finally:
        os.close(descriptor)


@lru_cache(maxsize=1)
def _calls_of() -> dict[bytes, tuple[tuple[bytes, ...], ...]]:
    """Return, by the root package of a library, the words that load with it."""
    found: dict[bytes, list[tuple[bytes, ...]]] = {b"torchvision": [(b"weights", b"pretrained", b"get_model")]}
    for loader in table().loader:
        words = tuple(call.rpartition(".")[2].encode() for call in loader.calls)
        for root in loader.imports:
            found.setdefault(root.encode(), []).append(words)
    return {root: tuple(groups) for root, groups in found.items()}


_IMPORT = re.compile(rb"^[ \t]*(?:import|from)[ \t]+([\w., \t]+)", re.MULTILINE)
# Ways to import that do not begin a line.
_INDIRECT = (b"import_module", b"__import__", b"; import", b";import", b"; from ")
# What means loading a model whatever library it comes from.
_ALWAYS = (b"from_pretrained", b"hf_hub_download", b"snapshot_download", b"load_lora_weights", b"load_ip_adapter", b"from_single_file",
           b"from_hparams", b"hub.load", b"/resolve/", b"load_textual_inversion", b"from_quantized", b"load_adapter", b"load_attn_procs",
           b"load_from_hub")  # fmt: skip
_SCRIPT_WORDS = (b"transformers", b"huggingface", b"web-llm", b"langchain")


def _may_hold(data: bytes, kind: str) -> bool:
    """Tell whether a file has the words without which it loads nothing: most files are not parsed at all."""
    if kind == "python" or kind == "notebook":
        return _may_load(data, kind) or (kind == "notebook" and _has_options(data))
    if kind == "script":
        return any(word in data for word in _SCRIPT_WORDS)
    return _has_options(data) or _may_load(data, kind)


def _may_load(data: bytes, kind: str) -> bool:
    if any(word in data for word in _ALWAYS):
        return True
    if kind == "python" and not any(word in data for word in _INDIRECT):
        lines = _IMPORT.findall(data)
        roots = {part.split(b".")[0] for line in lines for part in line.replace(b",", b" ").split()}
        is_package = b".load(" in data and any(b"_" in root for root in roots)
        return is_package or any(
            any(call in data for call in calls) for root in roots for calls in _calls_of().get(root, ())
        )
    return any(
        any(call in data for call in calls) for root, groups in _calls_of().items() if root in data for calls in groups
    )


_KEYED = re.compile(
    rb"[\w.-]+/[\w.-]+|spacy download|ollama |huggingface|_name_or_path|--model[-_]id|hf_model|sentence_transformer|pretrained_model",
)
_MODEL_WORDS = re.compile(
    rb"model|repo|tokenizer|encoder|pretrained|checkpoint|llm|embed|backbone|rerank|hf|vae|unet|controlnet|lora|adapter|spacy|ollama|source|huggingface|vllm|vision_tower",
    re.IGNORECASE,
)


def _has_options(data: bytes) -> bool:
    return _MODEL_WORDS.search(data) is not None and _KEYED.search(data) is not None


def _python(text: str, path: str) -> FileUses:
    found = python.uses_in(text, path)
    return FileUses(path, tuple(found.uses), tuple(found.unnamed))


def _notebook(text: str, path: str) -> FileUses:
    """Read a notebook's cells as one program, since what one cell names another one loads."""
    lines: list[str] = []
    places: list[tuple[int, int]] = [(0, 1)]
    uses: list[Use] = []
    for cell in cells_of(text.encode()):
        code = [_without_magic(line) for line in cell.python.split("\n")]
        if not _parses("\n".join(code)):
            code = []
        lines += code
        places += [(cell.number + 1, number + 1) for number in range(len(code))]
        commands = shell.uses_in(cell.shell, path) if cell.shell.strip() else []
        uses += [_in_cell(use, cell.number + 1) for use in commands]
    found = python.uses_in("\n".join(lines), path, lambda line: places[min(line, len(places) - 1)])
    return FileUses(path, tuple(sorted([*uses, *found.uses], key=_by_place)), tuple(found.unnamed))


def _without_magic(line: str) -> str:
    return "pass" if line.startswith(("!", "%", "?")) else line


def _parses(code: str) -> bool:
    try:
        python.parsed(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _in_cell(use: Use, cell: int) -> Use:
    return msgspec.structs.replace(use, place=msgspec.structs.replace(use.place, cell=cell))


def _script(text: str, path: str) -> FileUses:
    uses, unnamed = javascript.uses_in(text, path)
    return FileUses(path, tuple(uses), tuple(unnamed))


def _configuration(text: str, path: str) -> FileUses:
    return FileUses(path, tuple(configuration.uses_in(text, path)))


def _shell(text: str, path: str) -> FileUses:
    return FileUses(path, tuple(shell.uses_in(text, path)))


def _from_broken(text: str, path: str, problem: str) -> FileUses:
    """Return what the statements tell that can be parsed alone, where the whole cannot: Python 2, merge conflicts."""
    uses: dict[Use, None] = {}
    unnamed: dict[Unnamed, None] = {}
    pieces = re.split(r"\n(?=\S)", text)
    line = 1
    kept: list[str] = []
    for piece in pieces[:5000]:
        height = piece.count("\n") + 1
        kept.append(piece if _parses(piece) else "\n" * (height - 1))
        line += height
    found = python.uses_in("\n".join(kept), path)
    uses |= dict.fromkeys(found.uses)
    unnamed |= dict.fromkeys(found.unnamed)
    return FileUses(path, tuple(uses), tuple(unnamed), f"{problem}; what could be parsed was read")


def _by_place(use: Use) -> tuple[object, str]:
    return use.place, use.model


_READERS = {
    "python": _python,
    "notebook": _notebook,
    "script": _script,
    "configuration": _configuration,
    "shell": _shell,
}
