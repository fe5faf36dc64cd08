"""What a claim leaves out that anybody would need who wanted to check it."""

from __future__ import annotations

from weighbridge.facts.figures import PerformanceClaim
from weighbridge.facts.metrics import Metric, benchmark_of, metric_of

MACHINE_BOUND = frozenset({"time", "rate", "size"})
# Averages over parts or runs: their value is no share of the items.
_AVERAGED = frozenset({"mnli", "xnli", "mmlu", "math", "humaneval", "mbpp", "stsb", "arc-challenge", "arc-easy"})


def missing_of(claim: PerformanceClaim) -> tuple[str, ...]:
    """Return what is missing for the claim to be checkable, in the words of a report; empty for a complete one."""
    metric = metric_of(claim.metric)
    unnamed = f"a definition of “{claim.metric[:60]}”" if claim.metric else "the metric"
    first = () if metric is not None else (unnamed,)
    if metric is not None and metric.kind in MACHINE_BOUND:
        return (*first, *(() if claim.hardware else ("the machine",)))
    if not claim.dataset:
        return (*first, "the data set")
    if not claim.split and not _has_one_split(claim.dataset):
        return (*first, "the split")
    return first


def items_behind(claim: PerformanceClaim) -> int | None:
    """Return the number of test items: as the claim says, or as its data set's split is known to have."""
    if claim.n is not None:
        return claim.n
    benchmark = benchmark_of(claim.dataset)
    return benchmark.size(claim.split) if benchmark is not None and claim.split else None


def is_share_of_items(claim: PerformanceClaim, metric: Metric) -> bool:
    """Whether the figure counts right items of one test set, so that not every value can be had."""
    benchmark = benchmark_of(claim.dataset)
    words = claim.metric.lower()
    averaged = any(word in words for word in ("macro", "mean", "average", "avg", "balanced", "norm", "±"))
    return metric.kind == "proportion" and not averaged and (benchmark is None or benchmark.name not in _AVERAGED)


def _has_one_split(dataset: str) -> bool:
    benchmark = benchmark_of(dataset)
    return benchmark is not None and len(benchmark.splits) == 1
