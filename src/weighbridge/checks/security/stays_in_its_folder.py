"""SE042: no link leads out of the model's folder."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.manifest import Manifest
from weighbridge.model import Attribute, Evidence, Factor, Location, Outcome, Severity, contradicted, verified

_CLEAN = verified("No link leads out of the model's folder.")


@check(code="SE042", attribute=Attribute.SECURITY, factor=Factor.INTEGRITY, severity=Severity.HIGH)
def stays_in_its_folder(manifest: Manifest) -> Outcome:
    """No link leads out of the model's folder.

    What it asks: whether a symbolic link points outside the repository.
    Why it matters: whoever copies, packs or uploads the model takes along the file behind the link, or overwrites it.
    Evidence: symbolic links in the listing, with where they lead.
    Remedy: replace the link by the file, or delete it.
    Limits: links of the registry's own download cache are known and left alone.
    Source: CWE-59, link following; this project's threat catalogue.
    """
    links = [file for file in manifest.files if file.linked_to is not None]
    if not links:
        return _CLEAN
    return contradicted(
        f"{len(links)} link(s) lead out of the folder, such as {links[0].path}.",
        *(Evidence(f"leads to {file.linked_to}", Location(file.path)) for file in links[:5]),
        remedy="Replace the link by the file, or delete it.",
    )
