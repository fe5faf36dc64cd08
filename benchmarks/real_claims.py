"""Real claims of real published models, measured on the real data that were published with them.

    python -m benchmarks.real_claims           # all of them
    python -m benchmarks.real_claims --quick   # the smallest set of texts

VADER's paper (Hutto and Gilbert, ICWSM 2014, table 4) claims a correlation with the mean of twenty people's ratings, and an F1 over three
classes, for four sets of texts. It does not say how the F1 was averaged, nor from which rating on a text counts as positive: here it is
weighted by class, and everything above nought is positive, which comes nearest. The source distribution of `vaderSentiment` 3.3.2 ships program, lexicon and ratings, so that every word can be checked. The
package is fetched from PyPI, unpacked and scanned; its program runs in the sandbox only.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import tarfile
import time
from pathlib import Path
from typing import NamedTuple

from weighbridge.facts.figures import PerformanceClaim
from weighbridge.measure.evidence import Plan
from weighbridge.measure.measuring import Bench, Subject, measure
from weighbridge.measure.sandbox import GIB, Limits
from weighbridge.measure.tasks import Task
from weighbridge.measure.verdict import Judgement

STORE = Path(__file__).parents[1] / ".models" / "vader"
PACKAGE = "vaderSentiment==3.3.2"
_SCORER = """
import importlib.util, pathlib, sys, types
sys.modules.setdefault("requests", types.ModuleType("requests"))  # for its demonstration's translations only
place = pathlib.Path(__file__).parent / "vaderSentiment-3.3.2" / "vaderSentiment" / "vaderSentiment.py"
spec = importlib.util.spec_from_file_location("vader", place)
vader = importlib.util.module_from_spec(spec)
spec.loader.exec_module(vader)
analyser = vader.SentimentIntensityAnalyzer()

def compound(texts):
    return [analyser.polarity_scores(text)["compound"] for text in texts]

def emotion(texts):
    return ["negative" if s <= -0.05 else "positive" if s >= 0.05 else "neutral" for s in compound(texts)]
"""


class Stated(NamedTuple):
    """A claim: the data's name, the file of ratings, the metric and the figure as the paper has it."""

    name: str
    file: str
    metric: str
    value: float
    text: str


CLAIMS = (
    Stated("NYT editorials", "nytEditorialSnippets", "pearson", 0.492, "0.492"),
    Stated("tweets", "tweets", "pearson", 0.881, "0.881"),
    Stated("Amazon reviews", "amazonReviewSnippets", "pearson", 0.565, "0.565"),
    Stated("movie reviews", "movieReviewSnippets", "pearson", 0.451, "0.451"),
    Stated("NYT editorials", "nytEditorialSnippets", "f1 weighted", 0.55, "0.55"),
    Stated("tweets", "tweets", "f1 weighted", 0.96, "0.96"),
    Stated("Amazon reviews", "amazonReviewSnippets", "f1 weighted", 0.63, "0.63"),
    Stated("movie reviews", "movieReviewSnippets", "f1 weighted", 0.61, "0.61"),
)


def fetched() -> Path:
    """Return the unpacked package."""
    if not (STORE / "scorer.py").exists():
        STORE.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:", "-d", str(STORE)]
        subprocess.run([*command, PACKAGE], check=True, capture_output=True)
        _unpack(next(STORE.glob("vaderSentiment-*.tar.gz")))
        _unpack(STORE / "vaderSentiment-3.3.2" / "additional_resources" / "hutto_ICWSM_2014.tar.gz")
        (STORE / "scorer.py").write_text(_SCORER, encoding="utf-8")
    return STORE


def _unpack(path: Path) -> None:
    with tarfile.open(path) as archive:
        archive.extractall(STORE, filter="data")


def table(stated: Stated) -> Path:
    """Write a set's texts with their ratings: the mean, or whether it is above or below nought."""
    is_class = stated.metric.startswith("f1")
    made = STORE / f"{stated.file}-{'class' if is_class else 'mean'}.csv"
    source = STORE / "hutto_ICWSM_2014" / f"{stated.file}_GroundTruth.txt"
    with source.open(encoding="utf-8", errors="replace") as read, made.open("w", encoding="utf-8", newline="") as write:
        writer = csv.writer(write)
        writer.writerow(["text", "label"])
        for line in read:
            parts = line.rstrip("\n").split("\t")
            if len(parts) == 3:
                mean = float(parts[1])
                emotion = "negative" if mean < 0 else "positive" if mean > 0 else "neutral"
                writer.writerow([parts[2], emotion if is_class else mean])
    return made


def weigh(stated: Stated) -> Judgement:
    """Measure, and hold the claim against the figure."""
    store = fetched()
    is_class = stated.metric.startswith("f1")
    plan = Plan(
        str(store / "vaderSentiment-3.3.2"), Task.TEXT_CLASSIFICATION if is_class else Task.TEXT_SCORING, str(table(stated)),
        runner="function", function=f"{store / 'scorer.py'}:{'emotion' if is_class else 'compound'}", batch=256, claim=1,
        is_same_data=True, is_quick=True,
    )  # fmt: skip
    decimals = len(stated.text.partition(".")[2])
    claim = PerformanceClaim(stated.metric, stated.text, stated.value, "paper", decimals=decimals, dataset=stated.name)
    evidence = STORE / "evidence" / f"{stated.file}-{stated.metric.replace(' ', '-')}"
    made = measure(plan, Subject(Path(plan.target), claim=claim), Bench(evidence, Limits(memory=4 * GIB, seconds=300)))
    if made.failure:
        raise SystemExit(made.failure)
    return made.judged[0].judgement


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="only the first claim")
    parser.add_argument("--json", type=Path, help="write the verdicts to a file")
    options = parser.parse_args()
    begun, found = time.monotonic(), []
    for stated in CLAIMS[:1] if options.quick else CLAIMS:
        verdict = weigh(stated)
        found.append({"data": stated.name, "metric": stated.metric, "claimed": stated.value, "state": verdict.state.value,
                      "measured": verdict.measured, "items": verdict.n})  # fmt: skip
        print(f"{stated.name}: {verdict.state.value}. {verdict.message}", flush=True)
    print(f"{len(found)} claims in {time.monotonic() - begun:.0f} s")
    if options.json:
        options.json.write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
