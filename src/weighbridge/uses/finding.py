"""All files of a project read, on all cores."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

from weighbridge.errors import UsageError
from weighbridge.facts.processes import spread
from weighbridge.uses.reading import kind_of, read_file
from weighbridge.uses.use import FileUses, Report

# Folders of tools, in which nothing is the project's own code.
_LEFT_OUT = (
    ".git .hg .svn node_modules __pycache__ .venv venv .tox .nox .mypy_cache .ruff_cache .pytest_cache .eggs site-packages "
    ".ipynb_checkpoints .cache .terraform"
)
LEFT_OUT = frozenset(_LEFT_OUT.split())
_FILES = 2_000_000
_DEPTH = 200
_CHUNK = 48
_BATCH = 4096
Told = Callable[[int, int, str], None]


class _Chunk(msgspec.Struct):
    """The files of one piece of work; `is_whole` unless the piece could not be finished."""

    files: list[FileUses]
    is_whole: bool = True


def find_uses(paths: Sequence[Path], progress: Told | None = None, *, everywhere: bool = False) -> Report:
    """Return the models that the files at and below the paths load. Raises `UsageError` for a path that is not there."""
    listed: list[tuple[str, str]] = []
    unread: list[FileUses] = []
    for path in paths:
        for root, name, problem in _walk(path, everywhere=everywhere):
            (unread.append(FileUses(name, problem=problem)) if problem else listed.append((root, name)))
    found: list[FileUses] = []
    for start in range(0, len(listed), _BATCH):
        if progress is not None:
            progress(start, len(listed), f"{len(listed):,} files")
        found += _read(listed[start : start + _BATCH])
    return _report(listed, found, unread)


def _report(listed: list[tuple[str, str]], found: list[FileUses], unread: list[FileUses]) -> Report:
    uses = [use for file in found for use in file.uses]
    unnamed = [call for file in found for call in file.unnamed]
    unread += [FileUses(file.path, problem=file.problem) for file in found if file.problem]
    return Report(
        len(listed),
        tuple(sorted(uses, key=lambda use: (use.place, use.model, use.call))),
        tuple(sorted(unnamed, key=lambda call: (call.place, call.call))),
        tuple(sorted(unread, key=lambda file: file.path)),
    )


def _read(files: list[tuple[str, str]]) -> list[FileUses]:
    chunks = [files[start : start + _CHUNK] for start in range(0, len(files), _CHUNK)]

    def work(index: int) -> _Chunk:
        return _Chunk([read_file(root, name) for root, name in chunks[index]])

    def failed(index: int, reason: str) -> _Chunk:
        return _Chunk([FileUses(name, problem=reason) for _, name in chunks[index]], False)

    found: list[FileUses] = []
    for index, chunk in enumerate(spread(work, len(chunks), _Chunk, failed)):
        found += chunk.files if chunk.is_whole else _one_by_one(chunks[index])
    return found


def _one_by_one(files: list[tuple[str, str]]) -> list[FileUses]:
    """Read files each apart, so that the one that ended its process costs no other."""
    return spread(
        lambda index: read_file(*files[index]),
        len(files),
        FileUses,
        lambda index, reason: FileUses(files[index][1], problem=reason),
    )


def _walk(path: Path, *, everywhere: bool) -> Iterator[tuple[str, str, str]]:
    """Yield the folder, the file's path as shown, and why it is not read; in the order of names."""
    if not path.exists():
        raise UsageError(f"{path} does not exist", hint="Give files or folders with source code.")
    if not path.is_dir():
        yield "", str(path), ""
        return
    shown = "" if str(path) == "." else f"{path}/"
    stack: list[tuple[str, int]] = [(shown, 0)]
    seen = 0
    while stack and seen < _FILES:
        folder, depth = stack.pop()
        folders: list[tuple[str, int]] = []
        for name, problem, is_folder in _entries(folder or ".", everywhere=everywhere):
            seen += 1
            inner = f"{folder}{name}"
            if problem:
                yield "", inner, problem
            elif is_folder and depth >= _DEPTH:
                yield "", inner, f"folders nested deeper than {_DEPTH}"
            elif is_folder:
                folders.append((f"{inner}/", depth + 1))
            elif kind_of(name):
                yield "", inner, ""
        stack.extend(reversed(folders))
    if stack:
        yield "", shown or ".", f"more than {_FILES:,} files"


def _entries(folder: str, *, everywhere: bool) -> Iterator[tuple[str, str, bool]]:
    """Yield names in order, with why one is not followed, and whether it is a folder."""
    try:
        with os.scandir(folder) as entries:
            listed = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        yield "", error.strerror or type(error).__name__, False
        return
    for entry in listed:
        if entry.is_symlink():
            if entry.is_dir() or kind_of(entry.name):
                yield entry.name, "a symbolic link; not followed", False
        elif entry.is_dir(follow_symlinks=False):
            if everywhere or entry.name not in LEFT_OUT:
                yield entry.name, "", True
        elif entry.is_file(follow_symlinks=False):
            yield entry.name, "", False
        elif kind_of(entry.name):
            yield entry.name, "not a regular file", False
