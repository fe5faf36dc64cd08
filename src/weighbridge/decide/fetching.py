"""A candidate's files on disk: those that can be loaded without executing anything, and no others."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from weighbridge.errors import SourceError
from weighbridge.facts.contents import sha256_of
from weighbridge.facts.roles import Role, role_of
from weighbridge.measure.tasks import Item
from weighbridge.model import RepoFile
from weighbridge.sources.local import LocalFile
from weighbridge.sources.repository import Repository

_WANTED = {".safetensors", ".json", ".txt", ".model", ".md"}
# A graph, and the weights that it may keep beside it.
_GRAPHS = frozenset({".onnx", ".onnx_data", ".data"})
_RUNTIMES = {"onnx", "openvino", "coreml", "tf"}
# What has to be passed on with a model.
TERMS = frozenset({Role.LICENCE, Role.NOTICE})
_BLOCK = 1 << 20


def wanted(repository: Repository, item: Item = Item.TEXT) -> list[RepoFile]:
    """Return the files that are needed to build a model of items of a kind and to pass it on; of images it may be a graph in ONNX."""
    found = []
    for file in repository.files or ():
        path = PurePosixPath(file.path)
        is_inside = not path.is_absolute() and ".." not in path.parts and len(path.parts) <= 3
        is_asked = path.suffix.lower() in _WANTED | (_GRAPHS if item is Item.IMAGE else frozenset())
        if is_inside and (is_asked or role_of(file.path) in TERMS):
            found.append(file)
    has_weights = any(file.path.endswith(".safetensors") for file in found)
    return _without_twins(found, _GRAPHS if has_weights else frozenset())


def _without_twins(files: list[RepoFile], others: frozenset[str]) -> list[RepoFile]:
    """Leave out what other runtimes load (`onnx/`, `openvino/`, files of `others`): those weights are the same once more."""
    paths = ((file, PurePosixPath(file.path)) for file in files)
    return [file for file, path in paths if path.parts[0] not in _RUNTIMES and path.suffix.lower() not in others]


def fetch(repository: Repository, folder: Path, item: Item = Item.TEXT) -> dict[str, str]:
    """Copy the wanted files into a folder and return their SHA-256 by path. Raises `SourceError`.

    A file is there whole or not at all; what an earlier, broken run fetched of the same commit is kept. Files that no commit holds
    may have changed since.
    """
    digests = {}
    for file in wanted(repository, item):
        place = folder / file.path
        is_kept = not repository.is_on_disk and repository.ref.commit is not None and place.is_file()
        if not (is_kept and place.stat().st_size == file.size):
            _copy(repository, file.path, place)
        digests[file.path] = digest_of(place)
        if file.sha256 and file.sha256 != digests[file.path]:
            place.unlink()
            raise SourceError(f"{file.path} is not what the registry lists: its hash differs", hint="Run again.")
    return digests


def _copy(repository: Repository, path: str, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    temporary = place.with_name(f".{place.name}.part")
    source = repository.open(path)
    try:
        with temporary.open("wb") as file:
            for offset in range(0, source.size, _BLOCK):
                file.write(source.read_at(offset, min(_BLOCK, source.size - offset)))
        temporary.replace(place)
    finally:
        temporary.unlink(missing_ok=True)


def digests_in(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file in a folder, by its path in it."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): digest_of(path) for path in found}


def digest_of(path: Path) -> str:
    """Return a file's SHA-256."""
    return sha256_of(LocalFile(path.name, path))
