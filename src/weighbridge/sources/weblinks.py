"""Asking whether a link of a card still answers, without letting the card reach into the local network."""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from urllib.parse import SplitResult, urljoin, urlsplit

import httpx2

from weighbridge.errors import SourceError

_REDIRECTS = 5
_SECONDS = 8.0
# All links of a run together; a card full of dead addresses must not cost an hour.
_BUDGET = 120.0
_MOVED = frozenset({301, 302, 303, 307, 308})
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class LinkChecker:
    """Asks for links with no credentials, no cookies and no proxy.

    An address is resolved once, judged, and then connected to, so that a name cannot turn into another address in
    between. `trusted` is an endpoint that the user chose himself, which may lie in a private network.
    """

    def __init__(self, trusted: str = "") -> None:
        self._trusted = trusted
        self._known: dict[str, int | SourceError] = {}
        self._spent = 0.0
        self._lock = threading.Lock()

    def status(self, url: str) -> int:
        """Return the status that a link answers with after its redirects. Raises `SourceError` when there is no answer."""
        known = self._known.get(url)
        if known is None:
            known = self._known[url] = self._timed(url)
        if isinstance(known, SourceError):
            raise SourceError(known.message, hint=known.hint)
        return known

    def _timed(self, url: str) -> int | SourceError:
        if self._spent > _BUDGET:
            return SourceError(f"links have taken {_BUDGET:.0f} seconds already; {url} was not asked")
        begun = time.monotonic()
        try:
            return self._follow(url)
        except SourceError as error:
            return error
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError) as error:
            return SourceError(f"{url} does not answer: {type(error).__name__}")
        finally:
            with self._lock:
                self._spent += time.monotonic() - begun

    def _follow(self, url: str) -> int:
        with httpx2.Client(timeout=_SECONDS, trust_env=False, follow_redirects=False) as client:
            for _ in range(_REDIRECTS):
                status, location = self._ask(client, "HEAD", url)
                if status >= 400:  # many servers refuse HEAD in one way or another
                    status, location = self._ask(client, "GET", url)
                if status not in _MOVED or not location:
                    return status
                url = urljoin(url, location)
        raise SourceError(f"{url} redirects in a circle")

    def _ask(self, client: httpx2.Client, method: str, url: str) -> tuple[int, str]:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise SourceError(f"{url} is no web address")
        if self._trusted and _origin(parts) == _origin(urlsplit(self._trusted)):
            with client.stream(method, url) as response:
                return response.status_code, response.headers.get("location", "")
        address = public_address(parts.hostname, _port(parts))
        pinned = httpx2.URL(url).copy_with(host=address, username="", password="")
        headers = {"Host": parts.netloc.rpartition("@")[2]}
        with client.stream(method, pinned, headers=headers, extensions={"sni_hostname": parts.hostname}) as response:
            return response.status_code, response.headers.get("location", "")


def public_address(host: str, port: int) -> str:
    """Return an address of a host, all of whose addresses are the public internet's. Raises `SourceError`."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError, ValueError):
        raise SourceError(f"{host} has no address") from None
    addresses = [str(place[0]).partition("%")[0] for *_, place in found]
    if not addresses or not all(is_public(address) for address in addresses):
        raise SourceError(f"{host} is an address of a private network, which is never asked")
    return addresses[0]


def is_public(address: str) -> bool:
    """Tell whether an IP address belongs to the public internet, also when it wraps one of another kind."""
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo or (None, None))[1]
        if inner is None and found in _NAT64:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return found.is_global and not found.is_multicast


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _origin(parts: SplitResult) -> tuple[str, str | None, int]:
    return parts.scheme, parts.hostname, _port(parts)
