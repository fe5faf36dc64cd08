"""The verdict on a claim: a measured figure bears it out, contradicts it, or does not decide."""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec

from weighbridge.facts.figures import PerformanceClaim, canonical_metric
from weighbridge.facts.metrics import Metric, metric_of, plain_dataset, plain_split
from weighbridge.measure.decision import Decision, Overlap, Proportion, Repeated, Spread, items_needed, jaccard
from weighbridge.measure.figure import Interval, MeasuredFigure
from weighbridge.model import Claim, Evidence, Outcome, Severity, State

# What makes no practical difference: a point of a metric with a range, a share of the value of one without.
_MARGINS = {"loss": 0.02, "signal": 0.02, "time": 0.1, "rate": 0.1, "size": 0.1}
_POINTS = 0.01
_MACHINE_BOUND = frozenset({"time", "rate", "size"})
_UNITS = {
    "ms": 1e-3,
    "us": 1e-6,
    "µs": 1e-6,
    "s": 1.0,
    "sec": 1.0,
    "gb": 1e9,
    "gib": 2.0**30,
    "mb": 1e6,
    "mib": 2.0**20,
    "kb": 1e3,
}
_REMEDY = "State the figure that the published weights reach, with data set, split and procedure."


class Rules(msgspec.Struct, frozen=True):
    """By what a claim is judged: error rates, and the margin of practical equivalence (None: the metric's own).

    `is_same_data` is the user's word that the data are those of the claim, where names cannot tell.
    """

    alpha: float = 0.05
    power: float = 0.8
    margin: float | None = None
    is_same_data: bool = False


