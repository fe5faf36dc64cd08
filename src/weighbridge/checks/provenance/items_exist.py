"""PV037: no figure was measured on more items than its data set has."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.claims import PerformanceClaims
from weighbridge.facts.lineage import Lineage
from weighbridge.facts.metrics import Benchmark, benchmark_of
from weighbridge.model import (
    Attribute,
    Claim,
    Confidence,
    Evidence,
    Factor,
    Outcome,
    Severity,
    contradicted,
    not_applicable,
    verified,
)

_NONE = not_applicable("No figure on a well-known data set tells how many items it was measured on.")


@check(code="PV037", attribute=Attribute.PROVENANCE, factor=Factor.PERFORMANCE_TABLE, severity=Severity.LOW)
def items_exist(claims: PerformanceClaims, lineage: Lineage | None) -> Outcome:
    """No figure was measured on more items than its data set has.

    What it asks: whether the number of test items, where it is told, is at most the size of the data set's split.
    Why it matters: a figure on more items than there are was measured on something else than it says.
    Evidence: `num_samples` beside a figure, `eval_samples` in trainers' result files; the sizes of well-known data sets.
    Remedy: name the data that the figure was measured on, with configuration and split.
    Limits: only well-known data sets; trainers' files name none, so the only one in the front matter is taken, and its largest split.
    Source: this project; the sizes are those on the data sets' own pages (`facts/data/benchmarks.json`).
    """
    named = {d.name for d in lineage.datasets} if lineage is not None else set()
    only = benchmark_of(next(iter(named))) if len(named) == 1 else None
    judged = 0
    for claim in (*claims.claims, *claims.logged, *claims.others):
        benchmark = benchmark_of(claim.dataset) if claim.dataset else only
        if claim.n is None or benchmark is None:
            continue
        judged += 1
        size = _size(benchmark, claim.split if claim.dataset else "")
        if claim.n > size:
            return contradicted(
                f"{claim.metric} was measured on {claim.n:,} items; {benchmark.name} has {size:,}.",
                Evidence(f"{benchmark.name} has {size:,} items"),
                claim=Claim(f"{claim.metric} {claim.text} on {claim.n:,} items", claim.where),
                remedy="Name the data that the figure was measured on, with configuration and split.",
                confidence=Confidence.MEDIUM,
            )
    return verified(f"{judged} numbers of test items fit their data sets.") if judged else _NONE


def _size(benchmark: Benchmark, split: str) -> int:
    return benchmark.size(split) or benchmark.largest if split else benchmark.largest
