"""What somebody wants, in words: each phrase understood, or told not to be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weighbridge.errors import UsageError
from weighbridge.registry.wanted import Wanted, understand


def kinds(wanted: Wanted) -> list[tuple[str, tuple[str, ...]]]:
    return [(condition.kind, condition.values) for condition in wanted.conditions]


def bounds(text: str) -> tuple[str, float | None, float | None]:
    (condition,) = understand(text).conditions
    return condition.kind, condition.low, condition.high


def test_phrases_with_commas_or_without() -> None:
    parted = understand("sentence similarity, German, < 500 MB, commercial use")
    assert [c.kind for c in parted.conditions] == ["task", "language", "size", "permission"]
    assert [c.text for c in parted.conditions] == ["sentence similarity", "German", "< 500 MB", "commercial use"]
    run_on = understand("a German model for sentence similarity under 500 MB for commercial use")
    assert sorted(kinds(run_on)) == sorted(kinds(parted))
    assert parted.unclear == run_on.unclear == ()


@pytest.mark.parametrize(
    ("text", "kind", "low", "high"),
    [
        ("< 500 MB", "size", None, 500e6),
        ("at most 2 GiB", "size", None, 2 * 1024**3),
        ("1,5 GB or more", "size", 1.5e9, None),
        ("500 mb", "size", None, 500e6),
        ("under 1B parameters", "parameters", None, 1e9),
        (">= 100 million params", "parameters", 100e6, None),
        ("over 10k downloads", "downloads", 10_000, None),
        ("10k+ downloads", "downloads", 10_000, None),
        ("at least 50 likes", "likes", 50, None),
        ("3 likes or fewer", "likes", None, 3),
        ("10,000 downloads", "downloads", 10_000, None),
    ],
)
def test_numbers(text: str, kind: str, low: float | None, high: float | None) -> None:
    assert bounds(text) == (kind, low, high)


def test_a_size_in_parameters_alone_is_meant_about() -> None:
    kind, low, high = bounds("7B")
    assert kind == "parameters"
    assert low is not None
    assert high is not None
    assert low < 6.74e9 < 7.62e9 < high < 8.1e9


def test_not_turns_a_phrase_round() -> None:
    assert understand("no pickle").conditions[0].is_negated
    assert understand("not llama").conditions[0].told == "not: architecture llama"
    # Phrases that begin with the word themselves mean what they say.
    assert not understand("non-commercial").conditions[0].is_negated
    assert understand("not gated").conditions[0].told == "access asks for no consent"


def test_or_makes_a_choice_of_one_kind_and_is_unclear_between_others() -> None:
    assert kinds(understand("German or French")) == [("language", ("de", "fr"))]
    assert kinds(understand("German, French")) == [("language", ("de",)), ("language", ("fr",))]
    assert [u.text for u in understand("German or 3 GB").unclear] == ["or"]
    assert [u.text for u in understand("German or").unclear] == ["or"]


def test_a_model_has_one_task_and_so_several_are_a_choice() -> None:
    assert kinds(understand("ner, translation")) == [("task", ("token-classification", "translation"))]


def test_names_are_taken_as_they_stand() -> None:
    assert kinds(understand("based on google/bert-x, trained on imdb, by acme, updated since 2024-05")) == [
        ("parent", ("google/bert-x",)), ("dataset", ("imdb",)), ("owner", ("acme",)), ("changed", ("2024-05-01",)),
    ]  # fmt: skip


def test_what_is_not_understood_is_told_with_the_nearest() -> None:
    wanted = understand("Germn, fluffy, ner")
    assert [(u.text, u.nearest) for u in wanted.unclear] == [("Germn", "german"), ("fluffy", "")]


def test_nothing_understood_is_an_error() -> None:
    with pytest.raises(UsageError, match="nothing of"):
        understand("the fluffy")
    with pytest.raises(UsageError, match="1000 characters"):
        understand("ner " * 1000)


@given(st.text(max_size=200))
def test_every_word_is_understood_or_told(text: str) -> None:
    try:
        wanted = understand(f"ner, {text}")
    except UsageError:
        return
    told = " ".join([*(c.text for c in wanted.conditions), *(u.text for u in wanted.unclear), *wanted.passed_over])
    for word in text.replace(",", " ").replace(";", " ").split():
        assert word in told or word.lower() == "or"
