"""Looking beyond the audited repository: base models, datasets, links."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol
from urllib.parse import quote, urljoin, urlsplit

from weighbridge.errors import OfflineError, RepositoryNotFound, SourceError, UsageError
from weighbridge.sources.options import SourceOptions
from weighbridge.sources.repository import Repository

_REDIRECTS = 5
_DATASET_BYTES = 16 * 1024 * 1024
_LINK_SECONDS = 10.0


class Lookup(Protocol):
    """Answers about other things than the audited repository. Every method raises `SourceError` when it cannot tell."""

    def model(self, name: str, revision: str | None = None) -> Repository | None:
        """Return another model's repository (given folders, then the local cache, then the registry); None if absent."""

    def has_dataset(self, name: str) -> bool:
        """Tell whether the registry has a dataset of that id."""

    def link_status(self, url: str) -> int:
        """Return the HTTP status that a link answers with."""


class HubLookup:
    """Looks models and datasets up in given folders, the local cache and the Hub, and follows links where allowed.

    Answers are kept, because several models of one run name the same base.
    """

    def __init__(
        self, options: SourceOptions, folders: Mapping[str, Path] | None = None, *, check_links: bool = False
    ) -> None:
        self._options = options
        self._folders = dict(folders or {})
        self._check_links = check_links
        self._models: dict[tuple[str, str | None], Repository | None] = {}
        self._datasets: dict[str, bool] = {}

    def model(self, name: str, revision: str | None = None) -> Repository | None:
        """Return another model's repository, None when the registry has none. Raises `SourceError` when it cannot tell."""
        key = (name, revision)
        if key not in self._models:
            self._models[key] = self._find(name, revision)
        return self._models[key]

    def _find(self, name: str, revision: str | None) -> Repository | None:
        from weighbridge.sources.target import open_path, open_registry, parse_id

        if name in self._folders:
            return open_path(self._folders[name], self._options)
        try:
            wanted = parse_id(f"{name}@{revision}" if revision else name, SourceOptions())
            return open_registry(wanted, self._options)
        except (RepositoryNotFound, UsageError):
            return None

    def has_dataset(self, name: str) -> bool:
        """Tell whether the Hub has a dataset of that id. Raises `SourceError` when it cannot tell."""
        if self._options.offline:
            raise OfflineError(f"offline mode is on, so nobody was asked about the dataset {name}")
        if name not in self._datasets:
            from weighbridge.sources.http import HubClient

            client = HubClient(self._options)
            try:
                client.get(f"{client.endpoint}/api/datasets/{quote(name)}", limit=_DATASET_BYTES)
                self._datasets[name] = True
            except RepositoryNotFound:
                self._datasets[name] = False
        return self._datasets[name]

    def link_status(self, url: str) -> int:
        """Return the status a link answers with after its redirects. Raises `SourceError` when there is no answer.

        Only public addresses are asked: a card must not make this machine talk to its own network.
        """
        if self._options.offline or not self._check_links:
            raise OfflineError("links are followed only with --check-links")
        import httpx2

        with httpx2.Client(timeout=_LINK_SECONDS, trust_env=True) as client:
            for _ in range(_REDIRECTS):
                _require_public(url)
                try:
                    with client.stream("GET", url, follow_redirects=False) as response:
                        status, target = response.status_code, response.headers.get("location", "")
                except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
                    raise SourceError(f"{url} does not answer: {type(error).__name__}") from None
                if status not in {301, 302, 303, 307, 308} or not target:
                    return status
                url = urljoin(url, target)
        raise SourceError(f"{url} redirects in a circle")


def _require_public(url: str) -> None:
    """Raise `SourceError` for an address that is none of the public web's."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise SourceError(f"{url} is no web address")
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError, ValueError):
        raise SourceError(f"{parts.hostname} has no address") from None
    for *_, place in found:
        if not ipaddress.ip_address(str(place[0]).partition("%")[0]).is_global:
            raise SourceError(f"{parts.hostname} is an address of a private network, which is never asked")
