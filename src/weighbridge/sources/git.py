"""A clone's history, read without trusting the clone.

A clone's own configuration can name programs to run (`gpg.program`, `core.fsmonitor`, pagers, filters). So git never sees it:
HEAD is read here, and git runs in an empty repository of our own that only borrows the clone's objects.
"""

from __future__ import annotations

import datetime
import os
import re
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path

from weighbridge.errors import SourceError
from weighbridge.model import Commit
from weighbridge.sources.local import LocalFile
from weighbridge.sources.names import COMMIT

_REFERENCE = re.compile(r"ref: (refs/[\w.+-]+(?:/[\w.+-]+){1,20})", re.ASCII)
_WORKTREE = re.compile(r"gitdir: ([^\0\n]{1,4096})")
_PERSON = re.compile(r"(.{0,500}?) ?<[^<>\n]{0,500}> (-?\d{1,12}) ([+-]\d{4})")
_HELPER = re.compile(r"^    co-authored-by: ([^<\n]{1,200})", re.IGNORECASE | re.MULTILINE)
_SECONDS = 20
_OUTPUT_BYTES = 64 * 1024 * 1024
# No commit needs more; git itself then refuses objects that unpack to gigabytes.
_GIT_MEMORY = str(256 * 1024 * 1024)
_SMALL_FILE = 16 * 1024 * 1024


class GitHistory:
    """The commits behind a clone's HEAD. `head` is None where the folder is no clone."""

    def __init__(self, root: Path) -> None:
        self._own, self._common = _git_folders(root)
        self.head = self._read_head() if self._own != _NOWHERE else None

    def commits(self, limit: int) -> Sequence[Commit]:
        """Return the newest commits first. Raises `SourceError` when there are none, or git is not installed."""
        if self.head is None:
            raise SourceError("the folder is no git clone, so there is no history to read")
        program = shutil.which("git")
        if program is None:
            raise SourceError("git is not installed, so the clone's history cannot be read")
        with tempfile.TemporaryDirectory(prefix="weighbridge-") as folder:
            _make_empty_repository(Path(folder), _small_text(self._common / "shallow"))
            output = _run(
                [program, "rev-list", "--header", f"--max-count={limit}", self.head, "--"], self._settings(folder)
            )
        return tuple(commit for entry in output.split("\0") if (commit := _commit(entry)) is not None)

    def _settings(self, folder: str) -> dict[str, str]:
        """Return git's whole environment: our repository, the clone's objects, nobody's configuration."""
        return {
            "PATH": os.defpath,
            "HOME": folder,
            "GIT_DIR": folder,
            "GIT_OBJECT_DIRECTORY": str((self._common / "objects").resolve()),
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

    def _read_head(self) -> str | None:
        """Return the commit that HEAD names, through a loose or a packed reference."""
        text = _small_text(self._own / "HEAD").strip()
        match = _REFERENCE.fullmatch(text)
        if match is None or ".." in match[1]:
            return text if COMMIT.fullmatch(text) else None
        loose = _small_text(self._common / match[1]).strip()
        packed = _small_text(self._common / "packed-refs").splitlines()
        found = loose or next((line[:40] for line in packed if line[40:] == f" {match[1]}"), "")
        return found if COMMIT.fullmatch(found) else None


_NOWHERE = Path()


def _git_folders(root: Path) -> tuple[Path, Path]:
    """Return where a clone's HEAD and its objects lie: the same place, but for a further worktree. Empty for no clone."""
    place = root / ".git"
    if place.is_symlink():
        return _NOWHERE, _NOWHERE
    if place.is_dir():
        return place, place
    match = _WORKTREE.match(_small_text(place))
    return _worktree(place, root / match[1].strip()) if match else (_NOWHERE, _NOWHERE)


def _worktree(place: Path, own: Path) -> tuple[Path, Path]:
    """Follow a worktree's file only to a repository that names this very worktree as its own."""
    common = (own / (_small_text(own / "commondir").strip() or "\0")) if own.is_dir() else _NOWHERE
    back = _small_text(own / "gitdir").strip()
    try:
        is_mutual = bool(back) and Path(back).resolve() == place.resolve()
        is_inside = own.resolve().parent == common.resolve() / "worktrees"
    except (OSError, ValueError, RuntimeError):
        return _NOWHERE, _NOWHERE
    return (own, common) if is_mutual and is_inside else (_NOWHERE, _NOWHERE)


def _make_empty_repository(folder: Path, shallow: str) -> None:
    for name in ("objects", "refs"):
        (folder / name).mkdir()
    (folder / "HEAD").write_text("ref: refs/heads/none\n", encoding="ascii")
    if shallow and all(COMMIT.fullmatch(line) for line in shallow.splitlines()):
        (folder / "shallow").write_text(shallow, encoding="ascii")


def _run(command: list[str], environment: dict[str, str]) -> str:
    """Return what git writes, bounded in time and length. Raises `SourceError`."""
    with subprocess.Popen(  # noqa: S603 - our own arguments; the commit is 40 hex digits
        command, env=environment, cwd=environment["HOME"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        alarm = threading.Timer(_SECONDS, process.kill)
        alarm.start()
        try:
            output = process.stdout.read(_OUTPUT_BYTES) if process.stdout else b""
            is_cut = len(output) == _OUTPUT_BYTES
            if is_cut:
                process.kill()
            status = process.wait()
        finally:
            alarm.cancel()
    if status and not is_cut:
        late = status < 0
        raise SourceError(
            f"git did not read the clone's history within {_SECONDS} seconds"
            if late
            else "the clone's history is broken"
        )
    return output.decode("utf-8", "replace")


def _small_text(path: Path) -> str:
    """Return a regular file's text, empty where there is none; never opens a pipe or follows a link."""
    try:
        if path.is_symlink():
            return ""
        file = LocalFile(path.name, path)
        return file.read_at(0, file.size).decode("utf-8", "replace") if file.size <= _SMALL_FILE else ""
    except (OSError, ValueError, SourceError):
        return ""


def _commit(entry: str) -> Commit | None:
    """Read one commit as git stores it: lines of headers, an empty line, the message. None for what is none."""
    identifier, _, raw = entry.partition("\n")
    header, _, message = raw.partition("\n\n")
    fields = dict(line.partition(" ")[::2] for line in reversed(header.split("\n")))
    author, made = _PERSON.fullmatch(fields.get("author", "")), _PERSON.fullmatch(fields.get("committer", ""))
    if not COMMIT.fullmatch(identifier) or author is None or made is None:
        return None
    authors = dict.fromkeys([author[1].strip(), *(name.strip() for name in _HELPER.findall(message)[:20])])
    title = message.partition("\n")[0].removeprefix("    ")[:200]
    is_signed = "gpgsig" in fields or "gpgsig-sha256" in fields
    return Commit(identifier, _moment(int(made[2]), made[3]), tuple(name for name in authors if name), title, is_signed)


def _moment(seconds: int, zone: str) -> datetime.datetime:
    """Return a commit's time; one that no calendar holds becomes the nearest that does."""
    minutes = int(zone[0] + "1") * (int(zone[1:3]) * 60 + int(zone[3:5]))
    offset = datetime.timezone(datetime.timedelta(minutes=max(-1439, min(1439, minutes))))
    return datetime.datetime.fromtimestamp(max(0, min(seconds, 253_000_000_000)), offset)
