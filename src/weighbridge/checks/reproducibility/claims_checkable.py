"""RP033: the claimed figures can be checked."""

from __future__ import annotations

from collections import Counter

from weighbridge.checks.contract import check
from weighbridge.facts.checkability import missing_of
from weighbridge.facts.claims import PerformanceClaims
from weighbridge.model import Attribute, Evidence, Factor, Outcome, Severity, claimed, not_applicable
from weighbridge.model.units import plural

_NONE = not_applicable("No performance figure is claimed.")
_REMEDY = "Name metric, data set and split beside every figure, and the machine beside every time."
_SHOWN = 5


@check(code="RP033", attribute=Attribute.REPRODUCIBILITY, factor=Factor.DOCUMENTATION, severity=Severity.LOW)
def claims_checkable(claims: PerformanceClaims) -> Outcome:
    """The claimed figures can be checked.

    What it asks: whether every claimed figure says of what metric and on what data and split it is, and every time on what machine.
    Why it matters: a figure that leaves this out can be neither confirmed nor refuted, by anybody.
    Evidence: the claimed figures in front matter, result files, tables and text; the vocabulary of metrics and data sets.
    Remedy: name metric, data set and split beside every figure, and the machine beside every time.
    Limits: what a heading or a caption says far from its table is not seen.
    Source: Jiang et al., ICSE 2023, Table I: reproducibility; `weighbridge claims` lists every figure.
    """
    if not claims.claims:
        return _NONE
    gaps = [missing_of(claim) for claim in claims.claims]
    whole = sum(1 for missing in gaps if not missing)
    count = plural(len(gaps), "figure")
    if whole == len(gaps):
        return claimed(f"All {count} say what would have to be measured.", grade=1.0)
    common = Counter(part for missing in gaps for part in missing).most_common(_SHOWN)
    return claimed(
        f"{whole} of {count} say what would have to be measured.",
        *(
            Evidence(f"{part} is not said {times:,} times")
            for part, times in sorted(common, key=lambda p: (-p[1], p[0]))
        ),
        grade=whole / len(gaps),
        remedy=_REMEDY,
    )
