"""A registry's refusals, told as what they are."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from weighbridge.errors import (
    AccessDenied,
    ConnectionLost,
    RateLimited,
    RepositoryDisabled,
    RepositoryNotFound,
    RevisionNotFound,
    SourceError,
)


def refusal(status: int, headers: Mapping[str, str], url: str, endpoint: str, about: str = "") -> SourceError:
    """Return the error that a response of 400 or more means. Nothing that the server wrote is repeated.

    `about` is the repository that was asked for, where the address (a storage's) does not say.
    """
    code, told = headers.get("x-error-code", ""), headers.get("x-error-message", "")
    name = about or _repository(url)
    page = f"{endpoint}/{name}"
    if code == "RevisionNotFound":
        return RevisionNotFound(f"{name} has no such revision", hint=f"{page}/tree/main lists branches and tags.")
    if code == "EntryNotFound":
        return SourceError(f"{name} lists a file that the registry does not have: {_last(url)}")
    if code == "GatedRepo":
        return AccessDenied(
            f"{name} is gated", hint=f"Accept its terms on {page}, then set HF_TOKEN or run `hf auth login`."
        )
    if code == "DisabledRepo" or told == "Access to this resource is disabled.":
        return RepositoryDisabled(f"the registry has disabled {name}", hint="Ask why before you look for a copy.")
    return _by_status(status, headers, name, url)


def _by_status(status: int, headers: Mapping[str, str], name: str, url: str) -> SourceError:
    if headers.get("x-error-message", "").startswith("Invalid credentials"):
        return AccessDenied("the registry does not accept the token", hint="Is HF_TOKEN still valid? Try without it.")
    if headers.get("x-error-code") == "RepoNotFound" or status in {401, 404}:
        return RepositoryNotFound(
            f"{name} does not exist, or is private",
            hint="Check the spelling; for a private model set HF_TOKEN or run `hf auth login`.",
        )
    if status == 403:
        return AccessDenied(f"access to {name} is refused", hint="Does the token have read access to it?")
    if status == 429:
        seconds = asked_to_wait(headers)
        pause = "for now" if seconds is None else f"for {seconds:,.0f} seconds"
        return RateLimited(
            f"the registry refuses more requests {pause}",
            hint="Wait, or set HF_TOKEN: anonymous requests have the smallest allowance.",
        )
    if status >= 500:
        host = urlsplit(url).hostname
        return ConnectionLost(
            f"{host} answers with status {status}", hint="The registry is in trouble; try again later."
        )
    return SourceError(f"the registry refuses {name} with status {status}")


def _repository(url: str) -> str:
    """Return the repository that an address speaks of: `owner/name`."""
    parts = [unquote(part) for part in urlsplit(url).path.split("/") if part]
    if parts[:1] == ["api"]:
        parts = parts[2:]
    stops = {"resolve", "revision", "tree", "commits", "raw", "refs", "discussions"}
    end = next((i for i, part in enumerate(parts) if part in stops), min(2, len(parts)))
    return "/".join(parts[: min(end, 2)]) or "the repository"


def _last(url: str) -> str:
    return unquote(urlsplit(url).path.rpartition("/")[2])


def asked_to_wait(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that `Retry-After` or `RateLimit` ask for, None where neither does."""
    after = headers.get("retry-after", "")
    if after.isascii() and after.isdigit():
        return float(after[:9])
    reset = headers.get("ratelimit", "").partition(";t=")[2].partition(";")[0].strip()
    return float(reset[:9]) if reset.isascii() and reset.isdigit() else None
