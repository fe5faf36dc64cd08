"""Fetching a repository's history, and nothing else of it: commits and folders, no file's content, no large files."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from weighbridge.errors import ConnectionLost, RepositoryNotFound, SourceError
from weighbridge.sources.git import GitHistory

_SECONDS = 120
# A history without contents takes kilobytes; a server that sends more than this is stopped. In blocks of 512 bytes.
_LARGEST_FILE = 256 * 1024 * 1024 // 512
_MEMORY = str(256 * 1024 * 1024)
_COMPLAINTS = 4096
# Refusals that stay, in the words of git's; all others may pass.
_NOT_THERE = re.compile(r"not found|could not read Username|Authentication failed|returned error: 40[1-4]")


@contextmanager
def fetched_history(url: str) -> Iterator[GitHistory]:
    """Clone a repository without its files' contents for as long as the block lasts. Raises `SourceError`.

    Nobody's token is sent. The server is a stranger: only web addresses are followed, and what it sends is limited.
    """
    program = shutil.which("git")
    if program is None:
        raise SourceError("git is not installed, so histories cannot be fetched", hint="apt install git")
    with tempfile.TemporaryDirectory(prefix="weighbridge-") as name:
        _clone(program, url, Path(name))
        yield GitHistory(Path(name))


def _clone(program: str, url: str, folder: Path) -> None:
    command = (
        "/bin/sh", "-c", f'ulimit -f {_LARGEST_FILE}; exec "$@"', "sh",
        program, "clone", "--quiet", "--bare", "--filter=blob:none", "--single-branch", "--no-tags", "--", url, str(folder / ".git"),
    )  # fmt: skip
    # What git complains of goes to a file, which is limited as all its files are: a server says there what it likes.
    with (folder / "complaints").open("w+b") as told, subprocess.Popen(  # noqa: S603 - an address of a registry and a name that was looked at
        command, env=_environment(folder), cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=told, start_new_session=True,
    ) as process:  # fmt: skip
        try:
            process.wait(_SECONDS)
        except subprocess.TimeoutExpired:
            raise ConnectionLost(f"the history did not come within {_SECONDS} seconds", hint="Try again.") from None
        finally:
            if process.poll() is None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
        if process.returncode:
            told.seek(max(0, told.seek(0, os.SEEK_END) - _COMPLAINTS))
            raise _refusal(told.read(_COMPLAINTS).decode("utf-8", "replace"))


def _refusal(told: str) -> SourceError:
    if _NOT_THERE.search(told):
        return RepositoryNotFound("the registry gives its history to nobody, or not without a token")
    return ConnectionLost("git could not fetch the history", hint="Try again; `git clone` tells more.")


def _environment(folder: Path) -> dict[str, str]:
    """Return git's whole environment: nobody's configuration, credentials or programs."""
    return {
        "PATH": os.defpath,
        "HOME": str(folder),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ALLOW_PROTOCOL": "https:http",
        "GIT_ALLOC_LIMIT": _MEMORY,
        "LC_ALL": "C",
    }
