"""Looking beyond the audited repository: base models, datasets, links."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote

import msgspec

from weighbridge.errors import ConnectionLost, OfflineError, RepositoryNotFound
from weighbridge.sources.names import is_model_id
from weighbridge.sources.options import SourceOptions
from weighbridge.sources.repository import Repository

if TYPE_CHECKING:
    from weighbridge.sources.http import HubClient
    from weighbridge.sources.weblinks import LinkChecker

_ANSWER_BYTES = 16 * 1024 * 1024


class Lookup(Protocol):
    """Answers about other things than the audited repository. Every method raises `SourceError` when it cannot tell."""

    def model(self, name: str, revision: str | None = None) -> Repository | None:
        """Return another model's repository: of the folders given, else the registry's, else the cache's; None if absent."""

    def has_dataset(self, name: str) -> bool:
        """Tell whether the registry has a dataset of that id."""

    def link_status(self, url: str) -> int:
        """Return the HTTP status that a link answers with."""


class HubLookup:
    """Looks models and datasets up in given folders, the Hub and its local cache, and follows links where allowed.

    The Hub is asked before the cache, because a cache seldom holds a model's card and licence and may be old; what it
    holds of the commit is read from it anyway. Answers are kept: several models of one run name the same base.
    """

    def __init__(
        self, options: SourceOptions, folders: Mapping[str, Path] | None = None, *, check_links: bool = False
    ) -> None:
        self._options = options
        self._folders = dict(folders or {})
        self._check_links = check_links
        self._models: dict[tuple[str, str | None], Repository | None] = {}
        self._datasets: dict[str, bool] = {}
        self._client: HubClient | None = None
        self._links: LinkChecker | None = None
        self._lock = threading.Lock()

    def model(self, name: str, revision: str | None = None) -> Repository | None:
        """Return another model's repository, None when the registry has none. Raises `SourceError` when it cannot tell."""
        key = (name, revision)
        if key not in self._models:
            self._models[key] = self._find(name, revision)
        return self._models[key]

    def _find(self, name: str, revision: str | None) -> Repository | None:
        from weighbridge.sources.target import RegistryId, open_path, open_registry

        if name in self._folders:
            return open_path(self._folders[name], msgspec.structs.replace(self._options, revision=revision))
        if not is_model_id(name):
            return None
        try:
            return open_registry(RegistryId(name, revision), self._options)
        except RepositoryNotFound:
            return None
        except ConnectionLost as lost:
            from weighbridge.sources.cache import open_cached

            try:
                return open_cached(name, revision, self._options)
            except OfflineError:
                raise lost from None

    def has_dataset(self, name: str) -> bool:
        """Tell whether the Hub has a dataset of that id. Raises `SourceError` when it cannot tell."""
        if self._options.offline:
            raise OfflineError(f"offline mode is on, so nobody was asked about the dataset {name}")
        if not is_model_id(name):
            return False
        if name not in self._datasets:
            self._datasets[name] = self._ask_for_dataset(name)
        return self._datasets[name]

    def _ask_for_dataset(self, name: str) -> bool:
        client = self._hub()
        try:
            client.get(
                f"{client.endpoint}/api/datasets/{quote(name)}",
                params={"expand": "sha"},
                limit=_ANSWER_BYTES,
                about=name,
            )
        except RepositoryNotFound:
            return False
        return True

    def link_status(self, url: str) -> int:
        """Return the status a link answers with after its redirects. Raises `SourceError` when there is no answer.

        Only public addresses, and the registry's own, are asked: a card must not make this machine talk to its network.
        """
        if self._options.offline or not self._check_links:
            raise OfflineError("links are followed only with --check-links")
        with self._lock:
            if self._links is None:
                from weighbridge.sources.weblinks import LinkChecker

                self._links = LinkChecker(self._options.endpoint or "")
        return self._links.status(url)

    def _hub(self) -> HubClient:
        with self._lock:
            if self._client is None:
                from weighbridge.sources.http import HubClient

                self._client = HubClient(self._options)
            return self._client
