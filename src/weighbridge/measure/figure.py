"""A measured figure: what a run of the model gave, with everything that a verdict on a claim needs to know about it."""

from __future__ import annotations

import msgspec


class Interval(msgspec.Struct, frozen=True):
    """A confidence interval, and by which method it was found (`wilson`, `exact`, `bca`, `normal`)."""

    low: float
    high: float
    level: float = 0.95
    method: str = ""

    def __contains__(self, value: float) -> bool:
        """Whether a value lies in it, its ends included."""
        return self.low <= value <= self.high


class MeasuredFigure(msgspec.Struct, frozen=True, omit_defaults=True):
    """One figure that was measured.

    Who measures fills it in; `verdict.judge(claim, figure)` holds a claim against it. It is plain data and goes into the evidence
    bundle as it stands.

    `metric` is the metric's name as the vocabulary has it (`facts.metrics`), `value` its value as the metric's library gives it:
    accuracy and F1 from 0 to 1, BLEU from 0 to 100, times in seconds. `n` counts the test items behind it. For a proportion
    (accuracy, exact match, top-5 accuracy) value and n are all that the statistics need. For any other metric `intervals`
    holds those of the bootstrap over items, at 95 % and at 90 % (the one that equivalence is told by), and
    `standard_error` their spread: `statistics.bootstrapped` makes both. `relevant`, for the F1 of one class, counts the items
    that are of it or were said to be; with it the F1 is judged exactly. `is_whole`: the items are all of the named split.

    `dataset`, `config`, `split` and `revision` say on what, `task` and `protocol` how (`5-shot`, `no normalisation`), `hardware`
    on which machine (needed for times and memory). `predictions` is the path of the file of predictions, one item a line,
    beside the bundle; empty where there is none.
    """

    metric: str
    value: float
    n: int | None = None
    intervals: tuple[Interval, ...] = ()
    standard_error: float | None = None
    unit: str = ""
    task: str = ""
    dataset: str = ""
    config: str = ""
    split: str = ""
    revision: str = ""
    protocol: str = ""
    hardware: str = ""
    seed: int | None = None
    predictions: str = ""
    relevant: int | None = None
    is_whole: bool = False

    def interval(self, level: float = 0.95) -> Interval | None:
        """Return the interval at that level, where there is one."""
        return next((held for held in self.intervals if abs(held.level - level) < 1e-9), None)
