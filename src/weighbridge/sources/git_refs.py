"""A clone's references, read from its files: where each points now, and where it is known to have pointed before.

A reference that was packed and written again since leaves its older place in `packed-refs`; a log of a reference names its
places one after the other. Both are written by the machine that made the clone.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import msgspec

from weighbridge.model import Move
from weighbridge.sources.git_run import small_text
from weighbridge.sources.names import COMMIT

_NAME = re.compile(r"refs/(?:tags|remotes|heads)/[\w.+-]+(?:/[\w.+-]+){0,20}", re.ASCII)
_LOGGED = re.compile(r"([0-9a-f]{40}) ([0-9a-f]{40}) [^\t\n]*(?:\t([^\n]*))?")
_LIMIT = 5000
_NOBODY = "0" * 40


class References(msgspec.Struct, frozen=True):
    """Names mapped to the objects that they point to now, and their known moves, oldest first."""

    places: dict[str, str] = {}
    moves: tuple[Move, ...] = ()

    @property
    def tags(self) -> dict[str, str]:
        """Tags alone, by their full names."""
        return {name: target for name, target in self.places.items() if name.startswith("refs/tags/")}


def read_references(common: Path) -> References:
    """Return a clone's branches, remote branches and tags; names that are not plain are left out."""
    packed = dict(islice(_packed(small_text(common / "packed-refs")), _LIMIT))
    loose = {name: target for name in _below(common) if COMMIT.fullmatch(target := small_text(common / name).strip())}
    stale = [
        Move(name, packed[name], loose[name], "packed-refs")
        for name in sorted(packed.keys() & loose.keys())
        if packed[name] != loose[name]
    ]
    logged = [move for name in _below(common / "logs") for move in _log(name, small_text(common / "logs" / name))]
    return References(packed | loose, (*stale, *logged[-_LIMIT:]))


def _packed(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        target, _, name = line.partition(" ")
        if COMMIT.fullmatch(target) and _is_plain(name):
            yield name, target


def _below(folder: Path) -> list[str]:
    """Return the plain names of files below `refs`, sorted; links are not followed."""
    found = []
    for place, folders, names in islice(os.walk(folder / "refs"), _LIMIT):
        folders.sort()
        prefix = Path(place).relative_to(folder).as_posix()
        found += [name for name in (f"{prefix}/{leaf}" for leaf in sorted(names)[:_LIMIT]) if _is_plain(name)]
    return found[:_LIMIT]


def _is_plain(name: str) -> bool:
    return _NAME.fullmatch(name) is not None and ".." not in name and not name.endswith((".lock", "."))


def _log(name: str, text: str) -> Iterator[Move]:
    for line in text.splitlines()[-_LIMIT:]:
        match = _LOGGED.fullmatch(line)
        if match and match[1] not in (_NOBODY, match[2]) and match[2] != _NOBODY:
            yield Move(name, match[1], match[2], (match[3] or "")[:200])
