"""Code that comes with the model: files, and the snippets in its card."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import msgspec

from weighbridge.errors import FormatError, SourceError
from weighbridge.facts.card import Card, CodeBlock
from weighbridge.facts.config import Config, Document
from weighbridge.facts.engine import Facts
from weighbridge.facts.jsontext import parse_json
from weighbridge.facts.manifest import Manifest
from weighbridge.facts.metadata import Metadata
from weighbridge.facts.python import Parsed, parse_python
from weighbridge.facts.yamltext import escape
from weighbridge.model import Location, RepoFile
from weighbridge.sources.repository import Repository

FILE_LIMIT = 300
FILE_BYTES = 2 * 1024 * 1024
SNIPPET_LIMIT = 200
REMOTE_LIMIT = 500
DEMO_LIMIT = 100

_PYTHON = frozenset({"python", "py", "python3", "ipython", "pycon", "jupyter", "python-repl"})
# What unlabelled code holds when it is Python.
_LIKE_PYTHON = ("import ", "from_pretrained(", "pipeline(", ">>> ")
_SHELL_FIRST = ("$", "pip ", "git ", "curl ", "docker ", "huggingface-cli", "hf ", "{", "<", "#!")
_DEMO_LINKS = (
    "huggingface.co/spaces/", "hf.space", "colab.research.google.com", "mybinder.org", "kaggle.com/code", "replicate.com/",
    "colab.sandbox.google.com", "hf.co/spaces/", "gradio.live", "streamlit.app", "share.streamlit.io", "studiolab.sagemaker",
)  # fmt: skip
_APPS = frozenset({"app.py", "streamlit_app.py", "gradio_app.py", "demo.py", "webui.py"})
# Modules of the libraries themselves, which `modules.json` and `model_index.json` may name.
_LIBRARIES = frozenset(
    {"sentence_transformers", "transformers", "diffusers", "onnxruntime", "optimum", "stable_diffusion", "latent_diffusion",
     "deepfloyd_if", "audioldm", "shap_e", "wuerstchen", "stable_cascade", "kandinsky", "unidiffuser"}
)  # fmt: skip


class Snippet(msgspec.Struct, frozen=True):
    """A code block of the card, parsed: the model ids it loads, the classes it imports, whether it parses.

    `models` are string literals given to loading calls; `problem` is the syntax error, empty when it parses;
    `remote_code` is True when it passes `trust_remote_code=True`.
    """

    language: str
    line: int
    models: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    problem: str = ""
    remote_code: bool = False


class PythonFile(msgspec.Struct, frozen=True):
    """A Python file or a notebook of the repository, parsed but never run."""

    path: str
    imports: tuple[str, ...] = ()
    lines: int = 0
    problem: str = ""


class RemoteCode(msgspec.Struct, frozen=True):
    """A place that names code to be run on loading: `target` is `module.Class` or `other/repo--module.Class`."""

    target: str
    where: Location


class Code(msgspec.Struct, frozen=True):
    """All code that comes along. `demos` are notebooks, Gradio or Streamlit apps, widgets and linked Spaces or Colabs."""

    snippets: tuple[Snippet, ...] = ()
    files: tuple[PythonFile, ...] = ()
    remote: tuple[RemoteCode, ...] = ()
    demos: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()


def read_code(facts: Facts) -> Code:
    """Read the card's snippets, the repository's Python, and what configurations name. Raises `Unreadable` without the card."""
    card = facts.need(Card)
    manifest, metadata, config = facts.maybe(Manifest), facts.maybe(Metadata), facts.maybe(Config)
    files: tuple[PythonFile, ...] = ()
    if manifest is not None and (manifest.code or manifest.notebooks):
        python = [file for file in manifest.code if file.suffix == ".py"]
        files = tuple([_file(facts.repository, file) for file in [*python, *manifest.notebooks][:FILE_LIMIT]])
    return Code(
        tuple([_snippet(block) for block in card.code[:SNIPPET_LIMIT]]),
        files,
        tuple(remote_in(config)) if config is not None else (),
        tuple(_demos(card, manifest, metadata, files)),
        tuple([file.path for file in manifest.tests]) if manifest is not None and manifest.code else (),
    )


def _snippet(block: CodeBlock) -> Snippet:
    if not _is_python(block):
        return Snippet(block.language, block.line)
    parsed = _parse(block.text)
    return Snippet(
        block.language, block.line, parsed.models, parsed.imports, parsed.names, parsed.problem, parsed.remote_code
    )


@functools.lru_cache(maxsize=512)
def _parse(text: str) -> Parsed:
    """Parse a snippet; the libraries' standard ones stand in thousands of cards."""
    return parse_python(text)


