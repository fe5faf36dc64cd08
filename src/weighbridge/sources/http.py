"""Requests to a registry: bounded, retried within a budget, and with every refusal told as what it is.

The session is `huggingface_hub`'s own, so that its proxies, certificates and offline switch hold; redirects are followed here,
because a storage host must never see the registry's token, and a renamed repository should be told.
"""

from __future__ import annotations

import re
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
from huggingface_hub.utils import get_session, get_token_to_send  # type: ignore[attr-defined]

from weighbridge.errors import ConnectionLost, OfflineError, SourceError, UsageError
from weighbridge.sources.options import SourceOptions
from weighbridge.sources.refusals import asked_to_wait, refusal

if TYPE_CHECKING:
    from httpx2 import Response

_NOBODY = {"user-agent": "weighbridge"}
_REDIRECTS = 6
_JSON_BYTES = 64 * 1024 * 1024
_NO_SUCH_RANGE = 416  # no refusal: it tells how long the file is
_TRANSIENT = frozenset({408, 429, 500, 502, 503, 504})
_ATTEMPTS = 4
# After so many requests in a row without an answer the others are not tried: a registry that is gone must cost seconds.
_LOST_IN_A_ROW = 4
# A body has these seconds, and one more for every so many bytes, so that nobody can drip it for ever.
_BODY_SECONDS = 60
_SLOWEST = 16 * 1024


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
        self._lost = 0
        # None lets the library find the stored token; an explicit one wins, and an empty one means none at all. Its own
        # headers are not taken: they tell what else is installed here, and making them may ask the registry unbidden.
        token = get_token_to_send(False if options.token == "" else options.token)
        self._headers = _NOBODY | ({"authorization": f"Bearer {token}"} if token else {})
        if not re.fullmatch(r"[!-~ ]*", self._headers.get("authorization", "")):
            raise UsageError("the registry's token holds characters that no token has", hint="Look at HF_TOKEN.")

    def json(self, path: str, params: Mapping[str, Any] | None = None) -> tuple[Any, Answer]:
        """Return what a route of the interface answers. Raises `SourceError` for anything but JSON of a sane size."""
        answer = self.get(f"{self.endpoint}{path}", params=params, limit=_JSON_BYTES)
        if len(answer.body) >= _JSON_BYTES:
            raise SourceError(f"{self.endpoint}{path} answers with more than {_JSON_BYTES:,} bytes")
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
        about: str = "",
    ) -> Answer:
        """Return the answer with at most `limit` bytes of its body; `about` names in errors what was asked for.

        Raises `SourceError` for refusals and lost connections.
        """
        if self._lost >= _LOST_IN_A_ROW:
            raise ConnectionLost(f"{self._host(url)} has stopped answering", hint="Try again later.")
        for attempt in range(1, _ATTEMPTS + 1):
            with self._connected(url):
                answer = self._once(url, params, headers or {}, limit)
                self._lost = 0
                if answer.status < 400 or answer.status == _NO_SUCH_RANGE:
                    return answer
                if answer.status not in _TRANSIENT or attempt == _ATTEMPTS:
                    raise refusal(answer.status, answer.headers, url, self.endpoint, about)
                self._wait(answer, attempt, about)
        raise ConnectionLost(f"{self._host(url)} did not answer")  # pragma: no cover - the last attempt raises

    @contextmanager
    def _connected(self, url: str) -> Iterator[None]:
        """Tell the transport's failures as errors of our own, without the request's headers."""
        try:
            yield
        except OfflineModeIsEnabled:
            raise OfflineError(f"offline mode is on, so {self._host(url)} was not asked") from None
        except httpx2.TimeoutException:
            self._lost += 1
            raise ConnectionLost(
                f"{self._host(url)} did not answer within {self._options.timeout:.0f} seconds", hint="Try again."
            ) from None
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            self._lost += 1
            raise ConnectionLost(
                f"the connection to {self._host(url)} failed: {type(error).__name__}",
                hint="Check the network; behind a mirror set HF_ENDPOINT.",
            ) from None

    def _once(self, url: str, params: Mapping[str, Any] | None, headers: Mapping[str, str], limit: int) -> Answer:
        """Send one request and follow its redirects; a lost connection is tried once more."""
        try:
            return self._follow(url, params, headers, limit)
        except (httpx2.RemoteProtocolError, httpx2.ReadError, httpx2.ConnectError):
            return self._follow(url, params, headers, limit)

    def _follow(self, url: str, params: Mapping[str, Any] | None, headers: Mapping[str, str], limit: int) -> Answer:
        for _ in range(_REDIRECTS):
            sent = {**(self._headers if self._is_own(url) else _NOBODY), "accept-encoding": "identity", **headers}
            self.traffic.add(requests=1)
            with get_session().stream(
                "GET", url, params=params, headers=sent, timeout=self._options.timeout, follow_redirects=False
            ) as response:
                if response.status_code not in {301, 302, 303, 307, 308}:
                    return Answer(response.status_code, _plain(response), self._body(response, limit), url)
                url = self._next(url, response.headers.get("location", ""))
                # The new name of a renamed repository may come without the question that was asked.
                params = params if self._is_own(url) and not urlsplit(url).query else None
        raise SourceError(f"{self._host(url)} redirects in a circle")

    def _body(self, response: Response, limit: int) -> bytes:
        """Read at most `limit` bytes, whatever the server announces and however slowly it sends them."""
        parts: list[bytes] = []
        length, begun = 0, time.monotonic()
        try:
            for part in response.iter_raw():
                parts.append(part)
                length += len(part)
                if length >= limit:
                    break
                if time.monotonic() - begun > _BODY_SECONDS + length / _SLOWEST:
                    raise httpx2.ReadTimeout("the body comes too slowly")
        finally:
            self.traffic.add(received=length)
        return b"".join(parts)[:limit]

    def _next(self, url: str, location: str) -> str:
        try:
            target = urljoin(url, location)
            parts = urlsplit(target)
            is_web = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        except ValueError:
            is_web = False
        if not is_web:
            raise SourceError(f"{self._host(url)} redirects to something that is no web address")
        return target

    def _is_own(self, url: str) -> bool:
        """Tell whether an address belongs to the endpoint: nobody else gets its token."""
        ours, theirs = urlsplit(self.endpoint), urlsplit(url)
        return (ours.scheme, ours.hostname, ours.port) == (theirs.scheme, theirs.hostname, theirs.port)

    def _wait(self, answer: Answer, attempt: int, about: str) -> None:
        """Sleep as the registry asks, within the budget. Raises `RateLimited` when it asks for more."""
        seconds = asked_to_wait(answer.headers)
        pause = 0.5 * 2 ** (attempt - 1) if seconds is None else seconds
        if self._waited + pause > self._options.max_wait:
            raise refusal(answer.status, answer.headers, answer.url, self.endpoint, about)
        self._waited += pause
        time.sleep(pause)

    @staticmethod
    def _host(url: str) -> str:
        return urlsplit(url).hostname or "the registry"


def _plain(response: Response) -> dict[str, str]:
    return {name.lower(): value for name, value in response.headers.items()}
