from __future__ import annotations

import json
import struct

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.payloads import safetensors, weights
from tests.support import facts_of
from weighbridge.checks.security.no_row_stands_out import no_row_stands_out
from weighbridge.facts.rows import kind_of, standing_out
from weighbridge.model import Confidence, Depth, Severity, State, Tensor, Verdict

ROWS, COLUMNS = 200, 32
WORDS, HEAD = "embeddings.word_embeddings.weight", "classifier.weight"


def table(rows: int = ROWS, **scaled: float) -> bytes:
    """A trained table, some of whose rows are made longer: `r7=4.0`."""
    numbers = list(struct.unpack(f"<{rows * COLUMNS}f", weights(rows * COLUMNS)))
    for name, factor in scaled.items():
        at = int(name[1:]) * COLUMNS
        numbers[at : at + COLUMNS] = [number * factor for number in numbers[at : at + COLUMNS]]
    return struct.pack(f"<{rows * COLUMNS}f", *numbers)


def judged(name: str, data: bytes, **more: str) -> Verdict:
    file = safetensors({name: ("F32", (len(data) // 4 // COLUMNS, COLUMNS), data)})
    facts = facts_of({"model.safetensors": file} | {key.replace("_json", ".json"): text for key, text in more.items()})
    return no_row_stands_out.judge(facts)[0]


@pytest.mark.parametrize("name", [WORDS, HEAD])
def test_ordinary_rows(name: str) -> None:
    verdict = judged(name, table())
    assert (verdict.state, "200 rows" in verdict.message) == (State.VERIFIED, True)


@pytest.mark.parametrize("name", [WORDS, HEAD])
def test_a_long_row_is_a_suspicion(name: str) -> None:
    verdict = judged(name, table(r7=6.0))
    assert (verdict.state, verdict.severity, verdict.confidence) == (State.CONTRADICTED, Severity.LOW, Confidence.LOW)
    assert "row 7" in verdict.message
    assert "no proof" in verdict.message


def test_the_token_is_named() -> None:
    vocabulary = {"model": {"vocab": {f"t{n}": n for n in range(ROWS)}}, "added_tokens": [{"id": 7, "content": "cf"}]}
    assert "'cf'" in judged(WORDS, table(r7=6.0), tokenizer_json=json.dumps(vocabulary)).message


def test_a_broken_tokenizer_costs_the_name_alone() -> None:
    assert "row 7 of" in judged(WORDS, table(r7=6.0), tokenizer_json="{").message


def test_short_rows_are_ordinary() -> None:
    assert judged(WORDS, table(r7=0.01, r8=0.0)).state is State.VERIFIED


def test_classes_without_weights_or_with_those_of_another() -> None:
    data = table(r7=0.0)
    again = data[: COLUMNS * 4] + data[: COLUMNS * 4] + data[COLUMNS * 8 :]
    assert "2 of 200 classes" in judged(HEAD, again).message
    assert judged(WORDS, again).state is State.VERIFIED


@pytest.mark.parametrize("name", ["embeddings.position_embeddings.weight", "layer.0.dense.weight", "wte.bias"])
def test_other_tensors_are_not_asked_about(name: str) -> None:
    assert judged(name, table(r7=6.0)).state is State.NOT_APPLICABLE


@pytest.mark.parametrize(("name", "kind"), [("model.embed_tokens.weight", "embedding"), ("_fc.weight", "head"),
                                            ("transformer.wte.weight", "embedding"), ("conv1.weight", "")])  # fmt: skip
def test_kinds_by_name(name: str, kind: str) -> None:
    assert kind_of(Tensor(name, (1000, 64), "F32", 256_000)) == kind
    assert kind_of(Tensor(name, (1000, 64), "F32", 1)) == ""


@example([1.0] * 4 + [1e308] + [0.5] * 5)
@example([5e-324] * 9 + [1.7e308])
@given(st.lists(st.floats().map(abs), max_size=50))
def test_no_lengths_break_it(lengths: list[float]) -> None:
    highest, rows = standing_out(lengths)
    assert highest >= 0 or not rows


def test_what_was_not_read_is_an_open_question() -> None:
    assert (no_row_stands_out.function(None).state, no_row_stands_out.function(None).depth) == (
        State.UNKNOWN,
        Depth.FULL,
    )
