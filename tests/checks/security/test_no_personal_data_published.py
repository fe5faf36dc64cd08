from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import facts_of
from weighbridge.checks.security.no_personal_data_published import no_personal_data_published
from weighbridge.facts.personal import FILE_BYTES, masked, personal_in
from weighbridge.model import Depth, Severity, State, Verdict

# Numbers from the standards' own examples and from test plans: nobody's.
CARD, IBAN, CPF, DNI = "4111 1111 1111 1111", "GB82 WEST 1234 5698 7654 32", "529.982.247-25", "12345678Z"


def judged(text: str, path: str = "data/people.csv") -> Verdict:
    return no_personal_data_published.judge(facts_of({path: text, "README.md": "ann@uni.edu " * 9}))[0]


def people(count: int) -> str:
    return "name,mail\n" + "".join(f"Person {n},person{n}@mail{n}.org\n" for n in range(count))


@pytest.mark.parametrize("path", ["people.csv", "x.jsonl", "data/notes.txt", "a/train/rows.json"])
def test_a_list_of_people(path: str) -> None:
    verdict = judged(people(6), path)
    assert verdict.state is State.CONTRADICTED
    assert "6 of the kind e-mail address" in verdict.message
    assert "person0@" not in str(verdict)


@pytest.mark.parametrize("value", ["4012 8888 8888 1881", IBAN, CPF, DNI])
def test_one_number_is_enough(value: str) -> None:
    assert judged(f"id,number\n1,{value}\n").state is State.CONTRADICTED
    broken = value[:-1] + ("A" if value[-1].isalpha() else str((int(value[-1]) + 1) % 10))
    assert judged(f"id,number\n1,{broken}\n").state is State.VERIFIED


@pytest.mark.parametrize(
    "text",
    [
        people(4),
        "user@example.com\n" * 9,
        CARD,
        "0.123,4.5e-3,12345678,99\n" * 50,
        "+1 202 555 0143\n" * 9,
        "a@b @c d@",
    ],
)
def test_what_is_nobody_in_particular(text: str) -> None:
    assert judged(text).state is State.VERIFIED


@pytest.mark.parametrize("path", ["vocab.txt", "config.json", "README.md", "contacts.md", "model.py"])
def test_other_files_are_not_asked(path: str) -> None:
    assert judged(people(9), path).state is State.NOT_APPLICABLE


def test_what_was_not_read_is_an_open_question() -> None:
    assert judged("x\n" * FILE_BYTES).state is State.UNKNOWN
    outcome = no_personal_data_published.function(None)
    assert (outcome.state, outcome.depth, outcome.severity) == (State.UNKNOWN, Depth.FULL, Severity.LOW)


def test_values_are_shown_in_part() -> None:
    assert masked("ann@uni.edu") == "an… (11 characters)"
    assert [line for _, _, line in personal_in(f"\n\n{IBAN}")] == [3]


@given(st.text(max_size=300))
def test_no_text_breaks_it(text: str) -> None:
    list(personal_in(text))


@pytest.mark.parametrize("text", ["a" * 100_000, "a.a" * 50_000 + "@", "+1 22 " * 30_000, "AA11 AAAA " * 20_000])
def test_no_text_costs_much(text: str) -> None:
    begun = time.process_time()
    list(personal_in(text))
    assert time.process_time() - begun < 5