class Judgement(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a measurement says about a claim.

    `claimed` is the claim with its rounding as an interval, in the metric's own scale; `difference` measured minus claimed,
    `direction` overstated, understated or empty. `power` is the chance with which these items would have shown a difference as
    large as the margin; `needed` the number of items that would decide. `notes` tell what had to be assumed.
    """

    state: State
    message: str
    metric: str = ""
    claimed: Interval | None = None
    measured: float | None = None
    n: int | None = None
    interval: Interval | None = None
    difference: float | None = None
    direction: str = ""
    margin: float | None = None
    p_differs: float | None = None
    p_equivalent: float | None = None
    power: float | None = None
    needed: int | None = None
    notes: tuple[str, ...] = ()

    def outcome(self, claim: PerformanceClaim) -> Outcome:
        """Return it as a check's outcome."""
        stated = Claim(f"{claim.metric} {claim.text}".strip(), claim.where)
        is_small = self.difference is not None and self.margin is not None and abs(self.difference) <= self.margin
        return Outcome(
            self.state,
            self.message,
            stated,
            (Evidence(f"measured {self.measured:g}"),) if self.measured is not None else (),
            _REMEDY if self.state is State.CONTRADICTED else "",
            Severity.LOW if self.state is State.CONTRADICTED and is_small else None,
        )


def judge(
    claim: PerformanceClaim, figure: MeasuredFigure, rules: Rules | None = None, *, population: int | None = None
) -> Judgement:
    """Hold a claim against a measured figure.

    `population` is the number of items of the very set that was claimed on, where the measured items are all or a part of it.
    """
    return judge_all([(claim, figure)], rules, populations=(population,))[0]


def judge_all(
    pairs: Sequence[tuple[PerformanceClaim, MeasuredFigure]],
    rules: Rules | None = None,
    *,
    populations: Sequence[int | None] = (),
) -> list[Judgement]:
    """Hold several claims against their figures; their p-values are corrected for their number (Holm 1979)."""
    from weighbridge.measure.statistics import holm

    rules = rules or Rules()
    held = populations or [None] * len(pairs)
    weighed = [_weigh(*pair, rules, population) for pair, population in zip(pairs, held, strict=True)]
    tested = [found for found in weighed if isinstance(found, _Weighed)]
    differing, equivalent = holm([f.p_differs for f in tested]), holm([f.p_equivalent for f in tested])
    corrected = {id(f): (d, e) for f, d, e in zip(tested, differing, equivalent, strict=True)}
    return [_decide(f, *corrected[id(f)], rules) if isinstance(f, _Weighed) else f for f in weighed]


class _Weighed(msgspec.Struct, frozen=True):
    """A claim and a figure on one scale, and what the evidence says before correction."""

    metric: Metric
    claimed: Interval
    figure: MeasuredFigure
    evidence: Decision
    margin: float
    p_differs: float
    p_equivalent: float
    notes: tuple[str, ...]
    population: int | None = None


def _weigh(
    claim: PerformanceClaim, figure: MeasuredFigure, rules: Rules, population: int | None
) -> _Weighed | Judgement:
    metric = metric_of(claim.metric)
    reasons, notes = _mismatches(claim, figure, metric, rules)
    claimed = claimed_interval(claim, metric) if metric is not None else None
    evidence = _evidence(figure, metric, population) if metric is not None else None
    if evidence is None and not reasons:
        reasons.append("the measured figure says neither how many items are behind it nor how far it spreads")
    if reasons or metric is None or claimed is None or evidence is None:
        return _undecided(figure, metric, claimed, reasons, notes)
    relative = _MARGINS.get(metric.kind)
    own = relative * abs(_middle(claimed)) if relative is not None else _POINTS * metric.scale
    margin = own if rules.margin is None else rules.margin
    low, high = claimed.low, claimed.high
    return _Weighed(
        metric, claimed, figure, evidence, margin, evidence.differs(low, high),
        evidence.equivalent(low, high, margin), tuple(notes), population,
    )  # fmt: skip


def claimed_interval(claim: PerformanceClaim, metric: Metric) -> Interval:
    """Return all values that would be written as the claim writes its own, in the metric's scale: 93.1 is 0.9305 to 0.9315."""
    factor, step = _factor(claim, metric), 0.5 * 10.0**-claim.decimals
    if "e" in claim.text.lower():
        step = abs(claim.value) * 1e-6  # an exponent hides how many digits were meant
    low, high = (claim.value - step) * factor, (claim.value + step) * factor
    if metric.low is not None:
        low = max(low, metric.low)
    if metric.top is not None:
        high = min(high, metric.top)
    return Interval(min(low, high), high, 1.0, "rounding")


def _factor(claim: PerformanceClaim, metric: Metric) -> float:
    """What turns the claim's number into the metric's scale."""
    unit = claim.unit.lower()
    if metric.kind in _MACHINE_BOUND:
        return _UNITS.get(unit, 1.0)
    if metric.kind in {"loss", "signal"}:
        return 1.0
    if metric.scale == 1.0:
        return 0.01 if unit == "%" or abs(claim.value) > 1.0 else 1.0
    # 0.34 of a metric that goes to 100 was divided by it.
    return 100.0 if unit != "%" and abs(claim.value) <= 1.0 and claim.decimals >= 2 else 1.0


def _mismatches(
    claim: PerformanceClaim, figure: MeasuredFigure, metric: Metric | None, rules: Rules
) -> tuple[list[str], list[str]]:
    """Return why the two cannot be compared, and what is assumed where they are."""
    reasons: list[str] = []
    notes: list[str] = []
    measured = metric_of(figure.metric)
    if metric is None:
        reasons.append(
            f"the claim's metric {claim.metric!r} is not known" if claim.metric else "the claim names no metric"
        )
    elif measured is None or measured.name != metric.name or _differ_in_words(claim.metric, figure.metric):
        reasons.append(f"the claim is of {claim.metric}, the measured figure of {figure.metric}")
    if metric is not None and metric.kind in _MACHINE_BOUND and not _same_machine(claim.hardware, figure.hardware):
        where = claim.hardware or "a machine that it does not name"
        reasons.append(f"it was claimed for {where} and measured on {figure.hardware or 'another machine'}")
    if not rules.is_same_data and (metric is None or metric.kind not in _MACHINE_BOUND):
        _compare_data(claim, figure, reasons, notes)
    return reasons, notes


def _compare_data(claim: PerformanceClaim, figure: MeasuredFigure, reasons: list[str], notes: list[str]) -> None:
    for name, stated, held, plain in (
        ("data set", claim.dataset, figure.dataset, plain_dataset),
        ("configuration", claim.config, figure.config, str.lower),
        ("split", claim.split, figure.split, plain_split),
        ("revision", claim.revision, figure.revision, str.lower),
    ):
        if not stated and name == "data set":
            reasons.append("the claim does not say on what data")
        elif stated and held and plain(stated) != plain(held):
            reasons.append(f"claimed on {name} {stated}, measured on {held}")
        elif stated and not held:
            notes.append(f"the {name} {stated} of the claim is taken for that of the data")
        elif held and not stated:
            notes.append(f"the claim names no {name}; measured on {held}")


def _differ_in_words(one: str, other: str) -> bool:
    """Whether both say how they average and say it differently: a macro F1 is no micro F1."""
    kinds = {"macro", "micro", "weighted", "samples", "binary"}
    first, second = kinds & set(canonical_metric(one).split()), kinds & set(canonical_metric(other).split())
    return bool(first and second and first != second)


def _same_machine(one: str, other: str) -> bool:
    first, second = ("".join(filter(str.isalnum, text.lower())) for text in (one, other))
    return bool(first and second) and (first in second or second in first)


def _evidence(figure: MeasuredFigure, metric: Metric, population: int | None) -> Decision | None:
    if not math.isfinite(figure.value):
        return None
    if figure.is_whole or (population is not None and figure.n is not None and figure.n >= population):
        return Repeated(figure.value)
    if metric.kind == "proportion" and figure.n:
        count = round(figure.value * figure.n)
        if 0 <= count <= figure.n:
            return Proportion(count, figure.n, population)
    overlap = _overlap(figure, metric) if population is None else None
    if overlap is not None:
        return overlap
    interval = figure.interval(0.95)
    below = (figure.value - interval.low) / 1.959964 if interval else figure.standard_error or 0.0
    above = (interval.high - figure.value) / 1.959964 if interval else figure.standard_error or 0.0
    if not below > 0 and not above > 0:
        # No spread at all among few items is no certainty: as much as that many right answers in a row would say.
        return Proportion(figure.n, figure.n, population) if figure.n and figure.value == metric.top == 1.0 else None
    shrunk = math.sqrt(max(0.0, 1 - figure.n / population)) if population and figure.n else 1.0
    least = max(below, above) * 1e-3
    return Spread(figure.value, max(below, least) * shrunk, max(above, least) * shrunk, figure.n)


def _overlap(figure: MeasuredFigure, metric: Metric) -> Overlap | None:
    """The F1 of one class as the proportion that it is a function of, where the figure tells of how many items."""
    if metric.name != "f1" or not figure.n or not figure.relevant or not 0 < figure.relevant <= figure.n:
        return None
    if not 0 <= figure.value <= 1:
        return None
    return Overlap(round(jaccard(figure.value) * figure.relevant), figure.relevant, figure.n)


def _decide(found: _Weighed, p_differs: float, p_equivalent: float, rules: Rules) -> Judgement:
    """Turn corrected p-values into a verdict; equivalence goes first, for a difference within the margin does not matter."""
    low, high, value = found.claimed.low, found.claimed.high, found.figure.value
    difference = value - low if value < low else value - high if value > high else 0.0
    is_better_claimed = (difference < 0) == found.metric.higher
    direction = "" if difference == 0 else "overstated" if is_better_claimed else "understated"
    if p_equivalent <= rules.alpha:
        state = State.VERIFIED
    elif p_differs <= rules.alpha:
        state = State.CONTRADICTED
    else:
        state = State.UNKNOWN
    needed = None
    if state is State.UNKNOWN and found.figure.n:
        needed = items_needed(
            found.evidence, found.figure.n, low, high, found.margin, alpha=rules.alpha, power=rules.power
        )
        if found.population is not None:
            needed = min(needed or found.population, found.population)
    judgement = Judgement(
        state, "", found.metric.name, found.claimed, value, found.figure.n, _shown_interval(found), difference,
        direction if state is State.CONTRADICTED else "", found.margin, p_differs, p_equivalent,
        max(found.evidence.power(low, high, side, rules.alpha) for side in (found.margin, -found.margin)),
        needed, found.notes,
    )  # fmt: skip
    return msgspec.structs.replace(judgement, message=_told(judgement, found.metric))


def _shown_interval(found: _Weighed) -> Interval | None:
    if isinstance(found.evidence, Repeated):
        return None
    if isinstance(found.evidence, Proportion):
        from weighbridge.measure.statistics import proportion_interval

        return proportion_interval(found.evidence.count, found.evidence.n)
    if isinstance(found.evidence, Overlap):
        from weighbridge.measure.statistics import overlap_interval

        return overlap_interval(found.evidence.hits, found.evidence.relevant)
    return found.figure.interval(0.95)


def _undecided(
    figure: MeasuredFigure, metric: Metric | None, claimed: Interval | None, reasons: list[str], notes: list[str]
) -> Judgement:
    beside = f"; measured {_shown(figure.value, metric)}"
    return Judgement(
        State.UNKNOWN, f"Not comparable: {'; '.join(reasons)}{beside}.", metric.name if metric else figure.metric,
        claimed, figure.value, figure.n, figure.interval(0.95), notes=tuple(notes),
    )  # fmt: skip


def _told(found: Judgement, metric: Metric) -> str:
    assert found.claimed is not None  # noqa: S101 - a judgement that was decided has both
    measured = f"measured {_shown(found.measured or 0.0, metric)}"
    measured += f" on {found.n:,} items" if found.n else ""
    if found.interval:
        low, high = _shown(found.interval.low, metric), _shown(found.interval.high, metric)
        measured += f" (95 % interval {low} to {high})"
    claimed = f"Claimed {metric.name} {_shown(_middle(found.claimed), metric)}, {measured}"
    if found.state is State.VERIFIED:
        return f"{claimed}: equal within {_shown(found.margin or 0.0, metric, is_difference=True)}."
    size = _shown(abs(found.difference or 0.0), metric, is_difference=True)
    if found.state is State.CONTRADICTED:
        return f"{claimed}: {found.direction} by {size}."
    more = f"about {found.needed:,} items would decide" if found.needed else "more items alone would not decide"
    return f"{claimed}: too few items to tell; {more}."


def _shown(value: float, metric: Metric | None, *, is_difference: bool = False) -> str:
    """Return a value as people write it: shares as percentages, all else as it is."""
    if metric is not None and metric.scale == 1.0 and metric.kind in {"proportion", "score", "correlation", "error"}:
        if metric.kind == "correlation":
            return f"{value:.3f}"
        return f"{100 * value:.2f} points" if is_difference else f"{100 * value:.2f} %"
    return f"{value:.4g}"


def _middle(interval: Interval) -> float:
    return (interval.low + interval.high) / 2
