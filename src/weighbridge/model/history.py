"""Who changed a repository, and when."""

from __future__ import annotations

import datetime

import msgspec


class Commit(msgspec.Struct, frozen=True, omit_defaults=True):
    """One commit; `is_signed` is None where the source does not tell."""

    id: str
    date: datetime.datetime
    authors: tuple[str, ...]
    title: str
    is_signed: bool | None = None
