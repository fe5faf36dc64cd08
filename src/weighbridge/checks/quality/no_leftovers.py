"""QU036: no leftovers of somebody's work lie among the files."""

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
_LEFTOVER = re.compile(
    r"(?:^|/)(?:\.ds_store|thumbs\.db|desktop\.ini|__pycache__/[^\n]*|\.ipynb_checkpoints/[^\n]*|\.idea/[^\n]*|\.vscode/[^\n]*|__macosx/[^\n]*"
    r"|\.cache/[^\n]*|nohup\.out|[^/\n]*\.(?:swp|pyc|tmp|orig|rej|bak)|[^/\n]*~|\._[^/\n]*)$",
    re.MULTILINE | re.IGNORECASE,
)


@check(code="QU036", attribute=Attribute.QUALITY, factor=Factor.STRUCTURE, severity=Severity.LOW)
def no_leftovers(manifest: Manifest) -> Outcome:
    """No leftovers of somebody's work lie among the files.

    What it asks: whether the repository holds files of editors, operating systems or caches (`.DS_Store`, `__pycache__`).
    Why it matters: they show that nobody looked at what was pushed, and may hold more than was meant to be public.
    Evidence: the list of files.
    Remedy: remove the files, and list them in `.gitignore`.
    Limits: found by their names.
    Source: this project.
    """
    if not manifest.files:
        return _NONE
    held = [file.path for file in manifest.files if _is_leftover(file.path)]
    if not held:
        return verified(f"No leftovers among {len(manifest.files)} files.")
    return contradicted(
        f"{len(held)} of {len(manifest.files)} files are leftovers, for example {held[0]}.",
        *[Evidence(path, Location(path)) for path in held[:5]],
        claim=Claim("files of a model"),
        remedy="Remove the files, and list them in `.gitignore`.",
    )


@lru_cache(maxsize=8192)
def _is_leftover(path: str) -> bool:
    return _LEFTOVER.search(path) is not None
