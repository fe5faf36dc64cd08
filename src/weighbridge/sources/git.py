"""A clone's history, read without trusting the clone.

A clone's own configuration can name programs to run (`gpg.program`, `core.fsmonitor`, pagers, filters). So git never sees it:
HEAD is read here, and git runs in an empty repository of our own that only borrows the clone's objects.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path

from weighbridge.errors import SourceError
from weighbridge.model import Commit, CommittedFile, OldFile, Past, SignedHistory, Trust
from weighbridge.sources.git_refs import References, read_references
from weighbridge.sources.git_run import borrowed, small_text
from weighbridge.sources.names import COMMIT, is_model_id

_REFERENCE = re.compile(r"ref: (refs/[\w.+-]+(?:/[\w.+-]+){1,20})", re.ASCII)
_WORKTREE = re.compile(r"gitdir: ([^\0\n]{1,4096})")
_UPSTREAM = re.compile(
    r"^\s*url\s*=\s*(?:https://(?:[^\s/@]*@)?|git@)(?:huggingface\.co|hf\.co)[/:]([\w./-]+?)/?\s*$", re.MULTILINE
)
_CONFIG = 100_000
_PERSON = re.compile(r"(.{0,500}?) ?<[^<>\n]{0,500}> (-?\d{1,12}) ([+-]\d{4})")
_HELPER = re.compile(r"^    co-authored-by: ([^<\n]{1,200})", re.IGNORECASE | re.MULTILINE)


class GitHistory:
    """The commits behind a clone's HEAD. `head` is None where the folder is no clone."""

    def __init__(self, root: Path) -> None:
        self._own, self._common = _git_folders(root)
        self.head = self._read_head() if self._own != _NOWHERE else None

    def commits(self, limit: int) -> Sequence[Commit]:
        """Return the newest commits first. Raises `SourceError` when there are none, or git is not installed."""
        with borrowed(self._common) as git:
            output = git.read("rev-list", "--header", f"--max-count={limit}", self._commit_id(), "--")
        entries = output.decode("utf-8", "replace").split("\0")
        return tuple(commit for entry in entries if (commit := _commit(entry)) is not None)

    def signatures(self, trust: Trust) -> SignedHistory:
        """Verify the newest commits and tags. Raises `SourceError` when there are none, or a program is not installed."""
        from weighbridge.sources.git_signatures import verify

        with borrowed(self._common, self.references.tags) as git:
            return verify(git, self._commit_id(), trust)

    def past(self) -> Past:
        """Return the newest release and known moves of branches and tags. Raises `SourceError` when there is no history."""
        from weighbridge.sources.git_past import read_past

        with borrowed(self._common, self.references.tags) as git:
            return read_past(git, self._commit_id(), self.references)

    def committed(self) -> Sequence[CommittedFile]:
        """Return the files of HEAD's commit. Raises `SourceError` when there is none."""
        from weighbridge.sources.git_past import read_committed

        with borrowed(self._common) as git:
            return read_committed(git, self._commit_id())

    def old_files(self, is_wanted: Callable[[str], bool]) -> tuple[Sequence[OldFile], int]:
        """Return small files of past commits, and how many had to be left out. Raises `SourceError` when there are none."""
        from weighbridge.sources.git_past import read_old_files

        with borrowed(self._common) as git:
            return read_old_files(git, self._commit_id(), is_wanted)

    def commit_with(self, blob: str) -> str:
        """Return the commit that brought a file of the past. Raises `SourceError` when there is none."""
        from weighbridge.sources.git_past import first_with

        with borrowed(self._common) as git:
            return first_with(git, self._commit_id(), blob)

    @property
    def is_shallow(self) -> bool:
        """Whether only the newest part of the history was cloned."""
        return self.head is not None and bool(small_text(self._common / "shallow"))

    @property
    def upstream(self) -> str:
        """The Hub's model that this is a clone of, as the clone says; empty for none."""
        text = small_text(self._common / "config") if self.head else ""
        found = _UPSTREAM.search(text[:_CONFIG])
        name = found[1].removesuffix(".git") if found else ""
        return name if is_model_id(name) else ""

    @cached_property
    def references(self) -> References:
        """Where branches and tags point, and pointed before."""
        return read_references(self._common) if self.head else References()

    def _commit_id(self) -> str:
        if self.head is None:
            raise SourceError("the folder is no git clone, so there is no history to read")
        return self.head

    def _read_head(self) -> str | None:
        """Return the commit that HEAD names, through a loose or a packed reference."""
        text = small_text(self._own / "HEAD").strip()
        match = _REFERENCE.fullmatch(text)
        if match is None or ".." in match[1]:
            return text if COMMIT.fullmatch(text) else None
        loose = small_text(self._common / match[1]).strip()
        packed = small_text(self._common / "packed-refs").splitlines()
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
    match = _WORKTREE.match(small_text(place))
    return _worktree(place, root / match[1].strip()) if match else (_NOWHERE, _NOWHERE)


def _worktree(place: Path, own: Path) -> tuple[Path, Path]:
    """Follow a worktree's file only to a repository that names this very worktree as its own."""
    common = (own / (small_text(own / "commondir").strip() or "\0")) if own.is_dir() else _NOWHERE
    back = small_text(own / "gitdir").strip()
    try:
        is_mutual = bool(back) and Path(back).resolve() == place.resolve()
        is_inside = own.resolve().parent == common.resolve() / "worktrees"
    except (OSError, ValueError, RuntimeError):
        return _NOWHERE, _NOWHERE
    return (own, common) if is_mutual and is_inside else (_NOWHERE, _NOWHERE)


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
