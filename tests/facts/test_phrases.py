import sys

import hypothesis.strategies as st
import pytest
from hypothesis import given

from weighbridge.facts import phrases
from weighbridge.facts.card import CardFile, card_of
from weighbridge.facts.phrases import TEXTS, Places, lowered, occurrences
from weighbridge.facts.prose import lines_with

WORDS = ("a", "ab", "aba", "b a", "batch size", "size", "ß", "ü x", "±", "\\pm")
TEXT = st.text(alphabet="ab size±ßüx\\pm\ntchİ🤗", max_size=60)


@pytest.fixture(autouse=True)
def vocabulary(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phrases, "_VOCABULARY", phrases._Vocabulary())


def learn() -> None:
    """Read as many texts as it takes to search for all phrases at once."""
    for _ in range(TEXTS):
        Places("some text").among(WORDS)


@given(TEXT)
def test_many_at_once_are_found_where_each_alone_is(text: str) -> None:
    alone = Places(text)
    learn()
    together = Places(text)
    assert together._learnt
    assert together.among(WORDS) == alone.among(WORDS) == [word for word in WORDS if word in text]
    for word in WORDS:
        assert together.of(word) == alone.of(word) == occurrences(text, word)


def test_phrases_that_were_never_asked_for_are_found_too() -> None:
    learn()
    assert Places("a new phrase").among(("new phrase", "old phrase")) == ["new phrase"]


def test_answers_are_the_same_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ahocorasick_rs", None)
    learn()
    places = Places("the batch size is 8")
    assert not places._learnt
    assert places.among(WORDS) == ["a", "batch size", "size"]


def test_very_long_texts_are_searched_phrase_by_phrase() -> None:
    learn()
    places = Places("size " * phrases.TEXT_LENGTH)
    assert not places._learnt
    assert places.among(WORDS) == ["size"]


def test_phrases_beyond_the_limit_are_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phrases, "VOCABULARY_LIMIT", 3)
    learn()
    assert Places("size").among(("size",)) == ["size"]
    assert len(phrases._VOCABULARY._phrases) <= 3


@given(st.text(alphabet="aAİßΣ\n", max_size=20))
def test_lower_case_keeps_places(text: str) -> None:
    assert len(lowered(text)) == len(text)


def test_a_phrase_over_a_line_end_is_mentioned_but_stands_on_no_line() -> None:
    card = card_of(CardFile("README.md", "It has a batch\nsize of 8.\n\n```\nbatch size\n```\n\nBatch size: 8"))
    assert card.mentions("batch size") == 1
    assert [line.number for line in lines_with(card, ("batch size",))] == [8]
