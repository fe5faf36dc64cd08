"""Running git over a clone's objects without trusting the clone.

A clone's own configuration can name programs to run (`gpg.program`, `core.fsmonitor`, pagers, filters), and so can its hooks. So
git never sees them: it runs in an empty repository of our own that only borrows the clone's objects.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from weighbridge.errors import SourceError
from weighbridge.sources.local import LocalFile
from weighbridge.sources.names import COMMIT

_SECONDS = 20
_OUTPUT_BYTES = 64 * 1024 * 1024
# No commit needs more; git itself then refuses objects that unpack to gigabytes.
_GIT_MEMORY = str(256 * 1024 * 1024)
_SMALL_FILE = 16 * 1024 * 1024


class Answer(NamedTuple):
    """What git wrote, and the status that it left."""

    status: int
    output: bytes


class Git:
    """git in a repository of our own (`folder`); settings are given with each command, and nobody else's count."""

    def __init__(self, program: str, folder: Path, objects: Path) -> None:
        self.folder = folder
        self._program = program
        self._environment = _environment(str(folder), objects)

    def read(self, *arguments: str, feed: bytes = b"", environment: Mapping[str, str] | None = None) -> bytes:
        """Return what a command writes, cut where it is too long. Raises `SourceError` when it fails."""
        answer = self._run((self._program, *arguments), feed, subprocess.DEVNULL, environment or {})
        if answer.status and len(answer.output) < _OUTPUT_BYTES:
            raise SourceError("the clone's history is broken")
        return answer.output

    def ask(self, *arguments: str, environment: Mapping[str, str] | None = None) -> Answer:
        """Return what a command writes, complaints included, and its status, which is part of the answer."""
        return self.other(self._program, *arguments, environment=environment)

    def other(self, program: str, *arguments: str, environment: Mapping[str, str] | None = None) -> Answer:
        """Ask another program in the same place and as bounded as git itself."""
        return self._run((program, *arguments), b"", subprocess.STDOUT, environment or {})

    def _run(self, command: tuple[str, ...], feed: bytes, complaints: int, more: Mapping[str, str]) -> Answer:
        with tempfile.TemporaryFile() as given:
            given.write(feed)
            given.seek(0)
            with subprocess.Popen(  # noqa: S603 - our own arguments; commits are 40 hex digits
                command, env={**self._environment, **more}, cwd=self.folder,
                stdin=given, stdout=subprocess.PIPE, stderr=complaints, start_new_session=True,
            ) as process:  # fmt: skip
                return _bounded(process)


def _bounded(process: subprocess.Popen[bytes]) -> Answer:
    """Return what a process writes, bounded in time and length. Raises `SourceError` when it is too slow."""
    alarm = threading.Timer(_SECONDS, _kill, [process])
    alarm.start()
    try:
        output = process.stdout.read(_OUTPUT_BYTES) if process.stdout else b""
        is_cut = len(output) == _OUTPUT_BYTES
        if is_cut:
            _kill(process)
        status = process.wait()
    finally:
        alarm.cancel()
        if process.poll() is None:
            _kill(process)
    if status < 0 and not is_cut:
        raise SourceError(f"git did not read the clone's history within {_SECONDS} seconds")
    return Answer(status, output)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a process and those that it started (verifiers), which would hold its output open."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


@contextmanager
def borrowed(common: Path, references: Mapping[str, str] | None = None) -> Iterator[Git]:
    """Open an empty repository over a clone's objects, with these references. Raises `SourceError` without git."""
    program = shutil.which("git")
    if program is None:
        raise SourceError("git is not installed, so the clone's history cannot be read")
    with tempfile.TemporaryDirectory(prefix="weighbridge-") as name:
        folder = Path(name)
        _make_empty_repository(folder, small_text(common / "shallow"))
        lines = [f"{target} {reference}\n" for reference, target in sorted((references or {}).items())]
        (folder / "packed-refs").write_text("".join(lines), encoding="ascii")
        yield Git(program, folder, (common / "objects").resolve())


def _environment(folder: str, objects: Path) -> dict[str, str]:
    """Return git's whole environment: our repository, the clone's objects, nobody's configuration."""
    return {
        "PATH": os.defpath,
        "HOME": folder,
        "GIT_DIR": folder,
        "GIT_OBJECT_DIRECTORY": str(objects),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_ALLOC_LIMIT": _GIT_MEMORY,
        "LC_ALL": "C",
    }


def _make_empty_repository(folder: Path, shallow: str) -> None:
    for name in ("objects", "refs"):
        (folder / name).mkdir()
    (folder / "HEAD").write_text("ref: refs/heads/none\n", encoding="ascii")
    if shallow and all(COMMIT.fullmatch(line) for line in shallow.splitlines()):
        (folder / "shallow").write_text(shallow, encoding="ascii")


def small_text(path: Path) -> str:
    """Return a regular file's text, empty where there is none; never opens a pipe or follows a link."""
    try:
        if path.is_symlink():
            return ""
        file = LocalFile(path.name, path)
        return file.read_at(0, file.size).decode("utf-8", "replace") if file.size <= _SMALL_FILE else ""
    except (OSError, ValueError, SourceError):
        return ""
