"""How well performance claims are found: against excerpts of real cards that were labelled by hand.

    python -m benchmarks.claims              # precision and recall for tables and prose, tuned-on and held-out documents apart
    python -m benchmarks.claims --misses     # what was missed or wrongly found among the documents that it was tuned on

The excerpts are parts of READMEs and model cards that PyPI packages ship, all under the MIT or Apache licences, each named with
package and version in `benchmarks/data/claims/excerpts.json`. A third, told by a hash of its name, is held out: `--misses` never
shows it. A figure is found when line, value and metric are right; whether its model was told apart from others is counted too.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from benchmarks import card_metadata
from weighbridge.facts.card import Card, CardFile, card_of
from weighbridge.facts.claims_prose import claims_in_prose
from weighbridge.facts.claims_tables import claims_in_tables
from weighbridge.facts.figures import PerformanceClaim, canonical_metric
from weighbridge.facts.metrics import metric_of

DATA = Path(__file__).parent / "data" / "claims"
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_DURATION = re.compile(r"(?:(\d+)\s?(?:m|min)\s?)(\d+(?:\.\d+)?)\s?(?:s|sec)\b|^(\d+):(\d\d)$")


class Figure(NamedTuple):
    """What makes a claimed figure the same one."""

    line: int
    metric: str
    value: float


class Document(NamedTuple):
    """A document's labels and what was found in it, tables and prose apart; `named` counts figures of another model."""

    name: str
    is_held_out: bool
    wanted: dict[str, Counter[Figure]]
    found: dict[str, Counter[Figure]]
    named: tuple[int, int]


def documents() -> Iterator[Document]:
    labels = yaml.safe_load((DATA / "labels.yaml").read_text(encoding="utf-8"))
    for held in json.loads((DATA / "excerpts.json").read_text(encoding="utf-8")):
        card = card_of(CardFile("README.md", held["text"]))
        own = held["name"].rpartition("/")[2]
        wanted: dict[str, Counter[Figure]] = {"table": Counter(), "prose": Counter()}
        subjects: dict[Figure, bool | None] = {}
        for label in labels[held["id"]]:
            for figure, is_named in labelled(card, label, own):
                wanted["table" if "table" in label else "prose"][figure] += 1
                subjects[figure] = is_named
        told = {"table": claims_in_tables(card, own), "prose": claims_in_prose(card)}
        found = {kind: Counter(map(figure_of, claims)) for kind, claims in told.items()}
        hits = [claim for claim in told["table"] if subjects.get(figure_of(claim)) is not None]
        right = sum(bool(claim.model) == subjects[figure_of(claim)] for claim in hits)
        yield Document(held["id"], is_held_out(held["id"]), wanted, found, (right, len(hits)))


def is_held_out(name: str) -> bool:
    """A third of the documents, whatever their number."""
    return int(hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest(), 16) % 3 == 0


def labelled(card: Card, label: dict[str, Any], own: str) -> Iterator[tuple[Figure, bool | None]]:
    """Yield the figures that one label stands for, and whether each is another model's; None for a variant of this one."""
    if "prose" in label:
        yield Figure(label["prose"], plain(str(label["metric"])), float(label["value"])), None
        return
    table = next(table for table in card.tables if table.line == label["table"])
    for number, row in enumerate(table.rows):
        if number not in label.get("rows", range(len(table.rows))):
            continue
        model = label.get("model")
        for column, metrics in label["columns"].items():
            names = metrics if isinstance(metrics, list) else [metrics]
            if "metric" in label:
                names = [row[label["metric"]]]
            for name, value in zip(names, numbers(row[column], len(names)), strict=False):
                cell = table.header[column] if model == "header" else row[model] if model is not None else ""
                yield Figure(table.line + 2 + number, plain(name), value), is_other(cell, own, model)


def is_other(cell: str, own: str, model: int | str | None) -> bool | None:
    named, this = ("".join(filter(str.isalnum, text.lower())) for text in (cell, own))
    return False if model is None else None if (this and this in named) or (named and named in this) else True


def numbers(cell: str, count: int) -> list[float]:
    """Return the first numbers of a cell; a duration is one number, of seconds."""
    duration = _DURATION.search(cell.strip())
    if duration:
        minutes, seconds = duration[1] or duration[3], duration[2] or duration[4]
        return [60 * float(minutes) + float(seconds)]
    return [float(number) for number in _NUMBER.findall(cell.replace(",", ""))[:count]]


def figure_of(claim: PerformanceClaim) -> Figure:
    return Figure((claim.where.line or 0) if claim.where else 0, plain(claim.metric), claim.value)


def plain(metric: str) -> str:
    known = metric_of(metric)
    return known.name if known else canonical_metric(metric)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--misses", action="store_true", help="list what was missed or wrongly found, held-out documents aside"
    )
    options = parser.parse_args()
    found = list(documents())
    print(
        f"{len(found)} documents, {sum(bool(sum(d.wanted.values(), Counter())) for d in found)} of them with claims\n"
    )
    print(f"{'':32}{'labelled':>9}{'found':>7}{'right':>7}{'precision':>11}{'recall':>8}{'by document':>24}")
    for part, is_held in (("tuned on", False), ("held out", True)):
        for kind in ("table", "prose"):
            row([d for d in found if d.is_held_out == is_held], kind, f"{kind}, {part}")
    for part, is_held in (("tuned on", False), ("held out", True)):
        pairs = [d.named for d in found if d.is_held_out == is_held]
        right, all_of = sum(p[0] for p in pairs), sum(p[1] for p in pairs)
        print(f"this model's or another's, {part}: right for {right} of {all_of} figures found")
    if options.misses:
        for document in found:
            if not document.is_held_out and document.named[0] < document.named[1]:
                print(f"model  {document.name}: right for {document.named[0]} of {document.named[1]}")
        misses([d for d in found if not d.is_held_out])
    card_metadata.main()


def row(found: list[Document], kind: str, label: str) -> None:
    wanted = sum(sum(d.wanted[kind].values()) for d in found)
    told = sum(sum(d.found[kind].values()) for d in found)
    right = sum(sum((d.wanted[kind] & d.found[kind]).values()) for d in found)
    precisions = [
        sum((d.wanted[kind] & d.found[kind]).values()) / n for d in found if (n := sum(d.found[kind].values()))
    ]
    recalls = [sum((d.wanted[kind] & d.found[kind]).values()) / n for d in found if (n := sum(d.wanted[kind].values()))]
    mean = f"{_mean(precisions):.3f} / {_mean(recalls):.3f}"
    print(
        f"{label:32}{wanted:>9}{told:>7}{right:>7}{right / max(1, told):>11.3f}{right / max(1, wanted):>8.3f}{mean:>24}"
    )


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def misses(found: list[Document]) -> None:
    for document in found:
        for kind in ("table", "prose"):
            missed = document.wanted[kind] - document.found[kind]
            wrong = document.found[kind] - document.wanted[kind]
            for label, figures in (("missed", missed), ("wrong", wrong)):
                if figures:
                    shown = ", ".join(f"{f.line}: {f.metric or '?'} {f.value:g}" for f in sorted(figures)[:8])
                    print(f"{label:7}{kind:6} {document.name}: {sum(figures.values())} ({shown})")


if __name__ == "__main__":
    main()
