"""How often planted over-claims are found, and true claims wrongly contradicted: against the power computed beforehand.

    python -m benchmarks.claim_verdicts               # 200 seeds
    python -m benchmarks.claim_verdicts --exact --seeds 5000     # without the bootstrap, which takes most of the time

A model with a known accuracy, or a known F1, is measured on so many simulated items, and claims that lie 0, 1, 3 and 10 points above the
truth are judged. Accuracy and the F1 of one class go through the exact tests, macro F1 through the BCa bootstrap.
"""

from __future__ import annotations

import argparse

import numpy as np

from weighbridge.facts.figures import PerformanceClaim
from weighbridge.facts.metrics import metric_of
from weighbridge.measure.decision import Overlap, Proportion, Spread
from weighbridge.measure.figure import MeasuredFigure
from weighbridge.measure.statistics import bootstrapped
from weighbridge.measure.verdict import claimed_interval, judge
from weighbridge.model import State

OVER = (0.0, 0.01, 0.03, 0.1)
TRUE = 0.85


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--exact", action="store_true", help="leave the bootstrap out")
    options = parser.parse_args()
    seeds = options.seeds
    print(f"{seeds} seeds; contradicted in % (computed beforehand)\n")
    print(
        f"{'metric':10}{'items':>8}{'true claim':>18}"
        + "".join(f"{f'+{100 * over:.0f} points':>18}" for over in OVER[1:])
    )
    for n in (200, 872, 2_000, 10_000):
        row("accuracy", n, seeds, [accuracy(n, seed) for seed in range(seeds)], TRUE)
    for n in (200, 1_000):
        row("f1", n, seeds, [f1(n, seed) for seed in range(seeds)], expected_f1(0.3 * 0.15, 0.7 * 0.0643, 0.3 * 0.85))
    for n in () if options.exact else (200, 1_000):
        row("macro f1", n, seeds, [macro_f1(n, seed) for seed in range(seeds)], expected_macro_f1())


def row(metric: str, n: int, seeds: int, figures: list[MeasuredFigure], true: float) -> None:
    cells = []
    for over in OVER:
        text = f"{100 * (true + over):.1f}"
        claim = PerformanceClaim(metric, text, float(text), "table", "%", 1, dataset="simulated")
        found = sum(judge(claim, figure).state is State.CONTRADICTED for figure in figures)
        cells.append(f"{100 * found / seeds:.1f} ({100 * computed(claim, figures, n, true):.1f})")
    print(f"{metric:10}{n:>8,}" + "".join(f"{cell:>18}" for cell in cells), flush=True)


def computed(claim: PerformanceClaim, figures: list[MeasuredFigure], n: int, true: float) -> float:
    """The power of the test: exact for shares, of the normal test with the mean error for others."""
    metric = metric_of(claim.metric)
    assert metric is not None
    interval = claimed_interval(claim, metric)
    off = true - (interval.low + interval.high) / 2
    if metric.kind == "proportion":
        return Proportion(0, n).power(interval.low, interval.high, off, 0.05)
    if metric.name == "f1" and figures[0].relevant:
        # The number of relevant items is random too: the power is the mean over it.
        powers = [Overlap(0, f.relevant or 1, n).power(interval.low, interval.high, off, 0.05) for f in figures]
        return float(np.mean(powers))
    error = float(np.mean([figure.standard_error for figure in figures]))
    return Spread(true, error, error, n).power(interval.low, interval.high, off, 0.05)


def accuracy(n: int, seed: int) -> MeasuredFigure:
    right = int(np.random.default_rng([seed, n]).binomial(n, TRUE))
    return MeasuredFigure("accuracy", right / n, n, dataset="simulated")


def f1(n: int, seed: int) -> MeasuredFigure:
    truths, predicted = drawn(n, np.random.default_rng([seed, n]))
    relevant = np.count_nonzero(truths | predicted)
    return MeasuredFigure("f1", f1_of(truths, predicted), n, dataset="simulated", relevant=relevant)


def macro_f1(n: int, seed: int) -> MeasuredFigure:
    truths, predicted = drawn(n, np.random.default_rng([seed, n]))
    spread = bootstrapped(macro_f1_of, truths, predicted, seed=seed)
    return MeasuredFigure(
        "macro f1", macro_f1_of(truths, predicted), n, spread.intervals, spread.standard_error, dataset="simulated"
    )


def drawn(n: int, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Items of which 30 % are positive, of which 85 % are found, and 6.4 % false alarms among the others."""
    truths = generator.random(n) < 0.3
    return truths, np.where(truths, generator.random(n) < 0.85, generator.random(n) < 0.0643)


def expected_f1(missed: float, false: float, hits: float) -> float:
    return 2 * hits / (2 * hits + missed + false)


def expected_macro_f1() -> float:
    missed, false = 0.3 * 0.15, 0.7 * 0.0643
    return (expected_f1(missed, false, 0.3 - missed) + expected_f1(false, missed, 0.7 - false)) / 2


def f1_of(truths: np.ndarray, predicted: np.ndarray) -> float:
    hits = np.count_nonzero(truths & predicted)
    return 2 * hits / max(1, np.count_nonzero(truths) + np.count_nonzero(predicted))


def macro_f1_of(truths: np.ndarray, predicted: np.ndarray) -> float:
    return (f1_of(truths, predicted) + f1_of(~truths, ~predicted)) / 2


if __name__ == "__main__":
    main()
