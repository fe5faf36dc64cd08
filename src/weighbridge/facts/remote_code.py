"""What code loading the model runs, and what other code comes along for people to run: read, never run.

Entry points are the places where a library takes code out of a repository: `auto_map`, custom pipelines, the modules of a
sentence-transformers or diffusers model, `custom_generate/generate.py`, `handler.py`. From each the imports inside the
repository are followed; in every file that they lead to, what would run is told from what only stands there.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import lru_cache

import msgspec

from weighbridge.errors import FormatError, SourceError
from weighbridge.facts.code import remote_in
from weighbridge.facts.code_reach import reached_scopes
from weighbridge.facts.config import Config
from weighbridge.facts.engine import Facts
from weighbridge.facts.manifest import Manifest
from weighbridge.facts.roles import is_test
from weighbridge.facts.scan import Observation
from weighbridge.facts.scanners import notebooks, python_code, shell_commands
from weighbridge.facts.scanners.capabilities import REFERENCES
from weighbridge.facts.scanners.python_code import Analysis
from weighbridge.facts.scanners.subject import decode_text
from weighbridge.model import Location, Origin, RepoFile
from weighbridge.sources.repository import Repository

FILE_LIMIT = 400
FILE_BYTES = 2 * 1024 * 1024
ENTRY_LIMIT = 200

_SHELL = frozenset({".sh", ".bash", ".zsh", ".ksh", ".bat", ".cmd", ".ps1", ".command"})
_SHELL_NAMES = frozenset({"dockerfile", "containerfile", "makefile", "postinstall", "setup", "install"})
_INSTALLING = frozenset({"setup.py", "conftest.py", "install.py", "noxfile.py", "build.py"})
_HANDLERS = {
    "handler.py": "Inference Endpoints run it",
    "custom_generate/generate.py": "`generate` runs it",
}


class Purpose(StrEnum):
    """Why somebody's machine would run a file."""

    LOADING = "loading"
    INSTALLING = "installing"
    NOTEBOOK = "notebook"
    SCRIPT = "script"


class Reach(StrEnum):
    """Whether running the file for its purpose runs the place of an observation."""

    IMPORT = "import"
    USE = "use"
    NONE = "none"


class Entry(msgspec.Struct, frozen=True):
    """A place that makes a library run code: the file, the class (if named), and who names it."""

    path: str
    name: str
    said_by: str
    where: Location


class Seen(msgspec.Struct, frozen=True):
    """An observation, and whether it runs."""

    observation: Observation
    reach: Reach


class CodeFile(msgspec.Struct, frozen=True):
    """A file of code: why it would run, the way from an entry point to it, what it could do, why it could not be read."""

    path: str
    purpose: Purpose
    chain: tuple[str, ...] = ()
    seen: tuple[Seen, ...] = ()
    problem: str = ""


class CodeClosure(msgspec.Struct, frozen=True):
    """All code that comes with the model. `absent` are entries whose file is not in the repository."""

    files: tuple[CodeFile, ...] = ()
    entries: tuple[Entry, ...] = ()
    absent: tuple[Entry, ...] = ()

    def of(self, *purposes: Purpose) -> tuple[CodeFile, ...]:
        """The files that run for one of these purposes."""
        return tuple(file for file in self.files if file.purpose in purposes)


def read_code_closure(facts: Facts) -> CodeClosure:
    """Read all code of the repository. Raises `Unreadable` without a listing."""
    manifest = facts.need(Manifest)
    if not any(_is_code(file.path) for file in manifest.files):
        return CodeClosure()
    reading = _Reading(facts.repository, manifest)
    entries = list(_entries(facts, manifest))[:ENTRY_LIMIT]
    loaded = _loaded(reading, [entry for entry in entries if entry.path in manifest])
    rest = [file for file in manifest.files if file.path not in loaded and _is_code(file.path)][:FILE_LIMIT]
    files = [*loaded.values(), *(reading.alone(file) for file in rest)]
    files.sort(key=lambda file: file.path)
    absent = tuple(entry for entry in entries if entry.path not in manifest and "--" not in entry.name)
    return CodeClosure(tuple(files), tuple(entries), absent)


@lru_cache(maxsize=8192)
def _is_code(path: str) -> bool:
    file = RepoFile(path)
    name = file.name.lower()
    return file.suffix in _SHELL | {".py", ".ipynb"} or name.partition(".")[0] in {"dockerfile"} or name in _SHELL_NAMES


