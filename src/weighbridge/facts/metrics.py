"""Metrics and test data by name: what range a metric has, which way is better, how many items a well-known test set holds."""

from __future__ import annotations

import functools
import importlib.resources
import re
from typing import Any

import msgspec

from weighbridge.facts.figures import canonical_metric, is_metric, metric_words

NAME_LENGTH = 120

_SPLITS = {
    "val": "validation", "valid": "validation", "dev": "validation", "eval": "validation", "evaluation": "validation",
    "testing": "test", "train": "train", "training": "train", "test": "test", "validation": "validation",
}  # fmt: skip
_UNSPOKEN = re.compile(r"[^a-z0-9]+")


class Metric(msgspec.Struct, frozen=True):
    """A metric of the vocabulary.

    `kind` is proportion (a share of the items), score, correlation, error, loss, signal, time, rate or size; `scale` the top of
    the range in which its library gives it, `low` and `top` what it cannot go beyond (None: no bound); `higher` whether more is
    better.
    """

    name: str
    kind: str
    scale: float = 1.0
    low: float | None = 0.0
    top: float | None = 1.0
    higher: bool = True
    source: str = ""


class Benchmark(msgspec.Struct, frozen=True):
    """A well-known data set and the numbers of items in its splits."""

    name: str
    hub: str = ""
    splits: dict[str, int] = {}

    def size(self, split: str) -> int | None:
        """Return the number of items of a split, by any of its usual names."""
        return self.splits.get(split.strip().lower(), self.splits.get(plain_split(split)))

    @property
    def largest(self) -> int:
        """The number of items of the largest split."""
        return max(self.splits.values(), default=0)


def metric_of(name: str) -> Metric | None:
    """Return the metric that a name means: `Top-1 (%)`, `Test acc` and `accuracy` are one; None for an unknown one."""
    return _metric_of(name) if 0 < len(name) <= NAME_LENGTH else None


@functools.lru_cache(maxsize=4096)
def _metric_of(name: str) -> Metric | None:
    known, name = _metrics(), name.replace("_", " ") if name.lower() not in _metrics() else name
    for form in (" ".join(name.lower().split()), metric_words(name), canonical_metric(name)):
        if form in known:
            return known[form]
    # `f1 macro` is an F1, `ndcg@10` an nDCG: the first word that is a metric's name says what it is.
    words = metric_words(name).split()
    return next((known[part] for word in words for part in (word, word.partition("@")[0]) if part in known), None)


def benchmark_of(name: str) -> Benchmark | None:
    """Return the well-known data set that a name means, give or take its owner, its hyphens and a split behind it."""
    return _benchmark_of(name) if 0 < len(name) <= NAME_LENGTH else None


@functools.lru_cache(maxsize=4096)
def _benchmark_of(name: str) -> Benchmark | None:
    known = _benchmarks()
    lowered = name.lower().strip()
    for form in (lowered, lowered.rpartition("/")[2], _without_split(lowered)):
        found = known.get(_UNSPOKEN.sub("", form))
        if found is not None:
            return found
    return None


def plain_dataset(name: str) -> str:
    """Return a data set's name for comparing: the vocabulary's where it has it, else letters and digits alone."""
    found = benchmark_of(name)
    return found.name if found else _UNSPOKEN.sub("", name.lower().rpartition("/")[2])


def plain_split(name: str) -> str:
    """Return a split's name for comparing: `dev`, `val` and `validation` are one."""
    return _SPLITS.get(name.strip().lower(), name.strip().lower())


def _without_split(name: str) -> str:
    words = name.split()
    while len(words) > 1 and words[-1].strip("()") in {*_SPLITS, "set"}:
        words.pop()
    return " ".join(words)


@functools.cache
def _metrics() -> dict[str, Metric]:
    found: dict[str, Metric] = {}
    for name, held in _read("metrics.json")["metrics"].items():
        metric = Metric(
            name, held["kind"], held["scale"], held["low"], held["top"], held["higher"], held.get("source", "")
        )
        for known in (name, *held["names"]):
            found.setdefault(known, metric)
            # "Inception score" without its second word is a network's name.
            canonical = canonical_metric(known)
            if is_metric(known) or " " in canonical:
                found.setdefault(canonical, metric)
    found.pop("", None)
    return found


@functools.cache
def _benchmarks() -> dict[str, Benchmark]:
    found: dict[str, Benchmark] = {}
    for name, held in _read("benchmarks.json")["datasets"].items():
        benchmark = Benchmark(name, held["hub"], held["splits"])
        for known in (name, *held["names"]):
            found.setdefault(_UNSPOKEN.sub("", known.lower()), benchmark)
    return found


def _read(name: str) -> dict[str, Any]:
    data = importlib.resources.files("weighbridge.facts").joinpath("data", name).read_bytes()
    parsed: dict[str, Any] = msgspec.json.decode(data)
    return parsed
