"""Names and shapes against labelled real ones: naming elements, what names tell of, and architectures told from tensor shapes.

    python -m benchmarks.naming [--quick]

The peer is a plain random forest on the shapes as they stand. Planted renamings claim another family, drawn at random from the others.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import os
import random
import time
from collections import Counter
from pathlib import Path

import msgspec

from weighbridge.registry.families import LEAST, Shapes, forest, matrix, odd_ones, read_dimensions
from weighbridge.registry.naming import category_of, elements_of

DATA = Path(os.environ.get("WEIGHBRIDGE_DATA", Path(__file__).parents[2] / "shared")) / "data" / "naming"
_LETTERS = {
    "architecture": "A", "size": "S", "task": "T", "version": "V", "parameters": "P", "language": "L", "dataset": "D",
    "tuning": "F", "training": "R", "characteristic": "C", "layers": "NH",
}  # fmt: skip
_CATEGORIES = {
    "I": "implementation", "A": "application", "T": "application", "IA": "both", "IT": "both", "O": "other",
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="names only")
    arguments = parser.parse_args()
    if not DATA.is_dir():
        print(f"no labelled names at {DATA}: set WEIGHBRIDGE_DATA")
        return
    elements()
    categories()
    if not arguments.quick:
        models = read_dimensions(DATA / "dimension-vectors-7133.json.gz")
        families(models)
        renamings(models)


def elements() -> None:
    """Hold the elements found against those that a language model labelled: useful, not truth."""
    with gzip.open(DATA / "name-elements-labelled.json.gz") as file:
        labelled = json.load(file)
    begun = time.process_time()
    found = {name: {element.kind for element in elements_of(name)} for name in labelled}
    took = (time.process_time() - begun) / len(labelled) * 1e6
    print(f"elements of {len(labelled):,} names, {took:.0f} µs each")
    for kind, letters in _LETTERS.items():
        there = {name for name, held in labelled.items() if set(letters) & set(held)}
        told = {name for name, held in found.items() if kind in held}
        both = len(there & told)
        print(
            f"  {kind:<15} labelled {len(there):>5}  precision {both / len(told):.2f}  recall {both / len(there):.2f}"
        )


def categories() -> None:
    """Hold what names tell of against two researchers, where both agree."""
    with (DATA / "name-category-two-raters.csv").open(encoding="utf-8") as file:
        rows = [(row[0], *(_CATEGORIES.get(cell.strip()) for cell in row[1:3])) for row in list(csv.reader(file))[1:]]
    rated = [row for row in rows if row[1] and row[2]]
    agreed = [row for row in rated if row[1] == row[2]]
    ours = [(row[1], category_of(elements_of(row[0]))) for row in agreed]
    print(
        f"what names tell of: as both raters say in {sum(a == b for a, b in ours)} of {len(ours)} names, kappa {kappa(ours):.2f}; ",
        end="",
    )
    print(f"the raters with each other kappa {kappa([(row[1], row[2]) for row in rated]):.2f}")


def kappa(pairs: list[tuple[str | None, str | None]]) -> float:
    """Cohen's kappa."""
    total = len(pairs)
    first, second = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    chance = sum(first[kind] * second[kind] for kind in first) / total**2
    return (sum(a == b for a, b in pairs) / total - chance) / (1 - chance)


def families(models: list[Shapes]) -> None:
    """Tell families from shapes: 80 % to learn from, 20 % to be told, ours beside a plain forest, over five splits."""
    import numpy as np
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.model_selection import train_test_split

    sizes = Counter(model.family for model in models)
    judged = [model for model in models if sizes[model.family] >= LEAST]
    claimed = np.asarray([model.family for model in judged])
    ours = matrix(judged)
    plain = DictVectorizer(sparse=True, dtype=np.float32).fit_transform([model.counts for model in judged]).tocsr()
    plain.indices, plain.indptr = plain.indices.astype(np.int32), plain.indptr.astype(np.int32)
    right: dict[str, list[float]] = {"weighbridge": [], "plain random forest": []}
    for seed in range(5):
        learnt, told = train_test_split(np.arange(len(judged)), test_size=0.2, random_state=seed, stratify=claimed)
        for name, features in zip(right, (ours, plain), strict=True):
            classifier = forest().fit(features[learnt], claimed[learnt])
            right[name].append(float((classifier.predict(features[told]) == claimed[told]).mean()))
    print(f"families of {len(judged):,} models ({len(set(claimed))} families)")
    for name, shares in right.items():
        print(f"  {name:<20} {np.mean(shares):.1%} ({min(shares):.1%} to {max(shares):.1%})")
    groups: dict[str, Counter[str]] = {}
    for model in judged:
        groups.setdefault(json.dumps(sorted(model.counts.items())), Counter())[model.family] += 1
    print(
        f"  no classifier can tell more than {sum(max(held.values()) for held in groups.values()) / len(judged):.1%}: equal shapes"
    )


def renamings(models: list[Shapes], share: float = 0.05) -> None:
    """Plant models under another family's name, and count those that are told odd."""
    sizes = Counter(model.family for model in models)
    judged = [model for model in models if sizes[model.family] >= LEAST]
    names = sorted({model.family for model in judged})
    for seed in range(3):
        chance = random.Random(seed)
        planted = {
            model.id: chance.choice([n for n in names if n != model.family])
            for model in judged
            if chance.random() < share
        }
        renamed = [msgspec.structs.replace(m, family=planted.get(m.id, m.family)) for m in judged]
        odd = {found.id for found in odd_ones(renamed).odd}
        found = len(odd & planted.keys())
        print(
            f"planted renamings: {found} of {len(planted)} told ({found / len(planted):.3f}), "
            f"{len(odd - planted.keys())} others told odd ({len(odd - planted.keys()) / (len(judged) - len(planted)):.2%})"
        )


if __name__ == "__main__":
    main()
