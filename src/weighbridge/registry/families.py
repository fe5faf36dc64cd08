"""Families of architectures told from the shapes that a model computes with, and models whose claimed family their shapes deny.

    odd_ones(read_dimensions(Path("dimension-vectors.json.gz")))

After DARA (Jiang et al., 2025): a classifier learns from the registry's own models which shapes go with which architecture, each model
judged by what was learnt from the others. A model is odd where hardly any model with such shapes claims its family.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from weighbridge.errors import FormatError, LimitExceeded, SourceError, UsageError

# The families of an architecture's name: `BertForMaskedLM` is of `Bert`.
_FAMILY = re.compile("For|Model|LMHead")
_NUMBER = re.compile(r"-?\d{1,18}")
_MOST_BYTES = 1024**3
# Families with fewer models teach nothing.
LEAST = 10
_FOLDS = 5
_TREES = 150
# Below this share of trees a claimed family is denied; chosen on planted renamings for few false alarms.
THRESHOLD = 0.02


class Shapes(msgspec.Struct, frozen=True):
    """A model, the family that it claims, and how often it computes with a tensor of each shape."""

    id: str
    family: str
    counts: dict[str, int]


class Odd(msgspec.Struct, frozen=True):
    """A model whose shapes deny the family that it claims: how likely that is, and which is the likeliest."""

    id: str
    claimed: str
    probability: float
    likeliest: str


class Judged(msgspec.Struct, frozen=True):
    """How many models of how many families were judged, how often the likeliest was the one claimed, and the odd ones."""

    models: int
    families: int
    accuracy: float
    left_out: int
    odd: tuple[Odd, ...]


def family_of(architecture: str) -> str:
    """Return the family that an architecture's class is of."""
    return _FAMILY.split(architecture)[0]


def read_dimensions(path: Path) -> list[Shapes]:
    """Return the models of a file of dimension vectors: architecture, then id, then how often each shape occurs."""
    data = _read(path)
    try:
        found = msgspec.json.decode(data, type=dict[str, dict[str, dict[str, int]]])
    except (msgspec.DecodeError, RecursionError) as error:
        raise FormatError(
            f"{path} holds no dimension vectors: {error}",
            where=str(path),
            hint='Expected: {"BertModel": {"owner/name": {"[1, 12, 768]": 148}}}.',
        ) from None
    models = [Shapes(name, family_of(kind), counts) for kind, held in found.items() for name, counts in held.items()]
    return sorted(models, key=lambda model: (model.id, model.family))


def _read(path: Path) -> bytes:
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            data: bytes = file.read(_MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError(f"{path} cannot be read: {error}") from None
    if len(data) > _MOST_BYTES:
        raise LimitExceeded(f"{path} has more than {_MOST_BYTES:,} bytes", where=str(path))
    return data


def odd_ones(models: Sequence[Shapes], threshold: float = THRESHOLD) -> Judged:
    """Return the models whose shapes deny their family, the least likely first. Raises `UsageError` where too few can be judged."""
    import numpy as np

    judged, likely, names = _likelihoods(models)
    place = {name: number for number, name in enumerate(names)}
    own = likely[np.arange(len(judged)), [place[model.family] for model in judged]]
    best = likely.argmax(axis=1)
    odd = [
        Odd(model.id, model.family, float(share), names[first])
        for model, share, first in zip(judged, own, best.tolist(), strict=True)
        if share < threshold
    ]
    right = sum(model.family == names[first] for model, first in zip(judged, best.tolist(), strict=True))
    ordered = tuple(sorted(odd, key=lambda found: (found.probability, found.id)))
    return Judged(len(judged), len(names), right / len(judged), len(models) - len(judged), ordered)


def _likelihoods(models: Sequence[Shapes]) -> tuple[list[Shapes], Any, list[str]]:
    """Return what the others make of each model: for every family the share of trees that vote for it."""
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    sizes = Counter(model.family for model in models)
    judged = [model for model in models if sizes[model.family] >= LEAST]
    if len({model.family for model in judged}) < 2:
        raise UsageError(
            f"too few models to learn from: fewer than two families with {LEAST}",
            hint="Give the vectors of more models.",
        )
    claimed = [model.family for model in judged]
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=0)
    likely = cross_val_predict(forest(), matrix(judged), claimed, cv=folds, method="predict_proba")
    return judged, likely, sorted(set(claimed))


def forest() -> Any:
    """Return the classifier, not yet trained."""
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(_TREES, random_state=0)


def matrix(models: Sequence[Shapes]) -> Any:
    """Return the models' features as a sparse matrix."""
    import numpy as np
    from sklearn.feature_extraction import DictVectorizer

    found = DictVectorizer(dtype=np.float32).fit_transform([features(model.counts) for model in models]).tocsr()
    found.indices, found.indptr = found.indices.astype(np.int32), found.indptr.astype(np.int32)
    return found


def features(counts: Mapping[str, int]) -> dict[str, float]:
    """Return how often each shape occurs, the input's length made the same for all, and what the counts have in common."""
    shapes = {shape: tuple(_NUMBER.findall(shape)) for shape in counts}
    length = _length(shapes)
    found: dict[str, float] = {"length": float(length or 0), "shapes": len(shapes), "all": float(sum(counts.values()))}
    for shape, sizes in shapes.items():
        told = ",".join("L" if size == length else size for size in sizes)
        for key in (f"shape {told}", f"rank {len(sizes)}"):
            found[key] = found.get(key, 0.0) + counts[shape]
    for place, count in enumerate(sorted(counts.values(), reverse=True)[:12]):
        found[f"most {place}"] = float(count)
    return found


def _length(shapes: Mapping[str, tuple[str, ...]]) -> str | None:
    """Return the length of the input that was traced: the number beside the batch that occurs in most shapes."""
    occurring = Counter(size for sizes in shapes.values() for size in set(sizes) if size != "1")
    beside = {sizes[1] for sizes in shapes.values() if len(sizes) == 2 and sizes[0] == "1" and sizes[1] != "1"}
    squares = {sizes[-1] for sizes in shapes.values() if len(sizes) > 1 and sizes[-1] == sizes[-2]}
    alone = {sizes[0] for sizes in shapes.values() if len(sizes) == 1}
    found = beside & (squares | alone)
    return max(sorted(found), key=lambda size: occurring[size]) if found else None
