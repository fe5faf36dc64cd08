"""QU035: file names are safe to store anywhere."""

from __future__ import annotations

import re
from functools import lru_cache

from weighbridge.checks.contract import check
from weighbridge.facts.manifest import Manifest
from weighbridge.model import (
    Attribute,
    Claim,
    Evidence,
    Factor,
    Location,
    Outcome,
    Severity,
    contradicted,
    not_applicable,
    verified,
)

_NONE = not_applicable("There are no files.")
# Control and invisible characters, paths that lead elsewhere, and what Windows cannot store. Names are joined by line feeds.
_UNSAFE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\\\\]|^/|^[A-Za-z]:|(?:^|/)\\.\\.(?:/|$)|//",
    re.MULTILINE,
)
_AWKWARD = re.compile(
    r"[<>:\"|?*]|[. ](?:/|$)|(?:^|/)(?:con|prn|aux|nul|com[1-9]|lpt[1-9])(?:\.[^/\n]*)?$", re.MULTILINE | re.IGNORECASE
)
_AWKWARD_ONLY, _UNSAFE_ANYWHERE = 1, 2


@check(code="QU035", attribute=Attribute.QUALITY, factor=Factor.STRUCTURE, severity=Severity.MEDIUM)
def file_names_safe(manifest: Manifest) -> Outcome:
    """File names are safe to store anywhere.

    What it asks: whether names hold control or invisible characters, lead out of the folder, or cannot be stored on Windows.
    Why it matters: such names hide files, write elsewhere when unpacked by careless tools, or stop a download.
    Evidence: the list of files.
    Remedy: rename the files: letters, digits, `-`, `_`, `.` and `/`.
    Limits: names in other scripts are fine; look-alike letters are not judged.
    Source: this project's threat catalogue; Microsoft, naming files.
    """
    if not manifest.files:
        return _NONE
    worst = max([_harm(file.path) for file in manifest.files])
    if not worst:
        return verified(f"All {len(manifest.files)} names are plain.")
    if worst == _AWKWARD_ONLY:
        return _found(manifest, _AWKWARD, "Windows cannot store", Severity.LOW)
    return _found(manifest, _UNSAFE, "hidden characters or a way out of the folder are in", None)


@lru_cache(maxsize=8192)
def _harm(path: str) -> int:
    """Return whether a path is plain, awkward or unsafe; most repositories call their files the same."""
    if "\n" in path or _UNSAFE.search(path) is not None:
        return _UNSAFE_ANYWHERE
    return _AWKWARD_ONLY if _AWKWARD.search(path) is not None else 0


def _found(manifest: Manifest, pattern: re.Pattern[str], what: str, severity: Severity | None) -> Outcome:
    held = [file.path for file in manifest.files if pattern.search(file.path) or "\n" in file.path]
    shown = ascii(held[0])
    return contradicted(
        f"{len(held)} of {len(manifest.files)} file names are unsafe: {what} {shown}.",
        *[Evidence(ascii(path), Location(path)) for path in held[:5]],
        claim=Claim("files of a model"),
        remedy="Rename the files: letters, digits, `-`, `_`, `.` and `/`.",
        severity=severity,
    )
