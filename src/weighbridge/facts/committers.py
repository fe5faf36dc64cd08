"""Whether those whom the user trusts signed the commits and tags."""

from __future__ import annotations

import msgspec

from weighbridge.facts.engine import Facts
from weighbridge.model import Signature, Vouch


class Committers(msgspec.Struct, frozen=True):
    """Verified signatures of the newest commits and tags; nothing where the user named nobody (`is_asked`)."""

    is_asked: bool = False
    commits: tuple[Signature, ...] = ()
    tags: tuple[Signature, ...] = ()

    @property
    def head(self) -> Signature | None:
        """The signature of the commit that is weighed."""
        return self.commits[0] if self.commits else None

    @property
    def trusted(self) -> int:
        """How many of the commits somebody trusted signed."""
        return sum(commit.vouch is Vouch.TRUSTED for commit in self.commits)


_UNASKED = Committers()


def read_committers(facts: Facts) -> Committers:
    """Verify commits and tags. Raises `SourceError` where the user asked for it and it cannot be done."""
    if not facts.trust.names_committer:
        return _UNASKED
    found = facts.repository.signatures(facts.trust)
    return Committers(True, found.commits, found.tags)
