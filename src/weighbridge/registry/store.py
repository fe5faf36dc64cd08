"""A dataset folder: Parquet files, and the manifest that says which of them count.

A file counts only when the manifest lists it, and the manifest is replaced as a whole: whoever reads sees all of an import or
nothing of it, and what a killed process leaves behind is swept away by the next one that writes.
"""

from __future__ import annotations

import contextlib
import datetime
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

import msgspec

from weighbridge.errors import FormatError, LimitExceeded, SourceError, UsageError
from weighbridge.registry.schema import BY_NAME, SCHEMA_VERSION

MANIFEST = "manifest.json"
_LOCK = ".lock"
_LIMIT = 256 * 1024 * 1024


class Part(msgspec.Struct, frozen=True, omit_defaults=True):
    """A Parquet file of one table and one snapshot.

    `covers` is the row group of a models file, `path#number`, whose verdicts or scores a part holds, and `panel` names the
    checks that gave them.
    """

    table: str
    path: str
    snapshot: datetime.date
    rows: int
    size: int
    covers: str = ""
    panel: str = ""


class Deed(msgspec.Struct, frozen=True):
    """An import, a snapshot or a measurement that has been made: what it took, and how many rows of which table it gave."""

    verb: str
    source: str
    snapshot: datetime.date
    tool_version: str
    rows: dict[str, int] = {}


class Manifest(msgspec.Struct, frozen=True):
    """What a dataset holds. `panels` maps the name of a set of checks to their codes and versions."""

    schema_version: str = SCHEMA_VERSION
    parts: tuple[Part, ...] = ()
    deeds: tuple[Deed, ...] = ()
    panels: dict[str, dict[str, int]] = {}


class Store:
    """A dataset folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest = _read(folder)

    @property
    def snapshots(self) -> tuple[datetime.date, ...]:
        """The days for which there is anything, oldest first."""
        return tuple(sorted({part.snapshot for part in self.manifest.parts}))

    def parts(self, table: str, snapshot: datetime.date | None = None) -> tuple[Part, ...]:
        """Return the files of a table, of one snapshot or of all, in the order in which they were written."""
        wanted = (part for part in self.manifest.parts if part.table == table)
        return tuple(part for part in wanted if snapshot is None or part.snapshot == snapshot)

    def paths(self, table: str, snapshot: datetime.date | None = None) -> list[Path]:
        """Return where a table's files lie."""
        return [self.folder / part.path for part in self.parts(table, snapshot)]

    def reload(self) -> None:
        """Read the manifest again."""
        self.manifest = _read(self.folder)

    def commit(
        self,
        added: Iterable[Part],
        deed: Deed | None = None,
        removed: Iterable[str] = (),
        panels: Mapping[str, dict[str, int]] | None = None,
    ) -> None:
        """Let files count from now on, and others no longer, all at once; the lock has to be held."""
        gone = set(removed)
        parts = (*(part for part in self.manifest.parts if part.path not in gone), *added)
        used = {part.panel for part in parts}
        known = {**self.manifest.panels, **(panels or {})}
        changed = Manifest(
            parts=parts,
            deeds=(*self.manifest.deeds, deed) if deed else self.manifest.deeds,
            panels={name: checks for name, checks in known.items() if name in used},
        )
        text = msgspec.json.format(msgspec.json.encode(changed), indent=1)
        replace_file(self.folder / MANIFEST, text + b"\n")
        self.manifest = changed
        for path in gone:
            (self.folder / path).unlink(missing_ok=True)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Be the only one that writes; what a killed writer left is swept away. Raises `SourceError` when another writes."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with exclusive(self.folder / _LOCK, self.folder):
            self.reload()
            self._sweep()
            yield

    def _sweep(self) -> None:
        """Delete the files that do not count."""
        counting = {self.folder / part.path for part in self.manifest.parts}
        for table in BY_NAME:
            for path in (self.folder / table).glob("snapshot=*/*.parquet*"):
                if path not in counting:
                    path.unlink(missing_ok=True)


def opened(folder: Path) -> Store:
    """Return the dataset in a folder. Raises `UsageError` where there is none."""
    if not (folder / MANIFEST).is_file():
        raise UsageError(
            f"{folder} holds no registry dataset", hint="Make one with `weighbridge registry snapshot` or `import`."
        )
    return Store(folder)


def created(folder: Path) -> Store:
    """Return the dataset in a folder, a new one where there is none. Raises `UsageError` for a folder of other things."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is no folder", hint="Name a folder with -o.")
    if (
        folder.is_dir()
        and not (folder / MANIFEST).exists()
        and any(not p.name.startswith(".") for p in folder.iterdir())
    ):
        known = {*BY_NAME, "crawl"}
        strangers = sorted(p.name for p in folder.iterdir() if p.name not in known and not p.name.startswith("."))
        if strangers:
            raise UsageError(f"{folder} holds other things ({strangers[0]})", hint="Name a new folder with -o.")
    return Store(folder)


def latest(store: Store, snapshot: datetime.date | None = None) -> datetime.date:
    """Return the snapshot asked for, or the newest. Raises `UsageError` where there is none."""
    found = store.snapshots
    if snapshot is not None and snapshot not in found:
        listed = ", ".join(map(str, found)) or "none"
        raise UsageError(f"{store.folder} has no snapshot of {snapshot}", hint=f"There are: {listed}.")
    if not found:
        raise UsageError(f"{store.folder} is empty", hint="Fill it with `weighbridge registry snapshot` or `import`.")
    return snapshot or found[-1]


def replace_file(path: Path, data: bytes) -> None:
    """Write a file at once or not at all, and have it on the disk."""
    temporary = path.with_name(f".{path.name}.tmp")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Have the names of a folder's files on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read(folder: Path) -> Manifest:
    path = folder / MANIFEST
    try:
        if path.stat().st_size > _LIMIT:
            raise LimitExceeded(f"{path} has more than {_LIMIT:,} bytes", where=str(path))
        manifest = msgspec.json.decode(path.read_bytes(), type=Manifest)
    except (FileNotFoundError, NotADirectoryError):
        return Manifest()
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise FormatError(f"{path} is no manifest of a registry dataset: {error}", where=str(path)) from None
    if manifest.schema_version.partition(".")[0] != SCHEMA_VERSION.partition(".")[0]:
        raise FormatError(
            f"{path} has schema {manifest.schema_version}; this program knows {SCHEMA_VERSION}",
            where=str(path),
            hint="Use the version of Weighbridge that wrote it, or make the dataset anew.",
        )
    for part in manifest.parts:
        _check_inside(part, path)
    return manifest


def _check_inside(part: Part, path: Path) -> None:
    """Refuse a manifest that names files elsewhere: whoever hands over a dataset must not choose what else is read."""
    pieces = PurePosixPath(part.path).parts
    is_ours = len(pieces) == 3 and pieces[0] == part.table and part.table in BY_NAME and ".." not in pieces
    if not is_ours or "\\" in part.path or "'" in part.path or not part.path.endswith(".parquet"):
        raise FormatError(f"{path} names a file that is none of its own: {part.path[:200]}", where=str(path))


@contextlib.contextmanager
def exclusive(path: Path, folder: Path) -> Iterator[None]:
    """Be the only process that holds a lock. Raises `SourceError` when another does."""
    import fcntl

    with path.open("a+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SourceError(f"another process is writing to {folder}", hint="Wait until it has finished.") from None
        yield
