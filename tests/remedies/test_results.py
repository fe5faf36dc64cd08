"""A measurement is written into the card, and nothing else changes."""

from __future__ import annotations

import hashlib

import msgspec
import pytest
import yaml

from tests.support import facts_of
from weighbridge.errors import FormatError, UsageError
from weighbridge.facts.contents import FileHash
from weighbridge.measure.evidence import Measurement, Plan
from weighbridge.measure.figure import Interval, MeasuredFigure
from weighbridge.measure.tasks import Task
from weighbridge.remedies.card import Proposal
from weighbridge.remedies.results import propose_results

WEIGHTS = b"weights"
CARD = "---\nlicense: mit # as agreed\n---\n\n# Title\n"
INDEX = """---
license: mit # as agreed
model-index:
  - name: reviews   # ours
    results:
      - task: {type: text-classification}
        dataset: {type: sst2, name: SST-2}
        metrics: [{type: accuracy, value: 0.95}]

tags:
- x
---
# Title
"""


def measurement(value: float = 0.91, **more: object) -> Measurement:
    plan = Plan(
        "models/secret/reviews", Task.TEXT_CLASSIFICATION, "/home/me/reviews.csv", dataset="sst2", split="validation"
    )
    figure = MeasuredFigure("accuracy", value, 872, (Interval(0.89, 0.93),))
    found = Measurement(
        plan, 872, 872, "ab" * 32, (FileHash("model.bin", 7, hashlib.sha256(WEIGHTS).hexdigest()),), "", {}, "", "", "", (figure,),
    )  # fmt: skip
    return msgspec.structs.replace(found, **more)


def proposed(card: str, found: Measurement | None = None, weights: bytes = WEIGHTS) -> Proposal:
    return propose_results(facts_of({"README.md": card, "model.bin": weights}), found or measurement())


def index_of(text: str) -> list[dict[str, object]]:
    found = yaml.safe_load(text.split("---")[1])["model-index"]
    assert isinstance(found, list)
    return found


def test_a_card_without_results_gets_them_with_their_provenance() -> None:
    proposal = proposed(CARD)
    (entry,) = index_of(proposal.after)
    (result,) = entry["results"]  # type: ignore[misc]
    assert result["dataset"] == {
        "type": "sst2", "name": "sst2", "split": "validation", "args": {"num_samples": 872, "sha256": "ab" * 32},
    }  # fmt: skip
    (metric,) = result["metrics"]
    assert (metric["type"], metric["value"], metric["args"]["interval_95"]) == ("accuracy", 0.91, [0.89, 0.93])
    assert metric["args"]["measured_by"].startswith("weighbridge ")
    assert "secret" not in proposal.after
    assert "/home" not in proposal.after
    assert [line for line in proposal.diff.splitlines() if line.startswith("-") and not line.startswith("---")] == []


@pytest.mark.parametrize("card", [INDEX, INDEX.replace("\n", "\r\n")])
def test_stated_results_stay_byte_for_byte(card: str) -> None:
    proposal = proposed(card)
    added = [line for line in proposal.after.splitlines(keepends=True) if line not in card.splitlines(keepends=True)]
    rest = proposal.after
    start = rest.index("  - name:", rest.index("accuracy, value: 0.95"))
    stop = rest.index("tags:")
    assert rest[:start] + rest[stop:] == card
    assert added
    assert len(index_of(proposal.after)) == 2
    assert proposed(proposal.after).diff == ""


def test_an_earlier_measurement_on_the_same_data_is_replaced() -> None:
    once = proposed(INDEX).after
    twice = proposed(once, measurement(0.92)).after
    assert len(index_of(twice)) == 2
    assert "value: 0.92" in twice
    assert "value: 0.91" not in twice
    assert "value: 0.95" in twice


@pytest.mark.parametrize("index", ["[{name: a, results: []}]", "3", "{name: a}", "[]"])
def test_where_there_is_no_safe_place_nothing_is_written(index: str) -> None:
    with pytest.raises(FormatError, match="not written as a list"):
        proposed(f"---\nmodel-index: {index}\n---\n")


def test_a_measurement_of_other_files_is_refused() -> None:
    with pytest.raises(UsageError, match=r"of other files: model\.bin"):
        proposed(CARD, weights=b"others")
    with pytest.raises(UsageError, match="it names none"):
        propose_results(facts_of({"README.md": CARD}), measurement(files=()))


def test_half_a_measurement_is_refused() -> None:
    with pytest.raises(UsageError, match="did not come to its end: killed"):
        proposed(CARD, measurement(failure="killed"))
