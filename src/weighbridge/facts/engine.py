"""How facts are gathered: lazily, once, and no deeper than asked."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar

import msgspec

from weighbridge.errors import FormatError, SourceError
from weighbridge.model import Depth, Origin, Trust
from weighbridge.sources.lookup import Lookup
from weighbridge.sources.repository import Repository

F = TypeVar("F")


class Gap(msgspec.Struct, frozen=True):
    """Why a fact is not there; `depth` is the depth that would give it, None where a deeper look would not help."""

    reason: str
    depth: Depth | None = None


class Unreadable(Exception):  # not an error: a reader's way to say that it could not look
    """Raised by a fact's reader when the fact cannot be looked at; becomes a `Gap`."""

    def __init__(self, reason: str, depth: Depth | None = None) -> None:
        super().__init__(reason)
        self.gap = Gap(reason, depth)


class Reader(msgspec.Struct, frozen=True):
    """How one kind of fact is read, and the depth from which on it is."""

    depth: Depth
    read: Callable[[Facts], Any]


class Reach(NamedTuple):
    """How deep a look goes: where to, the deepest that can be looked there, and the depth asked for."""

    origin: Origin
    deepest: Depth
    depth: Depth


@functools.cache
def _beyond(reach: Reach, depth: Depth) -> Gap | None:
    """Return why a fact of some depth is not read, None where it is."""
    if depth > reach.deepest:
        return Gap(f"a {reach.origin.value} does not reach {depth.label} depth")
    return Gap(f"needs {depth.label} depth", depth) if depth > reach.depth else None


class Facts:
    """The facts about one repository, each read when first asked for.

    A fact that could not be read is a `Gap`, never an exception: hostile or broken files cost a fact, not the audit.
    `lookup` answers about base models, datasets and links; None means that nothing outside the repository is asked. `trust` says
    whose signatures count.
    """

    def __init__(
        self,
        repository: Repository,
        readers: Mapping[type[Any], Reader],
        *,
        depth: Depth = Depth.HEADERS,
        as_of: datetime.date,
        lookup: Lookup | None = None,
        trust: Trust = Trust(),  # noqa: B008 - frozen
    ) -> None:
        self.repository = repository
        self.depth = min(depth, repository.deepest)
        self.as_of = as_of
        self.lookup = lookup
        self.trust = trust
        self._readers = readers
        self._known: dict[type[Any], Any] = {}

    def get(self, kind: type[F]) -> F | Gap:
        """Return the fact of that kind, or why it is not there."""
        try:
            return self._known[kind]  # type: ignore[no-any-return]
        except KeyError:
            fact = self._known[kind] = self._read(kind)
            return fact

    def need(self, kind: type[F]) -> F:
        """Return the fact of that kind; for readers that build on another fact. Raises `Unreadable`."""
        fact = self.get(kind)
        if isinstance(fact, Gap):
            raise Unreadable(fact.reason, fact.depth)
        return fact

    def maybe(self, kind: type[F]) -> F | None:
        """Return the fact of that kind, or None where it is not there."""
        fact = self.get(kind)
        return None if isinstance(fact, Gap) else fact

    def about(self, repository: Repository, depth: Depth | None = None) -> Facts:
        """Return the facts about another repository, read by the same readers; nothing outside it is asked."""
        wanted = self.depth if depth is None else depth
        return Facts(repository, self._readers, depth=wanted, as_of=self.as_of, trust=self.trust)

    def gaps(self) -> dict[str, Gap]:
        """What was asked for and could not be read, by the fact's name."""
        return {kind.__name__: fact for kind, fact in self._known.items() if isinstance(fact, Gap)}

    @property
    def reach(self) -> Reach:
        """What decides which facts are too deep to be read."""
        return Reach(self.repository.ref.origin, self.repository.deepest, self.depth)

    def too_deep(self) -> dict[type[Any], Gap]:
        """Return the kinds of facts that lie deeper than is looked; they are the same for all of one reach."""
        reach = self.reach
        return {kind: gap for kind, reader in self._readers.items() if (gap := _beyond(reach, reader.depth))}

    def _read(self, kind: type[F]) -> F | Gap:
        reader = self._readers[kind]
        if reader.depth > self.depth and (gap := _beyond(self.reach, reader.depth)):
            return gap
        try:
            return reader.read(self)  # type: ignore[no-any-return]
        except Unreadable as unreadable:
            return unreadable.gap
        except (FormatError, SourceError) as error:
            return Gap(error.message)
        except (RecursionError, MemoryError) as error:
            return Gap(f"{kind.__name__} needs more than this machine's limits: {type(error).__name__}")