def _is_python(block: CodeBlock) -> bool:
    if block.language in _PYTHON:
        return True
    if block.language or block.text.lstrip().startswith(_SHELL_FIRST):
        return False
    return any(mark in block.text for mark in _LIKE_PYTHON)


def _file(repository: Repository, file: RepoFile) -> PythonFile:
    try:
        data = repository.read(file.path, FILE_BYTES)
        text = _cells(data) if file.suffix == ".ipynb" else data.decode("utf-8-sig", errors="replace")
    except (SourceError, FormatError) as error:
        return PythonFile(file.path, problem=error.message)
    parsed = parse_python(text)
    return PythonFile(file.path, parsed.imports, text.count("\n") + 1 if text else 0, parsed.problem)


def _cells(data: bytes) -> str:
    """Return the code of a notebook's cells. Raises `FormatError` where it is no notebook."""
    notebook = parse_json(data).value
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        raise FormatError("not a notebook: it has no cells")
    sources = [cell.get("source") for cell in cells if isinstance(cell, dict) and cell.get("cell_type") == "code"]
    texts = ["".join(map(str, source)) if isinstance(source, list) else str(source or "") for source in sources]
    return "\n".join(text for text in texts if not text.lstrip().startswith("%%"))


def remote_in(config: Config) -> list[RemoteCode]:
    """Return the places in configurations that name code to be run on loading."""
    found: list[RemoteCode] = []
    for document in config.documents.values():
        if isinstance(document.value, dict | list):
            found += _named(document)
        if len(found) >= REMOTE_LIMIT:
            break
    return found[:REMOTE_LIMIT]


def _named(document: Document) -> Iterator[RemoteCode]:
    """`auto_map`, custom pipelines, and modules that no library has."""
    values, name = document.mapping(), document.path.rpartition("/")[2]
    yield from _auto_map(document.path, values, "")
    for key, held in values.items():
        if isinstance(held, dict) and "auto_map" in held:
            yield from _auto_map(document.path, held, f"/{escape(str(key))}")
    pipelines = values.get("custom_pipelines")
    for task, held in pipelines.items() if isinstance(pipelines, dict) else ():
        if isinstance(held, dict) and isinstance(held.get("impl"), str):
            yield RemoteCode(
                held["impl"], Location(document.path, pointer=f"/custom_pipelines/{escape(str(task))}/impl")
            )
    if name == "modules.json" and isinstance(document.value, list):
        for index, held in enumerate(document.value[:REMOTE_LIMIT]):
            kind = held.get("type") if isinstance(held, dict) else None
            if isinstance(kind, str) and kind and kind.partition(".")[0] not in _LIBRARIES:
                yield RemoteCode(kind, Location(document.path, pointer=f"/{index}/type"))
    if name == "model_index.json":
        yield from _components(document.path, values)


def _auto_map(path: str, values: dict[str, Any], pointer: str) -> Iterator[RemoteCode]:
    held = values.get("auto_map")
    for key, target in held.items() if isinstance(held, dict) else ():
        # A tokenizer's entry is a pair: the slow class and the fast one.
        for item in target if isinstance(target, list) else [target]:
            if isinstance(item, str) and item:
                yield RemoteCode(item[:500], Location(path, pointer=f"{pointer}/auto_map/{escape(str(key))}"))


def _components(path: str, values: dict[str, Any]) -> Iterator[RemoteCode]:
    """Diffusers: `_class_name` as a pair of module and class, and components whose module is no library's."""
    for key, held in list(values.items())[:REMOTE_LIMIT]:
        if isinstance(held, list) and len(held) == 2 and all(isinstance(part, str) for part in held):
            module, name = held
            is_own = key == "_class_name" or module.partition(".")[0] not in _LIBRARIES
            if is_own and module:
                yield RemoteCode(f"{module}.{name}"[:500], Location(path, pointer=f"/{escape(str(key))}"))


def _demos(
    card: Card, manifest: Manifest | None, metadata: Metadata | None, files: tuple[PythonFile, ...]
) -> list[str]:
    found: dict[str, None] = {}
    for file in manifest.notebooks if manifest is not None else ():
        found[file.path] = None
    for parsed in files:
        is_app = parsed.path.rpartition("/")[2] in _APPS
        if is_app or {"gradio", "streamlit"} & set(parsed.imports):
            found[parsed.path] = None
    places = card.places.among(_DEMO_LINKS) if card.links else ()
    for link in card.links if places else ():
        # A service's front page demonstrates nothing.
        target = link.target.rstrip("/")
        if not link.is_image and any(place in target and not target.endswith(place) for place in places):
            found[link.target] = None
    if metadata is not None and metadata.values.get("widget"):
        found["widget examples in the front matter"] = None
    return list(found)[:DEMO_LIMIT]
