"""Metrics of texts and tags, as their libraries count them: sacreBLEU, jiwer, rouge-score, torchmetrics (SQuAD), seqeval.

Each counts an item at a time and turns the sum of the counts into the metric, so that a bootstrap over the items adds numbers
and asks no library again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from weighbridge.errors import UsageError
from weighbridge.measure.figure import MeasuredFigure
from weighbridge.measure.statistics import Paired, bootstrapped, paired_bootstrap
from weighbridge.measure.tasks import Task


class Meter(msgspec.Struct, frozen=True):
    """A metric: the counts of a truth and an answer, and the value of their sums over all items; of an error, less is better."""

    name: str
    count: Callable[[Any, Any], Sequence[float]]
    value: Callable[[Sequence[float]], float]
    is_error: bool = False

    def rows(self, truths: Sequence[Any], answers: Sequence[Any]) -> Any:
        """Return the counts of every item, a row each."""
        import numpy as np

        return np.asarray([self.count(t, a) for t, a in zip(truths, answers, strict=True)], dtype=float)

    def of(self, rows: Any) -> float:
        """Return the metric over items, given their rows."""
        return float(self.value([float(held) for held in rows.sum(axis=0)]))

    def compare(self, first: Any, second: Any, *, seed: int) -> Paired:
        """Compare two answers to the same items by their rows."""
        return paired_bootstrap(lambda _, rows: self.of(rows), first, first, second, seed=seed)


def meters_of(task: Task) -> tuple[Meter, ...]:
    """Return a task's meters, the leading one first. Raises `UsageError` where their library is absent."""
    try:
        return _METERS[task]()
    except ModuleNotFoundError as error:
        raise UsageError(
            f"the figures of {task} need {error.name}", hint="pip install 'weighbridge[measure,torch]'"
        ) from None


def counted_figures(
    task: Task, truths: Sequence[Any], answers: Sequence[Any], *, seed: int, resamples: int, about: MeasuredFigure
) -> tuple[MeasuredFigure, ...]:
    """Return every figure of a task with the intervals of a bootstrap over the items; `about` tells what they are of."""
    found = []
    for meter in meters_of(task):
        rows = meter.rows(truths, answers)
        if (value := meter.of(rows)) != value:  # nothing to divide by
            continue
        spread = bootstrapped(meter.of, rows, seed=seed, resamples=resamples)
        held = msgspec.structs.replace(about, metric=meter.name, value=value, n=len(rows), seed=seed)
        found.append(msgspec.structs.replace(held, intervals=spread.intervals, standard_error=spread.standard_error))
    return tuple(found)


def _ratio(sums: Sequence[float]) -> float:
    return sums[0] / sums[1] if sums[1] else float("nan")


def _entities() -> tuple[Meter, ...]:
    from seqeval.metrics.sequence_labeling import get_entities

    def count(truth: Sequence[str], answer: Sequence[str]) -> Sequence[float]:
        known, found = set(get_entities(list(truth))), set(get_entities(list(answer)))
        return len(known & found), len(found), len(known), sum(map(str.__eq__, truth, answer)), len(truth)

    def f1(sums: Sequence[float]) -> float:
        return 2 * sums[0] / (sums[1] + sums[2]) if sums[1] + sums[2] else 0.0

    return (
        Meter("f1", count, f1),
        Meter("precision", count, lambda sums: sums[0] / sums[1] if sums[1] else 0.0),
        Meter("recall", count, lambda sums: sums[0] / sums[2] if sums[2] else 0.0),
        Meter("accuracy of tags", count, lambda sums: sums[3] / sums[4]),
    )


def _squad() -> tuple[Meter, ...]:
    from torchmetrics.functional.text import squad

    def counter(name: str) -> Callable[[Any, Any], Sequence[float]]:
        def count(truth: Any, answer: str) -> Sequence[float]:
            known = [truth] if isinstance(truth, str) else list(truth)
            target = {"id": "1", "answers": {"text": known, "answer_start": [0] * len(known)}}
            return float(squad({"id": "1", "prediction_text": answer}, target)[name]) / 100, 1.0

        return count

    return Meter("exact match", counter("exact_match"), _ratio), Meter("f1", counter("f1"), _ratio)


def _words_guessed() -> tuple[Meter, ...]:
    from sklearn.metrics import accuracy_score

    return (Meter("exact match", lambda t, a: (accuracy_score([t.strip()], [a.strip()]), 1.0), _ratio),)


def _rouge() -> tuple[Meter, ...]:
    from rouge_score.rouge_scorer import RougeScorer

    scorer = RougeScorer(["rouge1", "rouge2", "rougeL"], use_stemmer=True)

    def counter(name: str) -> Callable[[Any, Any], Sequence[float]]:
        return lambda truth, answer: (scorer.score(truth, answer)[name].fmeasure, 1.0)

    return tuple(Meter(name.lower(), counter(name), _ratio) for name in ("rougeL", "rouge1", "rouge2"))


def _bleu() -> tuple[Meter, ...]:
    from sacrebleu.metrics import BLEU

    counted = BLEU()

    def count(truth: str, answer: str) -> Sequence[float]:
        held = counted.corpus_score([answer], [[truth]])
        return held.sys_len, held.ref_len, *held.counts, *held.totals

    def value(sums: Sequence[float]) -> float:
        numbers = [int(held) for held in sums]
        return float(BLEU.compute_bleu(numbers[2:6], numbers[6:10], numbers[0], numbers[1], smooth_method="exp").score)

    return (Meter("bleu", count, value),)


def _errors() -> tuple[Meter, ...]:
    import jiwer

    def words(truth: str, answer: str) -> Sequence[float]:
        held = jiwer.process_words(truth, answer)
        return held.substitutions + held.deletions + held.insertions, held.hits + held.substitutions + held.deletions

    def letters(truth: str, answer: str) -> Sequence[float]:
        held = jiwer.process_characters(truth, answer)
        return held.substitutions + held.deletions + held.insertions, held.hits + held.substitutions + held.deletions

    return Meter("wer", words, _ratio, is_error=True), Meter("cer", letters, _ratio, is_error=True)


def _perplexity() -> tuple[Meter, ...]:
    import math

    def value(sums: Sequence[float]) -> float:
        return math.exp(min(700.0, sums[0] / sums[1])) if sums[1] else float("nan")

    return (Meter("perplexity", lambda _, answer: answer, value, is_error=True),)


_METERS: dict[Task, Callable[[], tuple[Meter, ...]]] = {
    Task.TOKEN_CLASSIFICATION: _entities,
    Task.QUESTION_ANSWERING: _squad,
    Task.TEXT_GENERATION: _squad,
    Task.FILL_MASK: _words_guessed,
    Task.SUMMARIZATION: _rouge,
    Task.TRANSLATION: _bleu,
    Task.SPEECH_RECOGNITION: _errors,
    Task.LANGUAGE_MODELLING: _perplexity,
}
