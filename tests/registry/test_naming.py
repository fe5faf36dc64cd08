"""Names taken apart, measured, and those to be wary of."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("duckdb")

from hypothesis import given
from hypothesis import strategies as st

from tests.registry.conftest import DAY, take
from tests.registry.test_lineage import EXAMPLE
from weighbridge.registry import open_dataset
from weighbridge.registry.importing import Report
from weighbridge.registry.names import CONTRADICTING, names_of
from weighbridge.registry.naming import KINDS, category_of, elements_of, measure_names
from weighbridge.registry.squatting import Named, free_names, look_alikes
from weighbridge.registry.store import created


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("google-bert/bert-base-uncased", "architecture size characteristic"),
        ("distilbert-base-uncased-finetuned-sst-2-english",
         "architecture size characteristic tuning dataset dataset language"),
        ("meta-llama/Llama-2-7b-chat-hf", "architecture other parameters task format"),
        ("x/wav2vec2-large-xlsr-53-german", "architecture size architecture other language"),
        ("TheBloke/Mistral-7B-Instruct-v0.2-GPTQ", "architecture parameters task version quantisation"),
        ("x/model-Q4_K_M-gguf", "other quantisation quantisation quantisation format"),
        ("Helsinki-NLP/opus-mt-en-de", "dataset task language language"),
        ("a/BertTinyNer", "architecture size task"),
        ("a/roberta-fp16-onnx", "architecture precision format"),
        ("a/t5-10epochs-lr3", "architecture training training"),
        ("a/legalbert-2023", "architecture version"),
        ("a/my-thing", "other other"),
    ],
)  # fmt: skip
def test_words_tell_what_they_stand_for(name: str, kinds: str) -> None:
    found = " ".join(element.kind for element in elements_of(name))
    assert found == kinds


def test_what_a_name_tells_of() -> None:
    assert category_of(elements_of("bert-large")) == "implementation"
    assert category_of(elements_of("sentiment-analysis")) == "application"
    assert category_of(elements_of("bert-ner")) == "both"
    assert category_of(elements_of("my-thing")) == "other"


def test_shares_are_of_names_and_not_of_words() -> None:
    found = measure_names(["a/bert-bert-base", "b/T5_NER"])
    assert (found.names, found.elements["architecture"], found.elements["size"]) == (2, 1.0, 0.5)
    assert found.patterns == (("architecture-size", 1), ("architecture-task", 1))
    assert (found.separators["hyphen"], found.separators["underscore"], found.cases["upper"]) == (0.5, 0.5, 0.5)
    assert measure_names([]).elements["architecture"] == 0


@given(st.text(max_size=60))
def test_no_letter_is_lost(name: str) -> None:
    elements = elements_of(name)
    short = name.rpartition("/")[2]
    assert all(element.kind in KINDS and element.text in short for element in elements)
    assert sum(ch.isalnum() for e in elements for ch in e.text) == sum(ch.isalnum() for ch in short)


POPULAR = [Named("google-bert/bert-base-uncased", 900_000), Named("acme/roberta-base-squad2", 50_000)]


@pytest.mark.parametrize(
    ("name", "by"),
    [
        ("g00gle-bert/bert-base-uncased", "owner"),
        ("gogle-bert/bert-base-uncased", "owner"),
        ("someone/bert-ba5e-uncased", "name"),
        ("someone/bert-base-uncased", None),  # an honest copy
        ("someone/bert_base_uncased", None),
        ("google-bert/bert-base-unca5ed", None),  # the owner's own
        ("someone/bert-base-cased", None),
    ],
)
def test_look_alikes(name: str, by: str | None) -> None:
    found = list(look_alikes([*POPULAR, Named(name, 3)], POPULAR))
    assert [(item.id, item.popular, item.by) for item in found] == (
        [(name, "google-bert/bert-base-uncased", by)] if by else []
    )


def test_the_more_popular_one_is_no_look_alike() -> None:
    assert list(look_alikes([Named("g00gle-bert/bert-base-uncased", 10**9), *POPULAR], POPULAR)) == []


def test_free_names_are_used_by_nobody() -> None:
    popular = [*POPULAR, Named("other/bert-base-mnli", 40_000), Named("other/bert-base-imdb", 30_000)]
    found = free_names([*popular, Named("x/Roberta-base-IMDB", 1)], popular)
    assert [(free.name, free.next_to) for free in found][:2] == [
        ("roberta-base-mnli", "acme/roberta-base-squad2"), ("bert-base-squad2", "other/bert-base-mnli"),
    ]  # fmt: skip
    assert "roberta-base-imdb" not in {free.name for free in found}


def test_a_whole_registry(tmp_path: Path) -> None:
    from weighbridge.checks.catalogue import CHECKS
    from weighbridge.registry.measuring import measure, processes

    store = created(tmp_path / "hub")
    take(store, EXAMPLE)
    before = names_of(open_dataset(store.folder))
    assert not before.is_measured
    assert [(found.id, found.by) for found in before.look_alikes] == [("g00gle-bert/bert-base-uncased", "owner")]
    measure(store, DAY, tuple(check for check in CHECKS if check.code in CONTRADICTING), engine=processes(1))
    after = names_of(open_dataset(store.folder))
    assert after.is_measured
    assert [(found.id, found.code) for found in after.contradictions] == [("nobody/orphan-7b", "PV001")]
    assert {check.code for check in CHECKS} >= set(CONTRADICTING)


def test_an_empty_registry_has_no_names(take_records: Callable[..., Report], tmp_path: Path) -> None:
    take_records({"id": "a/b"})
    found = names_of(open_dataset(tmp_path / "hub"))
    assert (found.convention.names, found.popular, found.look_alikes, found.free) == (1, 0, (), ())
