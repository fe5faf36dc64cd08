"""How repositories are reached: what a caller may decide about sources."""

from __future__ import annotations

from pathlib import Path

import msgspec


class SourceOptions(msgspec.Struct, frozen=True):
    """Settings of the registry and of the local reading.

    None leaves the choice to `huggingface_hub` (its constants, its stored token, its cache folder); an empty `token` means
    that none is sent. `timeout` is in seconds for one request; `max_files` bounds a listing, `max_wait` the seconds slept in all when the registry asks to wait.
    """

    revision: str | None = None
    endpoint: str | None = None
    token: str | None = None
    offline: bool = False
    cache: Path | None = None
    timeout: float = 20.0
    max_files: int = 1_000_000
    max_wait: float = 60.0

    def __repr__(self) -> str:
        """Show everything but the token."""
        shown = (f"{name}={getattr(self, name)!r}" for name in self.__struct_fields__ if name != "token")
        return f"SourceOptions({', '.join(shown)})"
