"""Card metadata, field by field, against labels made by hand, beside a language model's extraction of the same cards.

    python -m benchmarks.card_metadata

Labels and extraction are the PeaTMOSS artifact's (Apache-2.0); `WEIGHBRIDGE_DATA` names the folder that holds them. The cards' texts are
not part of the artifact: what the registry's records of August 2022 copy of a card's front matter is all that can be read, so that
fields which stand in running text only (base model, parameters, hyperparameters, evaluation) cannot be scored.
"""

from __future__ import annotations

import datetime
import gzip
import json
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from weighbridge.facts.catalogue import READERS
from weighbridge.facts.claims import PerformanceClaims
from weighbridge.facts.engine import Facts
from weighbridge.facts.licence import Licence
from weighbridge.facts.lineage import Lineage
from weighbridge.facts.registry import Registry
from weighbridge.model import Depth
from weighbridge.sources.record import RecordRepository

FIELDS = ("task", "frameworks", "datasets", "licence", "evaluation")
_FRAMEWORKS = {
    "transformers": "transformers", "pytorch": "pytorch", "jax": "jax", "tf": "tensorflow", "tensorflow": "tensorflow", "rust": "rust",
    "diffusers": "diffusers", "timm": "timm", "safetensors": "safetensors", "sentence-transformers": "sentencetransformers",
    "onnx": "onnx", "keras": "keras", "coreml": "coreml",
}  # fmt: skip
_NUMBER = re.compile(r"\d+\.\d+")


def main() -> None:
    folder = Path(os.environ.get("WEIGHBRIDGE_DATA", Path(__file__).parents[2] / "shared")) / "data"
    if folder.is_dir():
        report(folder)
    else:
        print("no labelled card metadata here: WEIGHBRIDGE_DATA names the folder")


def report(folder: Path) -> None:
    labels = json.loads((folder / "peatmoss" / "card-metadata-labelled.json").read_text(encoding="utf-8"))
    with gzip.open(folder / "peatmoss" / "card-metadata-extracted-500.json.gz", "rt", encoding="utf-8") as file:
        extracted = json.load(file)
    records = {name: record for name, record in _records(folder / "icse23") if name in labels}
    wanted = {name: _labelled(label) for name, label in labels.items()}
    ours = {name: _ours(record) for name, record in records.items()}
    theirs = {name: _labelled(extracted[name]) for name in labels if isinstance(extracted.get(name), dict)}
    both = {name for name in ours if name in theirs}
    print(
        f"\ncard metadata: {len(labels)} labelled models, {len(ours)} of them with a registry's record (no card texts), "
        f"{len(theirs)} with the language model's extraction, {len(both)} with both\n"
    )
    print(f"{'field':12}{'weighbridge, all its records':>32}{'on both':>22}{'language model, all':>24}{'on both':>22}")
    for field in FIELDS:
        cells = (
            _scored(field, ours, wanted, ours), _scored(field, ours, wanted, both),
            _scored(field, theirs, wanted, theirs), _scored(field, theirs, wanted, both),
        )  # fmt: skip
        print(f"{field:12}{cells[0]:>32}{cells[1]:>22}{cells[2]:>24}{cells[3]:>22}")
    print(
        "each: precision / recall (values labelled); a value counts where it is the label's, give or take signs and owner"
    )


def _records(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for name in ("hub-records-2022.jsonl.gz", "hub-top1000-2022.jsonl.gz"):
        with gzip.open(folder / name, "rt", encoding="utf-8") as file:
            for line in file:
                record = json.loads(line)
                yield record.get("modelId") or record["id"], record


def _ours(record: dict[str, Any]) -> dict[str, set[str]]:
    facts = Facts(RecordRepository(record), READERS, depth=Depth.METADATA, as_of=datetime.date(2022, 8, 31))
    registry, lineage = facts.maybe(Registry), facts.maybe(Lineage)
    licence, claims = facts.maybe(Licence), facts.maybe(PerformanceClaims)
    return {
        "task": _plain([registry.task]) if registry else set(),
        "frameworks": {_FRAMEWORKS[tag] for tag in (*registry.tags, registry.library) if tag in _FRAMEWORKS} if registry else set(),
        "datasets": _plain(use.name for use in lineage.datasets) if lineage else set(),
        "licence": _plain(term.identifier for term in licence.named) if licence else set(),
        "evaluation": {f"{claim.value:.2f}" for claim in claims.claims} if claims else set(),
    }  # fmt: skip


def _labelled(label: dict[str, Any]) -> dict[str, set[str]]:
    return {
        "task": _plain([str(label.get("model_tasks", ""))]),
        "frameworks": {_FRAMEWORKS.get(name.lower().replace(" ", "-"), _bare(name)) for name in label.get("frameworks") or []},
        "datasets": _plain(map(str, label.get("datasets") or [])),
        "licence": _plain([str(label.get("license", ""))]),
        "evaluation": {f"{float(number):.2f}" for number in _NUMBER.findall(json.dumps(label.get("evaluation")))},
    }  # fmt: skip


def _plain(values: Iterable[str]) -> set[str]:
    return {bare for value in values if (bare := _bare(value))}


def _bare(value: str) -> str:
    return re.sub(r"[^a-z0-9]", "", value.partition("[")[0].rstrip("/").rpartition("/")[2].lower())


def _scored(field: str, found: dict[str, Any], wanted: dict[str, Any], names: Iterable[str]) -> str:
    listed = list(names)
    labelled = sum(len(wanted[name][field]) for name in listed)
    told = sum(len(found[name][field]) for name in listed)
    right = sum(len(wanted[name][field] & found[name][field]) for name in listed)
    return f"{right / told if told else 0:.2f} / {right / labelled if labelled else 0:.2f} ({labelled})"


if __name__ == "__main__":
    main()
