"""What the registry itself knows about a model."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import msgspec

from weighbridge.errors import SourceError
from weighbridge.facts.engine import Facts, Unreadable
from weighbridge.model.lazy import lazy

T = TypeVar("T")

# The registry's own severity words for a file that its scanners complain about.
_HARMLESS_LEVELS = frozenset({"safe", "innocuous", "ok", "unscanned", "queued", "pending"})


class Registry(msgspec.Struct, frozen=True, dict=True):
    """A registry's record, typed. None means that the record does not say.

    `downloads` is over the last 30 days; `gated` is False, `auto` or `manual`; `parameters` maps a dtype to the
    number of elements, as the registry counted them; `scans_done` and `flagged_files` are the registry's own malware
    scan (no flagged file means nothing until `scans_done` is True); `children` counts models that name this one as
    base; `flag_reasons` tells which of the registry's scanners says what of a flagged file; `members` are those of the owning organisation, as far as they are told.
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
    flag_reasons: dict[str, tuple[str, ...]] = {}
    owner_is_verified: bool | None = None
    open_discussions: int | None = None
    closed_discussions: int | None = None
    members: tuple[str, ...] | None = None

    def tagged(self, kind: str) -> tuple[str, ...]:
        """Return what the tags of a kind name: `("mit",)` for the kind `license` where `license:mit` is one of them."""
        return self._by_kind.get(kind, ())

    @lazy
    def _by_kind(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for tag in self.tags:
            if ":" in tag:
                kind, _, named = tag.partition(":")
                found.setdefault(kind, []).append(named)
        return {kind: tuple(names) for kind, names in found.items()}


def read_registry(facts: Facts) -> Registry:
    """Read the registry's record, in today's shape or that of 2022. Raises `Unreadable` where there is none."""
    record = facts.repository.record
    if record is None:
        raise Unreadable("not from a registry")
    registry = typed(record)
    if registry.flagged_files:
        details = _or_none(lambda: facts.repository.scan_details(registry.flagged_files))
        reasons = {path: found for path, status in (details or {}).items() if (found := scan_reasons(status))}
        registry = msgspec.structs.replace(registry, flag_reasons=reasons)
    discussions = _or_none(facts.repository.discussions)
    is_verified = _or_none(facts.repository.owner_is_verified)
    members = _or_none(facts.repository.members)
    if discussions is None and is_verified is None and members is None:
        return registry
    opened, closed = discussions or (registry.open_discussions, registry.closed_discussions)
    is_verified = registry.owner_is_verified if is_verified is None else is_verified
    return msgspec.structs.replace(
        registry,
        open_discussions=opened,
        closed_discussions=closed,
        owner_is_verified=is_verified,
        members=None if members is None else tuple(members),
    )


def _or_none(ask: Callable[[], T]) -> T | None:
    """Return the answer, None where the registry does not give it: one silent page must not cost the record."""
    try:
        return ask()
    except SourceError:
        return None


def typed(record: Mapping[str, Any]) -> Registry:
    """Return a record with its fields typed; a field of an unexpected kind counts as not said."""
    get = record.get
    scan = get("securityRepoStatus")
    spaces = get("spaces")
    gated = get("gated")
    gguf = get("gguf")
    return Registry(
        author=_text(get("author")) or _text(get("id") or get("modelId")).rpartition("/")[0],
        downloads=_count(get("downloads")),
        downloads_all_time=_count(get("downloadsAllTime")),
        likes=_count(get("likes")),
        created=_moment(get("createdAt")),
        modified=_moment(get("lastModified")),
        gated=gated if isinstance(gated, str | bool) else None,
        private=_flag(get("private")),
        disabled=_flag(get("disabled")),
        tags=_texts(get("tags")),
        task=_text(get("pipeline_tag")),
        library=_text(get("library_name")),
        spaces=len(spaces) if isinstance(spaces, list) else _count(spaces),
        children=_count(get("childrenModelCount")),
        parameters=_parameters(get("safetensors")),
        gguf=gguf if isinstance(gguf, dict) else None,
        scans_done=_flag(scan.get("scansDone")) if isinstance(scan, dict) else None,
        flagged_files=_flagged(scan.get("filesWithIssues")) if isinstance(scan, dict) else (),
        owner_is_verified=_flag(get("ownerIsVerified")),
        open_discussions=_count(get("openDiscussions")),
        closed_discussions=_count(get("closedDiscussions")),
    )


def scan_reasons(status: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what a file's scanners complain about, each with its name: `virusTotal: unsafe (3/72 engines)`."""
    return tuple(_reason(name, told) for name, told in sorted(status.items()) if _is_complaint(told))


def _is_complaint(told: Any) -> bool:
    level = told.get("status") if isinstance(told, dict) else None
    return isinstance(level, str) and level.lower() not in _HARMLESS_LEVELS


def _reason(name: str, told: Mapping[str, Any]) -> str:
    imports = told.get("pickleImports")
    listed = imports if isinstance(imports, list) else ()
    grave = [
        f"{i.get('module')}.{i.get('name')}" for i in listed if isinstance(i, dict) and i.get("safety") == "dangerous"
    ]
    message = _text(told.get("message")) or ", ".join([*_texts(told.get("virusNames")), *grave])
    return f"{name.removesuffix('Scan')[:40]}: {told['status'][:40]}" + (f" ({message[:200]})" if message else "")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: Any) -> tuple[str, ...]:
    return tuple([item for item in value if isinstance(item, str)]) if isinstance(value, list) else ()


def _count(value: Any) -> int | None:
    return value if type(value) is int and value >= 0 else None


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _moment(value: Any) -> datetime.datetime | None:
    if not isinstance(value, str) or not value:
        return None
    try:
        moment = datetime.datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)


def _parameters(value: Any) -> dict[str, int] | None:
    counts = value.get("parameters") if isinstance(value, dict) else None
    if not isinstance(counts, dict):
        return None
    return {key: count for key, count in counts.items() if isinstance(key, str) and _count(count) is not None} or None


def _flagged(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        return ()
    files = [
        item for item in value if isinstance(item, dict) and str(item.get("level", "")).lower() not in _HARMLESS_LEVELS
    ]
    return tuple([item["path"] for item in files if isinstance(item.get("path"), str)])
