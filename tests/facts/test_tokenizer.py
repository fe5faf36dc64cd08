from __future__ import annotations

import datetime
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import facts_of
from weighbridge.facts.engine import Gap
from weighbridge.facts.history import COMMIT_LIMIT, History
from weighbridge.facts.tokenizer import Tokenizer
from weighbridge.model import Commit


def tokenizer_of(files: dict[str, bytes | str]) -> Tokenizer:
    tokenizer = facts_of(files).get(Tokenizer)
    assert isinstance(tokenizer, Tokenizer)
    return tokenizer


@pytest.mark.parametrize(
    ("files", "size", "path"),
    [
        (
            {"tokenizer.json": '{"model": {"vocab": {"a": 0, "b": 1}}, "added_tokens": [{"id": 1}, {"id": 7}]}'},
            3,
            "tokenizer.json",
        ),
        ({"tokenizer.json": '{"model": {"type": "Unigram", "vocab": [["a", -1.5], ["b", -2]]}}'}, 2, "tokenizer.json"),
        ({"vocab.txt": "a\nb\nc\n"}, 3, "vocab.txt"),
        ({"vocab.txt": "a\nb\nc", "added_tokens.json": '{"x": 3}'}, 4, "vocab.txt"),
        ({"vocab.json": '{"a": 0, "b": 1}', "merges.txt": ""}, 2, "vocab.json"),
        ({"tokenizer/vocab.json": '{"a": 0}'}, 1, "tokenizer/vocab.json"),
        ({"pkg/data/vocab.txt": "a\n"}, 1, "pkg/data/vocab.txt"),
        ({"spiece.model": b"\x00"}, None, ""),
        ({"config.json": "{}"}, None, ""),
    ],
)
def test_vocabularies(files: dict[str, bytes | str], size: int | None, path: str) -> None:
    tokenizer = tokenizer_of(files)
    assert (tokenizer.vocabulary, tokenizer.vocabulary_path) == (size, path)


def test_settings() -> None:
    settings = {
        "model_max_length": 512,
        "tokenizer_class": "BertTokenizer",
        "pad_token": {"content": "[PAD]"},
        "unk_token": None,
    }
    tokenizer = tokenizer_of(
        {"tokenizer_config.json": json.dumps(settings), "special_tokens_map.json": '{"cls_token": "[CLS]"}'}
    )
    assert (tokenizer.max_length, tokenizer.class_name, tokenizer.path) == (
        512,
        "BertTokenizer",
        "tokenizer_config.json",
    )
    assert tokenizer.special_tokens == {"cls_token": "[CLS]", "pad_token": "[PAD]"}


@pytest.mark.parametrize("length", [1e30, 1000000000000000019884624838656, -1, True, "512", None])
def test_no_length_is_none(length: object) -> None:
    assert tokenizer_of({"tokenizer_config.json": json.dumps({"model_max_length": length})}).max_length is None


def test_templates_in_every_place() -> None:
    named = [{"name": "tool", "template": "T"}, {"name": "default", "template": "D"}, 5]
    tokenizer = tokenizer_of(
        {"tokenizer_config.json": json.dumps({"chat_template": named}), "additional_chat_templates/x.jinja": "X"}
    )
    assert tokenizer.templates == {
        "additional_chat_templates/x.jinja": "X",
        "tokenizer_config.json#/chat_template/1/template": "D",
        "tokenizer_config.json#/chat_template/0/template": "T",
    }
    files: dict[str, bytes | str] = {
        "tokenizer_config.json": '{"chat_template": "A"}',
        "chat_template.jinja": "B",
        "chat_template.json": "[",
    }
    tokenizer = tokenizer_of(files)
    assert (tokenizer.template, tokenizer.template_path) == ("B", "chat_template.jinja")
    assert tokenizer.problems


def test_broken_files_are_problems_and_absent_ones_gaps() -> None:
    assert tokenizer_of({"tokenizer.json": "{", "tokenizer_config.json": "["}).problems
    assert isinstance(facts_of({}, listed=["tokenizer.json"]).get(Tokenizer), Gap)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_told(data: bytes) -> None:
    tokenizer_of({"tokenizer.json": data, "tokenizer_config.json": data, "special_tokens_map.json": data})
    tokenizer_of({"vocab.json": data, "vocab.txt": data, "added_tokens.json": data})


def commit(number: int) -> Commit:
    date = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC) + datetime.timedelta(hours=number)
    return Commit(f"{number:040x}", date, (f"author{number % 3}",), "change")


def test_history_newest_first() -> None:
    history = facts_of({}, commits=[commit(1), commit(3), commit(2)]).get(History)
    assert isinstance(history, History)
    assert [int(c.id, 16) for c in history.commits] == [3, 2, 1]
    assert history.authors == ("author0", "author1", "author2")
    assert history.is_complete


def test_a_long_history_is_cut_and_says_so() -> None:
    history = facts_of({}, commits=[commit(n) for n in range(COMMIT_LIMIT + 5)]).get(History)
    assert isinstance(history, History)
    assert len(history.commits) == COMMIT_LIMIT
    assert not history.is_complete


def test_no_history_is_a_gap() -> None:
    assert isinstance(facts_of({}).get(History), Gap)