def _entries(facts: Facts, manifest: Manifest) -> Iterator[Entry]:
    config = facts.maybe(Config)
    for remote in remote_in(config) if config is not None else ():
        if "--" not in remote.target:
            yield _named(remote.target, remote.where, manifest)
    for path, reason in _HANDLERS.items():
        if path in manifest:
            yield Entry(path, "", reason, Location(path))
    if "model_index.json" in manifest and "pipeline.py" in manifest:
        yield Entry("pipeline.py", "", "diffusers runs it as a custom pipeline", Location("pipeline.py"))
    if "MLmodel" in manifest:
        for file in manifest.files:
            if file.path.startswith("code/") and file.suffix == ".py":
                yield Entry(file.path, "", "MLflow puts it in reach of what it loads", Location(file.path))
    yield from _adapters(facts, manifest)
    if facts.repository.ref.origin is Origin.FILE:
        yield from (Entry(f.path, "", "the file itself", Location(f.path)) for f in manifest.files if f.suffix == ".py")


def _adapters(facts: Facts, manifest: Manifest) -> Iterator[Entry]:
    """An adapter's `auto_mapping` names the module of the model that it adapts."""
    config = facts.maybe(Config)
    for document in config.documents.values() if config is not None else ():
        mapping = document.mapping().get("auto_mapping")
        library = mapping.get("parent_library") if isinstance(mapping, dict) else None
        if isinstance(library, str) and library:
            # `transformers_modules.owner.name.revision.modeling_x`: the last part is the file.
            found = _named(f"{library}.x", Location(document.path, pointer="/auto_mapping/parent_library"), manifest)
            if found.path in manifest:
                yield found


def _named(target: str, where: Location, manifest: Manifest) -> Entry:
    """Return the entry that `module.Class` names: beside the configuration, at the root, or in the component's folder."""
    module, _, name = target.rpartition(".")
    folder = where.path.rpartition("/")[0]
    component = (where.pointer or "").strip("/").partition("/")[0]
    stems = dict.fromkeys([module.replace(".", "/"), module.rpartition(".")[2]])
    folders = dict.fromkeys([folder, "", component])
    paths = [f"{base}/{stem}.py".lstrip("/") for base in folders for stem in stems]
    path = next((path for path in paths if path in manifest), paths[0])
    return Entry(path, name, f"{where} names {target}", where)


class _Reading:
    """Reads and analyses the repository's files, each once."""

    def __init__(self, repository: Repository, manifest: Manifest) -> None:
        self._repository = repository
        self._manifest = manifest
        self._python: dict[str, tuple[Analysis, str]] = {}

    def python(self, path: str) -> tuple[Analysis, str]:
        """Return what a Python file does, and why it could not be read, if so."""
        if path not in self._python:
            self._python[path] = self._analyse(path)
        return self._python[path]

    def _analyse(self, path: str) -> tuple[Analysis, str]:
        try:
            text = decode_text(self._repository.read(path, FILE_BYTES))
        except (SourceError, FormatError) as error:
            return Analysis(), error.message
        try:
            return python_code.analyse(text, path), ""
        except FormatError as error:
            return Analysis(tuple(_by_words(text, path))), error.message

    def imported(self, path: str) -> Iterator[str]:
        """Yield the repository's files that a Python file imports."""
        folder = path.rpartition("/")[0]
        for module in self.python(path)[0].imports:
            yield from self._files(module, folder)

    def _files(self, module: str, folder: str) -> Iterator[str]:
        stem = module.lstrip(".")
        dots = len(module) - len(stem)
        parts = folder.split("/") if folder else []
        bases = ["/".join(parts[: len(parts) - dots + 1])] if dots else [folder, ""]
        inner = stem.replace(".", "/")
        for base in dict.fromkeys(bases):
            for path in (f"{base}/{inner}.py", f"{base}/{inner}/__init__.py"):
                clean = path.replace("//", "/").lstrip("/")
                if clean in self._manifest:
                    yield clean
                    return

    def alone(self, file: RepoFile) -> CodeFile:
        """Read a file that loading does not lead to."""
        if file.suffix == ".ipynb":
            return self._notebook(file)
        if file.suffix != ".py":
            return self._shell(file)
        analysis, problem = self.python(file.path)
        purpose = Purpose.INSTALLING if file.name in _INSTALLING and not is_test(file.path) else Purpose.SCRIPT
        runs = reached_scopes({file.path: analysis}, {file.path: None})
        return CodeFile(file.path, purpose, (file.path,), tuple(_seen(analysis, runs.get(file.path, {}))), problem)

    def _shell(self, file: RepoFile) -> CodeFile:
        try:
            text = decode_text(self._repository.read(file.path, FILE_BYTES))
        except (SourceError, FormatError) as error:
            return CodeFile(file.path, Purpose.INSTALLING, (file.path,), problem=error.message)
        found = [_attack(attack, Location(file.path, line=attack.line)) for attack in shell_commands.attacks_in(text)]
        return CodeFile(file.path, Purpose.INSTALLING, (file.path,), tuple(Seen(o, Reach.IMPORT) for o in found))

    def _notebook(self, file: RepoFile) -> CodeFile:
        seen: list[Seen] = []
        try:
            for cell in notebooks.cells_of(self._repository.read(file.path, 16 * FILE_BYTES)):
                seen += (Seen(o, Reach.IMPORT) for o in _of_cell(cell, file.path))
        except (SourceError, FormatError) as error:
            return CodeFile(file.path, Purpose.NOTEBOOK, (file.path,), tuple(seen), error.message)
        return CodeFile(file.path, Purpose.NOTEBOOK, (file.path,), tuple(seen))


