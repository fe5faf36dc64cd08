import hypothesis.strategies as st
from hypothesis import given

from weighbridge.facts.card import CardFile, card_of
from weighbridge.facts.phrases import Places, lowered
from weighbridge.facts.prose import lines_with

WORDS = ("a", "ab", "aba", "b a", "batch size", "size", "ß", "ü x", "±", "\\pm")
TEXT = st.text(alphabet="ab size±ßüx\\pm\ntchİ🤗", max_size=60)


@given(TEXT)
def test_every_place_of_a_phrase_is_found_overlapping_ones_too(text: str) -> None:
    places = Places(text)
    assert places.among(WORDS) == [word for word in WORDS if word in text]
    for word in WORDS:
        assert places.of(word) == [at for at in range(len(text)) if text.startswith(word, at)]


@given(st.text(alphabet="aAİßΣ\n", max_size=20))
def test_lower_case_keeps_places(text: str) -> None:
    assert len(lowered(text)) == len(text)


def test_a_phrase_over_a_line_end_is_mentioned_but_stands_on_no_line() -> None:
    card = card_of(CardFile("README.md", "It has a batch\nsize of 8.\n\n```\nbatch size\n```\n\nBatch size: 8"))
    assert card.mentions("batch size") == 1
    assert [line.number for line in lines_with(card, ("batch size",))] == [8]
