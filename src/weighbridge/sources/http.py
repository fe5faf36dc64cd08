"""Requests to a registry: bounded, retried within a budget, and with every refusal told as what it is.

The session is `huggingface_hub`'s own, so that its proxies, certificates and offline switch hold; redirects are followed here,
because a storage host must never see the registry's token, and a renamed repository should be told.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import httpx2
import msgspec
from huggingface_hub import constants
from huggingface_hub.errors import OfflineModeIsEnabled
from huggingface_hub.utils import build_hf_headers, get_session  # type: ignore[attr-defined]

from weighbridge.errors import ConnectionLost, OfflineError, RateLimited, SourceError
from weighbridge.sources.options import SourceOptions
from weighbridge.sources.refusals import refusal

if TYPE_CHECKING:
    from httpx2 import Response

_REDIRECTS = 6
_JSON_BYTES = 64 * 1024 * 1024
_TRANSIENT = frozenset({429, 500, 502, 503, 504})
_ATTEMPTS = 4


class Traffic:
    """What was asked of the registry: requests sent, redirects included, and body bytes received."""

    def __init__(self) -> None:
        self.requests = 0
        self.bytes = 0
        self._lock = threading.Lock()

    def add(self, *, requests: int = 0, received: int = 0) -> None:
        """Count; safe from several threads."""
        with self._lock:
            self.requests += requests
            self.bytes += received


class Answer(msgspec.Struct, frozen=True):
    """A response's body, as far as it was read, with its status, its headers (lower case) and the address that answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str


class HubClient:
    """Talks to one registry endpoint."""

    def __init__(self, options: SourceOptions) -> None:
        self.endpoint = (options.endpoint or constants.ENDPOINT).rstrip("/")
        self.traffic = Traffic()
        self._options = options
        self._waited = 0.0
        # None lets the library find the stored token; an explicit one wins.
        self._headers = build_hf_headers(token=options.token, library_name="weighbridge")

    def json(self, path: str, params: Mapping[str, Any] | None = None) -> tuple[Any, Answer]:
        """Return what a route of the interface answers. Raises `SourceError` for anything but JSON of a sane size."""
        answer = self.get(f"{self.endpoint}{path}", params=params, limit=_JSON_BYTES)
        try:
            return msgspec.json.decode(answer.body), answer
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise SourceError(
                f"{self.endpoint}{path} did not answer with JSON", hint="Is HF_ENDPOINT a Hugging Face Hub?"
            ) from None

    def get(
        self,
        url: str,
        *,
        limit: int,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        method: str = "GET",
    ) -> Answer:
        """Return the answer with at most `limit` bytes of its body. Raises `SourceError` for refusals and lost connections."""
        for attempt in range(1, _ATTEMPTS + 1):
            with self._connected(url):
                answer = self._once(method, url, params, headers or {}, limit)
                if answer.status < 400:
                    return answer
                if answer.status not in _TRANSIENT or attempt == _ATTEMPTS:
                    raise refusal(answer.status, answer.headers, url, self.endpoint)
                self._wait(answer, attempt)
        raise ConnectionLost(f"{self._host(url)} did not answer")  # pragma: no cover - the last attempt raises

    @contextmanager
    def _connected(self, url: str) -> Iterator[None]:
        """Tell the transport's failures as errors of our own, without the request's headers."""
        try:
            yield
        except OfflineModeIsEnabled:
            raise OfflineError(f"offline mode is on, so {self._host(url)} was not asked") from None
        except httpx2.TimeoutException:
            raise ConnectionLost(
                f"{self._host(url)} did not answer within {self._options.timeout:.0f} seconds", hint="Try again."
            ) from None
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            raise ConnectionLost(
                f"the connection to {self._host(url)} failed: {type(error).__name__}",
                hint="Check the network; behind a mirror set HF_ENDPOINT.",
            ) from None

    def _once(
        self, method: str, url: str, params: Mapping[str, Any] | None, headers: Mapping[str, str], limit: int
    ) -> Answer:
        """Send one request and follow its redirects; a lost connection is tried once more."""
        try:
            return self._follow(method, url, params, headers, limit)
        except (httpx2.RemoteProtocolError, httpx2.ReadError, httpx2.ConnectError):
            return self._follow(method, url, params, headers, limit)

    def _follow(
        self, method: str, url: str, params: Mapping[str, Any] | None, headers: Mapping[str, str], limit: int
    ) -> Answer:
        for _ in range(_REDIRECTS):
            sent = {**(self._headers if self._is_own(url) else {}), "accept-encoding": "identity", **headers}
            self.traffic.add(requests=1)
            with get_session().stream(
                method, url, params=params, headers=sent, timeout=self._options.timeout, follow_redirects=False
            ) as response:
                if response.status_code not in {301, 302, 303, 307, 308}:
                    return Answer(response.status_code, _plain(response), self._body(response, limit), url)
                url, params = self._next(url, response.headers.get("location", "")), None
        raise SourceError(f"{self._host(url)} redirects in a circle")

    def _body(self, response: Response, limit: int) -> bytes:
        """Read at most `limit` bytes, whatever the server announces."""
        parts, length = [], 0
        for part in response.iter_raw():
            parts.append(part)
            length += len(part)
            if length >= limit:
                break
        self.traffic.add(received=length)
        return b"".join(parts)[:limit]

    def _next(self, url: str, location: str) -> str:
        target = urljoin(url, location)
        if urlsplit(target).scheme not in {"http", "https"}:
            raise SourceError(f"{self._host(url)} redirects to something that is no web address")
        return target

    def _is_own(self, url: str) -> bool:
        """Tell whether an address belongs to the endpoint: nobody else gets its token."""
        ours, theirs = urlsplit(self.endpoint), urlsplit(url)
        return (ours.scheme, ours.hostname, ours.port) == (theirs.scheme, theirs.hostname, theirs.port)

    def _wait(self, answer: Answer, attempt: int) -> None:
        """Sleep as the registry asks, within the budget. Raises `RateLimited` when it asks for more."""
        seconds = asked_to_wait(answer.headers)
        pause = 0.5 * 2 ** (attempt - 1) if seconds is None else seconds
        if self._waited + pause > self._options.max_wait:
            if answer.status == 429:
                raise RateLimited(
                    f"the registry asks to wait {pause:.0f} seconds",
                    hint="Wait, or set HF_TOKEN: anonymous requests have the smallest allowance.",
                )
            raise refusal(answer.status, answer.headers, answer.url, self.endpoint)
        self._waited += pause
        time.sleep(pause)

    @staticmethod
    def _host(url: str) -> str:
        return urlsplit(url).hostname or "the registry"


def asked_to_wait(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that `Retry-After` or `RateLimit` ask for, None where neither does."""
    after = headers.get("retry-after", "")
    if after.isdigit():
        return float(after[:9])
    reset = headers.get("ratelimit", "").partition(";t=")[2].partition(";")[0].strip()
    return float(reset[:9]) if reset.isdigit() else None


def _plain(response: Response) -> dict[str, str]:
    return {name.lower(): value for name, value in response.headers.items()}
