"""What a registry says of the owners of a snapshot's models, on demand: organisations or persons, verified or not.

Owners are taken in lots, those of the most downloaded models first. What a lot gave counts at once, so a run that is killed is taken
up there.
"""

from __future__ import annotations

import datetime
import functools
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from urllib.parse import quote

import msgspec

from weighbridge.errors import RepositoryNotFound
from weighbridge.registry.derivation import Scope
from weighbridge.registry.importing import names_in, new_rejects
from weighbridge.registry.query import Dataset
from weighbridge.registry.rows import Reject
from weighbridge.registry.schema import OWNERS, arrow_schema
from weighbridge.registry.store import Store
from weighbridge.registry.writing import writing
from weighbridge.sources.http import HubClient
from weighbridge.sources.names import is_model_id
from weighbridge.sources.options import SourceOptions

_LOT = 64
_AT_ONCE = 4
# Those of whom nothing was told before come last, so that they never keep others from their turn.
_UNKNOWN = """
    SELECT owner FROM models
    WHERE registry = 'huggingface' AND owner IS NOT NULL AND owner NOT IN (SELECT owner FROM owners WHERE registry = 'huggingface')
    GROUP BY owner
    ORDER BY owner IN (SELECT id FROM rejects WHERE starts_with(reason, 'no owner: ')), sum(downloads) DESC NULLS LAST, owner
"""

# Called with the owners asked for and those to ask for.
Progress = Callable[[int, int], None]


class Owners(msgspec.Struct, frozen=True):
    """How many organisations, verified ones among them, and persons were found, and of how many owners nothing, by reason."""

    organisations: int
    verified: int
    persons: int
    failed: dict[str, int]


class _Found(msgspec.Struct, frozen=True):
    """What is told of an owner, or why nothing is."""

    owner: str
    kind: str = ""
    is_verified: bool | None = None
    fault: str = ""


def take_owners(
    store: Store, options: SourceOptions, snapshot: datetime.date, limit: int, progress: Progress | None = None
) -> Owners:
    """Ask for the owners of a snapshot's models of which nothing is known. Raises `SourceError` when the registry stops answering."""
    client = HubClient(options)
    unknown = (row["owner"] for row in Dataset(store, snapshot).query(_UNKNOWN).rows())
    names = list(islice((name for name in unknown if is_model_id(name) and "/" not in name), limit))
    found: list[_Found] = []
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="owner") as pool:
        for first in range(0, len(names), _LOT):
            lot = list(pool.map(functools.partial(_asked, client), names[first : first + _LOT]))
            _write(store, Scope(snapshot, "huggingface", client.endpoint), lot)
            found += lot
            if progress:
                progress(len(found), len(names))
    return _counted(found)


def _asked(client: HubClient, owner: str) -> _Found:
    """Ask whether there is an organisation of that name, and else whether there is a person."""
    try:
        told = _overview(client, "organizations", owner)
        if told is not None:
            verified = told.get("isVerified")
            return _Found(owner, "organisation", verified if isinstance(verified, bool) else None)
        if _overview(client, "users", owner) is not None:
            return _Found(owner, "person")
    except _Unclear as error:
        return _Found(owner, fault=str(error))
    return _Found(owner, fault="the registry knows nobody of that name")


class _Unclear(Exception):
    """An answer that says nothing."""


def _overview(client: HubClient, kind: str, owner: str) -> dict[str, object] | None:
    """Return what is told of an owner, None where there is none of that kind."""
    try:
        told, _ = client.json(f"/api/{kind}/{quote(owner, safe='')}/overview")
    except RepositoryNotFound:
        return None
    if not isinstance(told, dict):
        raise _Unclear("the registry does not describe its owners as a Hub does")
    return told


def _write(store: Store, scope: Scope, found: Sequence[_Found]) -> None:
    """Let a lot's owners count, and list those of whom nothing is told; what another process brought meanwhile stays as it is."""
    import pyarrow as pa

    with writing(store, scope.snapshot, "owners", scope.source) as parts:
        known = names_in(store, scope, "owners", "owner")
        rows = [_row(scope, one) for one in found if not one.fault and one.owner not in known]
        faults = [Reject(0, f"no owner: {one.fault}", id=one.owner) for one in found if one.fault]
        parts.write({
            "owners": pa.Table.from_pylist(rows, schema=arrow_schema(OWNERS)),
            "rejects": new_rejects(store, faults, scope),
        })  # fmt: skip


def _row(scope: Scope, found: _Found) -> dict[str, object]:
    return {
        "snapshot": scope.snapshot,
        "registry": scope.registry,
        "owner": found.owner,
        "kind": found.kind,
        "is_verified": found.is_verified,
    }


def _counted(found: Sequence[_Found]) -> Owners:
    failed: dict[str, int] = {}
    for one in found:
        if one.fault:
            failed[one.fault] = failed.get(one.fault, 0) + 1
    return Owners(
        sum(one.kind == "organisation" for one in found),
        sum(one.is_verified is True for one in found),
        sum(one.kind == "person" for one in found),
        dict(sorted(failed.items())),
    )
