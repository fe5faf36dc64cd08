"""The public Python interface: one function, from a target to an `Audit`."""

from __future__ import annotations

import datetime
import logging
from pathlib import Path
from typing import Any

from weighbridge.checks.contract import Check
from weighbridge.checks.security import SCANNING
from weighbridge.errors import NothingToAudit, UsageError
from weighbridge.facts.catalogue import READERS
from weighbridge.facts.engine import Facts, Reader, Unreadable
from weighbridge.facts.registry import Registry
from weighbridge.facts.roles import Role, role_of
from weighbridge.facts.weights import Weights
from weighbridge.model import Audit, Depth
from weighbridge.scoring.audit import Progress, weigh
from weighbridge.scoring.policy import Policy
from weighbridge.sources.lookup import Lookup
from weighbridge.sources.options import SourceOptions
from weighbridge.sources.repository import Repository

# A library stays silent unless its user listens.
logging.getLogger("weighbridge").addHandler(logging.NullHandler())


def audit(
    target: str | Repository,
    *,
    depth: Depth | str | None = None,
    policy: Policy | None = None,
    sources: SourceOptions | None = None,
    lookup: Lookup | None = None,
    as_of: datetime.date | None = None,
    progress: Progress | None = None,
) -> Audit:
    """Weigh one model: a registry id, a folder, a file, a record, or a repository that is open already.

    `depth` is how much is read (`headers` unless the policy says otherwise), `policy` which checks run and what is
    accepted, `sources` how the registry is reached, `lookup` who answers about base models, datasets and links (nobody
    is asked without it), `as_of` the day against which ages are told (today). Raises `WeighbridgeError`.
    """
    policy = policy or Policy()
    repository = _open(target, sources or SourceOptions()) if isinstance(target, str) else target
    _require_something(repository)
    facts = Facts(
        repository,
        READERS,
        depth=_depth(depth, policy),
        as_of=as_of or datetime.datetime.now(datetime.UTC).date(),
        lookup=lookup,
        trust=policy.trust,
    )
    return weigh(facts, chosen(policy), policy, progress)


# Files that nobody would call a model when there is nothing else.
_BESIDE = frozenset({Role.CODE, Role.DATA, Role.ENVIRONMENT, Role.HOUSEKEEPING, Role.IMAGE, Role.MEDIA, Role.NOTEBOOK})


def _require_something(repository: Repository) -> None:
    """Raise `NothingToAudit` for files on disk among which nothing could be a model or tell of one."""
    if repository.record is not None or repository.files is None or repository.skipped:
        return
    if not repository.files:
        raise NothingToAudit(f"{repository.ref} holds no files", hint="Give the folder that holds the model's files.")
    if all(role_of(file.path) in _BESIDE for file in repository.files):
        raise NothingToAudit(
            f"{repository.ref} holds {len(repository.files):,} files, none of them weights, a card or a configuration",
            hint="Give the folder that holds the model's files; `weighbridge scan` looks into files of any kind.",
        )


def scan(
    target: str | Repository,
    *,
    depth: Depth | str | None = None,
    policy: Policy | None = None,
    sources: SourceOptions | None = None,
    as_of: datetime.date | None = None,
    progress: Progress | None = None,
    cache: Path | None = None,
) -> Audit:
    """Ask only whether loading the model's files is safe; `scoring.danger.dangers` draws each file's verdict from the result.

    The same checks as in an audit, without what they do not need: no weights are inventoried, nobody is asked about anything
    outside the target. Takes what `audit` takes, and `cache`: a folder that only this user can write to, in which what was observed in
    files on disk is kept for the next scan; it changes no verdict. Raises `WeighbridgeError`.
    """
    policy = policy or Policy()
    repository = _open(target, sources or SourceOptions()) if isinstance(target, str) else target
    if not repository.files and not repository.skipped:
        raise NothingToAudit(f"{repository.ref} holds no files", hint="Give the folder that holds the model's files.")
    facts = Facts(
        repository,
        READERS | {kind: Reader(Depth.METADATA, _left_out) for kind in (Weights, Registry)} | _cached(cache),
        depth=_depth(depth, policy),
        as_of=as_of or datetime.datetime.now(datetime.UTC).date(),
        trust=policy.trust,
    )
    is_whole = not policy.select and not policy.ignore
    wanted = SCANNING if is_whole else [check for check in chosen(policy) if check in SCANNING]
    return weigh(facts, wanted, policy, progress)


def _cached(folder: Path | None) -> dict[type[Any], Reader]:
    """Return the reader that keeps what it observes. Raises `UsageError` for a folder that cannot be trusted."""
    if folder is None:
        return {}
    from weighbridge.facts.scan import Scan
    from weighbridge.facts.scan_cache import ScanCache
    from weighbridge.facts.scanning import read_scan

    cache = ScanCache(folder)
    return {Scan: Reader(READERS[Scan].depth, lambda facts: read_scan(facts, cache))}


def _left_out(_facts: Facts) -> Any:
    raise Unreadable("a scan does not ask for it")


def chosen(policy: Policy) -> tuple[Check, ...]:
    """Return the checks that a policy selects. Raises `UsageError` when that is none, or a selector means none."""
    from weighbridge.checks.catalogue import matches, select  # all checks: a scan needs only those of security

    known = select()
    for selector in (*policy.select, *policy.ignore):
        if not any(matches(check, selector) for check in known):
            raise UsageError(f"no check is meant by {selector!r}", hint="`weighbridge checks` lists them all.")
    found = select(policy.select, policy.ignore)
    if not found:
        raise UsageError("no check is left to run", hint="Select more checks, or ignore fewer.")
    return found


def _open(target: str, sources: SourceOptions) -> Repository:
    from weighbridge.sources.target import open_repository

    return open_repository(target, sources)


def _depth(depth: Depth | str | None, policy: Policy) -> Depth:
    if isinstance(depth, str):
        try:
            return Depth.parse(depth)
        except KeyError:
            labels = ", ".join(known.label for known in Depth)
            raise UsageError(f"unknown depth {depth!r}", hint=f"The depths are {labels}.") from None
    wanted = depth if depth is not None else policy.depth
    # A signature is over every byte: naming who signed asks for all of them to be read.
    is_asked = policy.trust.names_signer or policy.trust.names_committer
    return wanted if wanted is not None else Depth.FULL if is_asked else Depth.HEADERS
