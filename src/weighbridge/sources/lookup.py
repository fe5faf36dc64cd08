"""Looking beyond the audited repository: base models, datasets, links."""

from __future__ import annotations

from typing import Protocol

from weighbridge.sources.repository import Repository


class Lookup(Protocol):
    """Answers about other things than the audited repository. Every method raises `SourceError` when it cannot tell."""

    def model(self, name: str, revision: str | None = None) -> Repository | None:
        """Return another model's repository (given folders first, then the local cache, then the registry); None if absent."""

    def has_dataset(self, name: str) -> bool:
        """Tell whether the registry has a dataset of that id."""

    def link_status(self, url: str) -> int:
        """Return the HTTP status that a link answers with."""
