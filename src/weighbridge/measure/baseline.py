"""The simple thing beside the model: what the commonest class, or a linear model on words or pixels, reaches on the same items."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec

from weighbridge.measure.dataset import Dataset
from weighbridge.measure.images import Preparation
from weighbridge.measure.meters import meters_of
from weighbridge.measure.metrics import ahead, metrics_of, quiet
from weighbridge.measure.statistics import CHANCE, Paired
from weighbridge.measure.tasks import Item, Task

_FOLDS = 5
_SIDE = 32
# The inverse of the penalty: rows of TF-IDF are of length one, so that their weights have to be large.
_STRENGTH = {Item.TEXT: 10.0, Item.IMAGE: 1.0, Item.ROW: 1.0}


class Baseline(msgspec.Struct, frozen=True):
    """A baseline's value of the leading metric, and how far the model is ahead of it on the same items."""

    name: str
    metric: str
    value: float
    ahead: Paired

    @property
    def is_beaten(self) -> bool:
        """Whether the model is ahead beyond chance."""
        return self.ahead.difference > 0 and self.ahead.p_value < CHANCE


def baselines(data: Dataset, answers: Sequence[Any], *, seed: int = 0) -> tuple[Baseline, ...]:
    """Return what simple methods reach, each item predicted by a fit on the others (five folds)."""
    if data.task.is_counted:
        return _counted(data, answers, seed)
    name, metric = next(iter(metrics_of(data.task, data.classes if data.task.is_classification else ()).items()))
    found = []
    for title, guesses in _guesses(data, seed):
        value = quiet(metric, data.truths, guesses)
        if value != value:  # a constant has no correlation
            continue
        found.append(Baseline(title, name, value, ahead(data.task, data.truths, answers, guesses, seed=seed)))
    return tuple(found)


def _counted(data: Dataset, answers: Sequence[Any], seed: int) -> tuple[Baseline, ...]:
    """Return what the text itself reaches as its own translation or, by its first sentence, as its summary."""
    if data.task is Task.TRANSLATION:
        title, guesses = "the source, untranslated", list(data.items)
    elif data.task is Task.SUMMARIZATION:
        title, guesses = "the first sentence", [_SENTENCE.split(text.strip(), maxsplit=1)[0] for text in data.items]
    elif data.task is Task.TOKEN_CLASSIFICATION:
        title, guesses = "each word's commonest tag", _commonest_tags(data, seed)
    else:
        return ()
    meter = meters_of(data.task)[0]
    own, simple = meter.rows(data.truths, answers), meter.rows(data.truths, guesses)
    return (Baseline(title, meter.name, meter.of(simple), meter.compare(own, simple, seed=seed)),)


_SENTENCE = re.compile(r"(?<=[.!?])\s+")


def _commonest_tags(data: Dataset, seed: int) -> list[Any]:
    from sklearn.model_selection import KFold

    found: list[Any] = [()] * len(data)
    for known, asked in KFold(min(_FOLDS, len(data)), shuffle=True, random_state=seed).split(data.items):
        seen: dict[str, Counter[str]] = {}
        for at in known:
            for word, tag in zip(data.items[at], data.truths[at], strict=True):
                seen.setdefault(word, Counter())[tag] += 1
        for at in asked:
            found[at] = tuple(seen[word].most_common(1)[0][0] if word in seen else "O" for word in data.items[at])
    return found


def _guesses(data: Dataset, seed: int) -> list[tuple[str, list[Any]]]:
    if data.task is Task.SENTENCE_SIMILARITY:
        return [("shared words (TF-IDF cosine)", _shared_words(data.items))]
    from sklearn.dummy import DummyClassifier, DummyRegressor

    rows = _features(data)
    if data.task.item is Item.AUDIO:
        return [("majority class", _crossed(DummyClassifier(), rows, data, seed))]
    if not data.task.is_classification:
        return [
            ("mean", _crossed(DummyRegressor(), rows, data, seed)),
            (f"ridge regression on {_OVER[data.task.item]}", _crossed(_ridge(data), rows, data, seed)),
        ]
    found = [("majority class", _crossed(DummyClassifier(), rows, data, seed))]
    if len(data.classes) > 1:
        item = data.task.item
        found.append((classifier_name(item), _crossed(simple_classifier(item, seed), rows, data, seed)))
    return found


_OVER = {Item.TEXT: "TF-IDF", Item.IMAGE: "pixels", Item.ROW: "columns"}


def classifier_name(item: Item) -> str:
    """Return what the simple classifier for items of a kind is called."""
    return f"logistic regression on {_OVER[item]}"


def simple_classifier(item: Item, seed: int = 0) -> Any:
    """Return the simple classifier for items of a kind, unfitted: a logistic regression on words, or on what is a number already."""
    from sklearn.linear_model import LogisticRegression

    return _after_features(item, LogisticRegression(C=_STRENGTH[item], max_iter=1000, random_state=seed))


# What the simple classifier sees of an image: its colours on a grid of 32 by 32.
GRID = Preparation(_SIDE, _SIDE, layout="flat")


def rows_of(item: Item, items: Sequence[Any]) -> Any:
    """Return what the simple classifier is given: an image's pixels in a row, anything else as it is."""
    import numpy as np

    return np.stack([GRID.of(one) for one in items]) if item is Item.IMAGE else items


def _features(data: Dataset) -> Any:
    if data.task.item is Item.AUDIO:
        return [[0.0] for _ in data.items]
    return rows_of(data.task.item, list(data.items))


def _ridge(data: Dataset) -> Any:
    from sklearn.linear_model import Ridge

    return _after_features(data.task.item, Ridge())


def _after_features(item: Item, estimator: Any) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    # Term frequencies as they are: converted to ONNX, sublinear ones are computed otherwise.
    first = TfidfVectorizer() if item is Item.TEXT else StandardScaler()
    return make_pipeline(first, estimator)


def _crossed(estimator: Any, rows: Any, data: Dataset, seed: int) -> list[Any]:
    """Return a guess an item by an estimator that has not seen it."""
    import warnings

    from sklearn.model_selection import KFold, StratifiedKFold, cross_val_predict

    folds = min(_FOLDS, len(data))
    is_rare = data.task.is_classification and min(data.truths.count(name) for name in data.classes) < folds
    kind = StratifiedKFold if data.task.is_classification and not is_rare else KFold
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        splitter = kind(folds, shuffle=True, random_state=seed)
        return list(cross_val_predict(estimator, rows, list(data.truths), cv=splitter))


def _shared_words(pairs: Sequence[Any]) -> list[float]:
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectors = TfidfVectorizer(analyzer="word")
    vectors.fit([text for pair in pairs for text in pair])
    one, other = (vectors.transform([pair[side] for pair in pairs]) for side in (0, 1))
    return [float(value) for value in one.multiply(other).sum(axis=1).A1]
