"""What the registry itself knows about a model."""

from __future__ import annotations

import datetime

import msgspec


class Registry(msgspec.Struct, frozen=True):
    """A registry's record, typed. None means that the record does not say.

    `downloads` is over the last 30 days; `gated` is False, `auto` or `manual`; `parameters` maps a dtype to the
    number of elements, as the registry counted them; `scans_done` and `flagged_files` are the registry's own malware
    scan (no flagged file means nothing until `scans_done` is True); `children` counts models that name this one as
    base.
    """

    author: str = ""
    downloads: int | None = None
    downloads_all_time: int | None = None
    likes: int | None = None
    created: datetime.datetime | None = None
    modified: datetime.datetime | None = None
    gated: str | bool | None = None
    private: bool | None = None
    disabled: bool | None = None
    tags: tuple[str, ...] = ()
    task: str = ""
    library: str = ""
    spaces: int | None = None
    children: int | None = None
    parameters: dict[str, int] | None = None
    gguf: dict[str, object] | None = None
    scans_done: bool | None = None
    flagged_files: tuple[str, ...] = ()
    owner_is_verified: bool | None = None
    open_discussions: int | None = None
    closed_discussions: int | None = None
