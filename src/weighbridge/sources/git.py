"""A clone's history, read without trusting the clone.

A clone's own configuration can name programs to run (`gpg.program`, `core.fsmonitor`, pagers, filters). So git never sees it:
HEAD is read here, and `git log` runs in an empty repository of our own that only borrows the clone's objects.
"""

from __future__ import annotations

import datetime
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from weighbridge.errors import SourceError
from weighbridge.model import Commit

_COMMIT = re.compile(r"[0-9a-f]{40}")
_REFERENCE = re.compile(r"ref: (refs/[A-Za-z0-9._/-]{1,200})")
_SECONDS = 20
_SMALL_FILE = 4 * 1024 * 1024
_FORMAT = "%x1e%H%x1f%cI%x1f%an%x1f%(trailers:key=Co-authored-by,valueonly,separator=%x1d)%x1f%s"


class GitHistory:
    """The commits behind a clone's HEAD. `head` is None where the folder is no clone."""

    def __init__(self, root: Path) -> None:
        self._git = root / ".git"
        self.head = self._read_head() if self._git.is_dir() and not self._git.is_symlink() else None

    def commits(self, limit: int) -> Sequence[Commit]:
        """Return the newest commits first. Raises `SourceError` when there are none, or git is not installed."""
        if self.head is None:
            raise SourceError("the folder is no git clone, so there is no history to read")
        program = shutil.which("git")
        if program is None:
            raise SourceError("git is not installed, so the clone's history cannot be read")
        with tempfile.TemporaryDirectory(prefix="weighbridge-") as folder:
            signed = self._signed(program, Path(folder), limit)
            log = self._run(program, Path(folder), "log", f"--max-count={limit}", f"--format={_FORMAT}", self.head)
        return tuple(_commit(entry, signed) for entry in log.split("\x1e")[1:])

    def _signed(self, program: str, folder: Path, limit: int) -> frozenset[str]:
        """Return the commits that carry a signature; it is found, not verified."""
        text = self._run(program, folder, "log", f"--max-count={limit}", "--format=raw", self.head or "")
        signed, commit = set(), ""
        for line in text.splitlines():
            if line.startswith("commit "):
                commit = line[7:47]
            elif line.startswith("gpgsig"):
                signed.add(commit)
        return frozenset(signed)

    def _run(self, program: str, folder: Path, *arguments: str) -> str:
        environment = {
            "PATH": os.defpath,
            "HOME": str(folder),
            "GIT_DIR": str(self._borrowing(folder)),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_NO_LAZY_FETCH": "1",
            "LC_ALL": "C.UTF-8",
        }
        command = [program, "--no-pager", "--no-replace-objects", *arguments]
        try:
            done = subprocess.run(  # noqa: S603 - our own arguments; the commit is 40 hex digits
                command, env=environment, cwd=folder, capture_output=True, timeout=_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            raise SourceError(f"git did not read the clone's history within {_SECONDS} seconds") from None
        if done.returncode:
            raise SourceError("the clone's history is broken, or too shallow to read")
        return done.stdout.decode("utf-8", "replace")

    def _borrowing(self, folder: Path) -> Path:
        """Make an empty repository that takes its objects from the clone."""
        own = folder / "git"
        if not own.exists():
            (own / "objects" / "info").mkdir(parents=True)
            (own / "refs").mkdir()
            (own / "HEAD").write_text("ref: refs/heads/none\n", encoding="utf-8")
            objects = str((self._git / "objects").resolve())
            (own / "objects" / "info" / "alternates").write_text(objects + "\n", encoding="utf-8")
            shallow = _small_text(self._git / "shallow")
            if shallow and all(_COMMIT.fullmatch(line) for line in shallow.split()):
                (own / "shallow").write_text(shallow, encoding="utf-8")
        return own

    def _read_head(self) -> str | None:
        """Return the commit that HEAD names, through a loose or a packed reference."""
        text = (_small_text(self._git / "HEAD") or "").strip()
        if _COMMIT.fullmatch(text):
            return text
        match = _REFERENCE.fullmatch(text)
        if match is None or ".." in match[1]:
            return None
        loose = (_small_text(self._git / match[1]) or "").strip()
        if _COMMIT.fullmatch(loose):
            return loose
        packed = (line.split(" ", 1) for line in (_small_text(self._git / "packed-refs") or "").splitlines())
        found = next((entry[0] for entry in packed if entry[-1] == match[1]), "")
        return found if _COMMIT.fullmatch(found) else None


def _small_text(path: Path) -> str | None:
    """Return a small regular file's text, or None; never opens a pipe or follows a link."""
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > _SMALL_FILE:
            return None
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None


def _commit(entry: str, signed: frozenset[str]) -> Commit:
    identifier, date, author, others, title = entry.rstrip("\n").split("\x1f", 4)
    authors = (author, *(name.partition(" <")[0] for name in others.split("\x1d") if name))
    return Commit(identifier, datetime.datetime.fromisoformat(date), authors, title[:200], identifier in signed)