def _of_cell(cell: notebooks.Cell, path: str) -> Iterator[Observation]:
    pointer = f"/cells/{cell.number}/source"
    for attack in shell_commands.attacks_in(cell.shell):
        yield _attack(attack, Location(path, pointer=pointer))
    try:
        found = python_code.analyse(cell.python, path).observations
    except FormatError:
        return  # magics of extensions, other languages
    for observation in found:
        yield msgspec.structs.replace(observation, where=Location(path, pointer=pointer))


def _attack(attack: shell_commands.Attack, where: Location) -> Observation:
    details = {"attack": attack.text, "installer": attack.is_known_installer}
    return Observation("shell.attack", attack.subject, attack.command, where, details=details)


def _loaded(reading: _Reading, entries: Iterable[Entry]) -> dict[str, CodeFile]:
    """Follow the imports of the entries; return every file that loading runs, with the shortest way to it."""
    chains: dict[str, tuple[str, ...]] = {}
    names: dict[str, str | None] = {}
    pending = []
    for entry in entries:
        names[entry.path] = entry.name
        if entry.path not in chains:
            chains[entry.path] = (entry.said_by, entry.path)
            pending.append(entry.path)
    for path in pending:  # grows while it is walked
        for imported in reading.imported(path):
            if imported not in chains and len(chains) < FILE_LIMIT:
                chains[imported] = (*chains[path], imported)
                pending.append(imported)
    analyses = {path: reading.python(path) for path in chains}
    runs = reached_scopes({path: analysis for path, (analysis, _) in analyses.items()}, names)
    return {
        path: CodeFile(path, Purpose.LOADING, chains[path], tuple(_seen(analysis, runs[path])), problem)
        for path, (analysis, problem) in analyses.items()
    }


def _seen(analysis: Analysis, runs: dict[str, bool]) -> Iterator[Seen]:
    """Tell of every observation whether it runs: `runs` maps scopes that are reached to whether importing is enough."""
    for observation in analysis.observations:
        is_import = runs.get(observation.details.get("scope", ""))
        reach = Reach.NONE if is_import is None else Reach.IMPORT if is_import else Reach.USE
        yield Seen(observation, reach)


_WORDS = frozenset(name.rpartition(".")[2] for name in REFERENCES) - {"run", "call", "loads"}
_BYTES = re.compile(r"[A-Za-z_]\w*")


def _by_words(text: str, path: str) -> Iterator[Observation]:
    """Observe the names that act in what is no Python that this version reads: by its words alone."""
    found: dict[str, int] = {}
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.NAME and token.string in _WORDS:
                found.setdefault(token.string, token.start[0])
    except (tokenize.TokenError, SyntaxError, ValueError):
        for number, line in enumerate(text.split("\n"), 1):
            for word in _BYTES.findall(line.partition("#")[0][:4000]):
                if word in _WORDS:
                    found.setdefault(word, number)
    for word, first in found.items():
        details = {"at": "import", "scope": ""}
        yield Observation("python.word", word, f"names {word}", Location(path, line=first), details=details)
