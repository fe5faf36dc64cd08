"""QU042: the files that have figures are there."""

from __future__ import annotations

import re

from weighbridge.checks.contract import check
from weighbridge.facts.claims import PerformanceClaim, PerformanceClaims
from weighbridge.facts.manifest import Manifest
from weighbridge.model import (
    Attribute,
    Claim,
    Evidence,
    Factor,
    Outcome,
    Severity,
    contradicted,
    not_applicable,
    verified,
)

_FILE = re.compile(r"[\w./+-]{1,200}\.(?:gguf|ggml|safetensors|onnx|tflite|bin|pt|pth|ckpt|h5|keras|joblib|skops)")
_NONE = not_applicable("No figure is told of a file by its name.")


@check(code="QU042", attribute=Attribute.QUALITY, factor=Factor.DOCUMENTATION, severity=Severity.LOW)
def claimed_files_exist(claims: PerformanceClaims, manifest: Manifest) -> Outcome:
    """The files that have figures are there.

    What it asks: whether every weight file that a table of results has a row for is in the repository.
    Why it matters: a figure of a file that nobody can have can be neither used nor checked.
    Evidence: names of weight files where a table names its models; the listing.
    Remedy: add the file, or take its row out.
    Limits: a link to a file elsewhere is taken for a file of this repository only where its name stands without an address.
    Source: this project; Jiang et al., ICSE 2023, Table III: discrepancies.
    """
    named = {path: claim for claim in (*claims.claims, *claims.others) if (path := _path(claim))}
    if not named:
        return _NONE
    names = {file.name for file in manifest.files}
    absent = [path for path in named if path.rpartition("/")[2] not in names]
    if not absent:
        return verified(f"All {len(named)} files that figures are told of are there.")
    first = named[absent[0]]
    return contradicted(
        f"{first.metric or 'A figure'} {first.text} is claimed for {absent[0]}, which is not there.",
        *(Evidence(f"{path} is not in the listing", named[path].where) for path in absent[:5]),
        claim=Claim(f"{first.metric} {first.text}".strip(), first.where),
        remedy="Add the file, or take its row out.",
    )


def _path(claim: PerformanceClaim) -> str:
    for text in (claim.model, claim.config):
        found = _FILE.fullmatch(text.strip("` "))
        if found is not None:
            return found[0]
    return ""
