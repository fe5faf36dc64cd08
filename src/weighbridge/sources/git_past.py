"""What a clone holds of its past: its newest release, moved references, the files of a commit, and files that are gone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from weighbridge.errors import SourceError
from weighbridge.model import CommittedFile, Move, OldFile, Past, Release
from weighbridge.sources.git_refs import References
from weighbridge.sources.git_run import Git
from weighbridge.sources.names import COMMIT
from weighbridge.sources.pointer import POINTER_SIZES, pointed

# Files of the past: how many are looked at, how large each may be, and all of them together.
FILE_LIMIT = 5000
FILE_BYTES = 1024 * 1024
ALL_BYTES = 48 * 1024 * 1024
_MOVES = 200
_CHANGED = 10_000
_DESCRIBED = re.compile(r"(.+)-(\d{1,9})-g([0-9a-f]{40})\s*")
_CHECKED = re.compile(r"([0-9a-f]{40}) blob (\d{1,18})")


def read_past(git: Git, head: str, references: References) -> Past:
    """Return the newest release behind `head`, and the known moves of tags and remote branches. Raises `SourceError`."""
    moves = [move for move in references.moves if move.name.startswith(("refs/tags/", "refs/remotes/"))]
    return Past(_release(git, head), tuple(_judged(git, move) for move in moves[-_MOVES:]))


def _release(git: Git, head: str) -> Release | None:
    answer = git.ask("describe", "--tags", "--abbrev=40", "--long", "--candidates=100", head)
    match = _DESCRIBED.fullmatch(answer.output.decode("ascii", "replace")) if not answer.status else None
    if match is None:
        return None
    commit = git.read("rev-parse", "--verify", f"refs/tags/{match[1]}^{{commit}}").decode("ascii", "replace").strip()
    listed = git.read("diff-tree", "-r", "-z", "--no-renames", "--no-ext-diff", "--name-only", commit, head)
    changed = [name.decode("utf-8", "backslashreplace") for name in listed.split(b"\0") if name]
    return Release(match[1], commit, int(match[2]), tuple(changed[:_CHANGED]))


def _judged(git: Git, move: Move) -> Move:
    """Tell whether a reference's older place is still behind the newer one; git leaves 128 where it has either no longer."""
    status = git.ask("merge-base", "--is-ancestor", move.old, move.new).status
    return msgspec.structs.replace(move, is_kept={0: True, 1: False}.get(status))


def read_committed(git: Git, head: str) -> Sequence[CommittedFile]:
    """Return the files of a commit, sorted by path; links and other repositories without a length. Raises `SourceError`."""
    listed = git.read("ls-tree", "-r", "-z", "-l", head)
    found = [file for entry in listed.split(b"\0") if (file := _entry(entry)) is not None]
    small = [file.blob for file in found if file.size is not None and file.size in POINTER_SIZES]
    sha256s = {blob: sha256 for blob, data in _contents(git, small) if (sha256 := pointed(data)) is not None}
    return tuple(msgspec.structs.replace(file, lfs_sha256=sha256s.get(file.blob, "")) for file in found)


def _entry(entry: bytes) -> CommittedFile | None:
    described, _, path = entry.partition(b"\t")
    fields = described.decode("ascii", "replace").split()
    if len(fields) != 4:
        return None
    is_file = fields[0].startswith("100") and fields[3].isdigit()
    return CommittedFile(path.decode("utf-8", "backslashreplace"), fields[2], int(fields[3]) if is_file else None)


def read_old_files(git: Git, head: str, is_wanted: Callable[[str], bool]) -> tuple[Sequence[OldFile], int]:
    """Return the wanted small files that past commits had and `head` has not, and how many more there were."""
    listed = git.read("rev-list", "--objects", head, "--not", f"{head}^{{tree}}").decode("utf-8", "replace")
    paths = dict(_named(listed.splitlines()))
    wanted = {blob: path for blob, path in paths.items() if is_wanted(path)}
    sizes = _sizes(git, list(wanted)[:FILE_LIMIT])
    chosen: list[str] = []
    room = ALL_BYTES
    for blob, size in sizes.items():
        if size <= min(FILE_BYTES, room):
            chosen.append(blob)
            room -= size
    found = tuple(OldFile(wanted[blob], blob, data) for blob, data in _contents(git, chosen))
    return found, len(wanted) - len(found) - _trees(wanted, sizes)


def _trees(wanted: dict[str, str], sizes: dict[str, int]) -> int:
    """Return how many of the wanted objects that were looked at turned out to be no files."""
    return min(len(wanted), FILE_LIMIT) - len(sizes)


def _named(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        identifier, _, path = line.partition(" ")
        if path and COMMIT.fullmatch(identifier):
            yield identifier, path


def _sizes(git: Git, blobs: Sequence[str]) -> dict[str, int]:
    listed = git.read("cat-file", "--batch-check", feed="".join(f"{blob}\n" for blob in blobs).encode())
    matches = (_CHECKED.fullmatch(line) for line in listed.decode("ascii", "replace").splitlines())
    return {match[1]: int(match[2]) for match in matches if match}


def _contents(git: Git, blobs: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Yield files by their ids: what git writes is a line that describes each, the bytes, and a newline."""
    written = git.read("cat-file", "--batch", feed="".join(f"{blob}\n" for blob in blobs).encode()) if blobs else b""
    place = 0
    while (end := written.find(b"\n", place)) >= 0:
        match = _CHECKED.fullmatch(written[place:end].decode("ascii", "replace"))
        if match is None:
            place = end + 1
            continue
        place = end + 1 + int(match[2]) + 1
        yield match[1], written[end + 1 : place - 1]


def first_with(git: Git, head: str, blob: str) -> str:
    """Return the oldest commit that brought a file of this content. Raises `SourceError` when none did."""
    if not COMMIT.fullmatch(blob):
        raise SourceError("that is no file's id")
    found = git.read("log", "--format=%H", f"--find-object={blob}", head).decode("ascii", "replace").split()
    if not found or not COMMIT.fullmatch(found[-1]):
        raise SourceError("no commit brought that file")
    return found[-1]
