"""A registry's record: a model known only by the JSON object that the registry's interface gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from weighbridge.errors import SourceError
from weighbridge.model import Depth, MemorySource, ModelRef, Origin, RepoFile
from weighbridge.model.lazy import lazy
from weighbridge.sources.repository import Repository

_CARD = "README.md"
# Longer listings, and longer paths, are hardly ever those of another model; they are not remembered.
_FEW_FILES = 40
_SHORT_PATH = 200


class RecordRepository(Repository):
    """A record as the Hub's API gives it, today's or that of 2022, with the card's text where a dump carries it.

    Making one costs next to nothing: a registry's study makes millions.
    """

    def __init__(self, record: Mapping[str, Any], card: str | None = None) -> None:
        self.record = record
        text = card if card is not None else record.get("card")
        self._card = text if isinstance(text, str) else None
        self.deepest = Depth.METADATA if self._card is None else Depth.CARD
        self.ref = ModelRef(
            Origin.RECORD, _text(record, "id", "modelId") or "unnamed", commit=_text(record, "sha") or None
        )

    @lazy
    def files(self) -> Sequence[RepoFile] | None:
        """The files that the record lists, and the card that it carries; None where it does neither."""
        siblings = self.record.get("siblings") if self.record else None
        listed = _listed(siblings) if isinstance(siblings, list) else None
        if self._card is None or any(file.path == _CARD for file in listed or ()):
            return listed
        card = RepoFile(_CARD, len(self._card_bytes))
        return tuple(sorted([*(listed or ()), card], key=lambda file: file.path))

    def open(self, path: str) -> MemorySource:
        """Return the card, when the record carries it. Raises `SourceError` for any other file."""
        if self._card is None or path != _CARD:
            raise SourceError(f"a registry's record does not hold {path}")
        return MemorySource(path, self._card_bytes)

    @lazy
    def _card_bytes(self) -> bytes:
        return (self._card or "").encode("utf-8", "replace")


def _listed(siblings: list[Any]) -> tuple[RepoFile, ...]:
    """Return the files of a listing, sorted by path; the same tuple for the many models whose files are called the same."""
    if len(siblings) <= _FEW_FILES:
        names = tuple([_plain_name(sibling) for sibling in siblings])
        if None not in names:
            return _named(names)
    files = {file.path: file for sibling in siblings if (file := sibling_file(sibling)) is not None}
    return tuple([files[path] for path in sorted(files)])


def _plain_name(sibling: Any) -> str | None:
    """Return the path, where it is no long one, of a file of which nothing else is told."""
    if isinstance(sibling, dict) and len(sibling) == 1:
        sibling = sibling.get("rfilename")
    return sibling if isinstance(sibling, str) and len(sibling) <= _SHORT_PATH else None


@lru_cache(maxsize=4096)
def _named(paths: tuple[str, ...]) -> tuple[RepoFile, ...]:
    return tuple([RepoFile(path) for path in sorted(set(paths))])


def sibling_file(sibling: Any) -> RepoFile | None:
    """Return the file that an entry of `siblings` names: an object today, a plain text in dumps of 2022."""
    if isinstance(sibling, str):
        return RepoFile(sibling)
    if not isinstance(sibling, dict) or not isinstance(path := sibling.get("rfilename"), str):
        return None
    size, lfs, blob = sibling.get("size"), sibling.get("lfs"), sibling.get("blobId")
    large = lfs if isinstance(lfs, dict) else {}
    sha256 = large.get("sha256")
    return RepoFile(
        path,
        size if type(size) is int and size >= 0 else None,
        sha256.lower() if isinstance(sha256, str) else None,
        blob if isinstance(blob, str) else None,
        is_lfs=bool(large),
    )


def _text(record: Mapping[str, Any], *keys: str) -> str:
    return next((value for key in keys if isinstance(value := record.get(key), str) and value), "")
