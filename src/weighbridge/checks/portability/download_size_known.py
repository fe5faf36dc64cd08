"""PT072: how much has to be downloaded is known."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.manifest import Manifest
from weighbridge.model import Attribute, Factor, Outcome, Severity, not_applicable, unknown, verified
from weighbridge.model.units import plural, size_text

_NONE = not_applicable("There are no weight files.")
_UNTOLD = unknown("The listing does not tell the sizes of the weight files.")


@check(code="PT072", attribute=Attribute.PORTABILITY, factor=Factor.COST_ESTIMATION, severity=Severity.INFO)
def download_size_known(manifest: Manifest) -> Outcome:
    """How much has to be downloaded is known.

    What it asks: how many bytes the weight files have, all together and the largest one.
    Why it matters: it is disk, network and start-up time, paid by every machine.
    Evidence: sizes in the listing.
    Remedy: keep variants apart (revisions, folders), so that one need not fetch them all.
    Limits: a loader may need only some of the files.
    Source: Jiang et al., ICSE 2023, Table I: cost estimation.
    """
    if not manifest.weights:
        return _NONE
    sizes = [file.size for file in manifest.weights if file.size is not None]
    if len(sizes) < len(manifest.weights):
        return _UNTOLD
    return verified(
        f"{plural(len(sizes), 'weight file')}, {size_text(sum(sizes))} in all; the largest has {size_text(max(sizes))}."
    )
