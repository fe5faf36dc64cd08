"""SE041: the files' bytes are those that the registry lists."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.contents import Contents
from weighbridge.facts.manifest import Manifest
from weighbridge.model import (
    Attribute,
    Claim,
    Depth,
    Evidence,
    Factor,
    Location,
    Outcome,
    Severity,
    claimed,
    contradicted,
    not_applicable,
    verified,
)

_NOTHING_LISTED = not_applicable("No registry lists hashes for these files.")


@check(code="SE041", attribute=Attribute.SECURITY, factor=Factor.INTEGRITY, severity=Severity.CRITICAL)
def hashes_as_listed(manifest: Manifest, contents: Contents | None) -> Outcome:
    """The files' bytes are those that the registry lists.

    What it asks: whether the measured SHA-256 of every large file equals the one in the registry's listing.
    Why it matters: a difference means that what you would load is not what was published and scanned.
    Evidence: SHA-256 of every byte, measured; the registry's LFS object ids.
    Remedy: download the file again from the registry; if the difference stays, do not use it.
    Limits: only files that the registry stores as large objects have a listed SHA-256.
    Source: Git LFS specification; Jiang et al., ICSE 2023, STRIDE: tampering.
    """
    listed = [file for file in manifest.files if file.sha256]
    if not listed:
        return _NOTHING_LISTED
    if contents is None:
        return claimed(f"The registry lists hashes for {len(listed)} files; none was measured.", depth=Depth.FULL)
    compared = [file for file in contents.hashes if file.expected]
    for file in compared:
        if file.sha256 != file.expected:
            return contradicted(
                f"{file.path} is not what the registry lists.",
                Evidence(f"measured {file.sha256}", Location(file.path)),
                claim=Claim(f"sha256 {file.expected}", Location(file.path)),
                remedy="Download the file again from the registry; if the difference stays, do not use it.",
            )
    return verified(f"{len(compared)} of {len(listed)} listed hashes were measured, and agree.")
