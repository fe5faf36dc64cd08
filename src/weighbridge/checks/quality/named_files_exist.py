"""QU041: the files that the card points to are there."""

from __future__ import annotations

import re

from weighbridge.checks.contract import check
from weighbridge.facts.card import Card
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

# Only a line that speaks of this repository claims that the file is here; others name a library's scripts.
_HERE = re.compile(r"\b(?:this|the current|our current)\b.{0,20}\brepo(?:sitory)?\b", re.IGNORECASE)
_FILE = re.compile(r"`([\w./-]{1,200}\.(?:py|ipynb|sh|json|ya?ml|txt|bin|safetensors|onnx|gguf|pt|pth|ckpt|h5|csv))`")
_SILENT = not_applicable("The card points to no file of this repository.")


@check(code="QU041", attribute=Attribute.QUALITY, factor=Factor.DOCUMENTATION, severity=Severity.LOW)
def named_files_exist(card: Card, manifest: Manifest) -> Outcome:
    """The files that the card points to are there.

    What it asks: whether every file that a sentence of the card places in this repository is in it.
    Why it matters: the training script or the weights that the card promises are what a reader came for.
    Evidence: file names in backticks, in lines that speak of this repository; the listing.
    Remedy: add the file, or correct the card.
    Limits: a copy of a model (a package, a mirror) may have left the file out on purpose.
    Source: Jiang et al., ICSE 2023, Table III: scripts shipped with models are broken.
    """
    if "repo" not in card.text or card.is_description:
        return _SILENT
    named = [
        (number, path)
        for number, line in enumerate(card.text.splitlines(), card.first_line)
        if "`" in line and _HERE.search(line)
        for path in _FILE.findall(line)
    ]
    if not named:
        return _SILENT
    names = {file.name for file in manifest.files}
    absent = [(number, path) for number, path in named if path.rpartition("/")[2] not in names]
    if not absent:
        return verified(f"All {len(named)} files that the card places in this repository are there.")
    number, path = absent[0]
    return contradicted(
        f"The card places {path} in this repository; it is not there.",
        *(Evidence(f"{p} is not in the listing", Location(card.path, line=n)) for n, p in absent[:5]),
        claim=Claim(path, Location(card.path, line=number)),
        remedy="Add the file, or correct the card.",
    )
