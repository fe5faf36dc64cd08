"""Links from evidence into the file it was found in, where a registry shows that file."""

from __future__ import annotations

from urllib.parse import quote

from weighbridge.model import Audit, Location, ModelRef, Origin

_HUB = "https://huggingface.co"
_ORIGINS = {Origin.HUB, Origin.CACHE}


def file_link(ref: ModelRef, where: Location) -> str:
    """Return the registry's page of a file at the audited commit, with its line; empty where there is none."""
    if ref.origin not in _ORIGINS or not ref.commit or not where.path or ".." in where.path.split("/"):
        return ""
    base = ref.endpoint or _HUB
    if not base.startswith(("https://", "http://")):
        return ""
    line = f"#L{where.line}" if where.line else ""
    return f"{base.rstrip('/')}/{_quoted(ref.name)}/blob/{_quoted(ref.commit)}/{_quoted(where.path)}{line}"


def model_link(audit: Audit) -> str:
    """Return the registry's page of the model at the audited commit; empty where there is none."""
    ref = audit.ref
    if ref.origin not in _ORIGINS or not ref.commit:
        return ""
    base = ref.endpoint or _HUB
    return f"{base.rstrip('/')}/{_quoted(ref.name)}/tree/{_quoted(ref.commit)}" if base.startswith("http") else ""


def path_uri(path: str) -> str:
    """Return a path as a relative URI reference (RFC 3986)."""
    return _quoted(path.lstrip("/")) or "."


def _quoted(text: str) -> str:
    return quote(text, safe="/", errors="surrogatepass")
