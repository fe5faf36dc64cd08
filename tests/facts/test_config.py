from __future__ import annotations

import contextlib
import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import facts_of
from weighbridge.errors import FormatError, LimitExceeded
from weighbridge.facts.config import SIZE_LIMIT, Config
from weighbridge.facts.engine import Gap
from weighbridge.facts.jsontext import parse_json
from weighbridge.model import Depth, Location


def config_of(files: dict[str, bytes | str], **options: object) -> Config:
    config = facts_of(files, **options).get(Config)  # type: ignore[arg-type]
    assert isinstance(config, Config)
    return config


def test_the_main_document_and_its_values() -> None:
    config = config_of(
        {"config.json": '{"model_type": "bert", "architectures": ["B"], "n": 5}', "1_Pooling/config.json": "{}"}
    )
    assert (config.model_type, config.architectures, config.number("x", "n")) == ("bert", ("B",), 5)
    assert list(config.documents) == ["1_Pooling/config.json", "config.json"]
    assert config.where("n") == Location("config.json", pointer="/n")


@pytest.mark.parametrize(
    ("paths", "main"),
    [
        (["adapter_config.json"], "adapter_config.json"),
        (["model_index.json", "unet/config.json"], "model_index.json"),
        (["pkg/model/config.json"], "pkg/model/config.json"),
        (["mergekit_config.yml", "config.json"], "config.json"),
        (["tokenizer_config.json"], ""),
        ([], ""),
    ],
)
def test_which_document_is_the_main_one(paths: list[str], main: str) -> None:
    assert config_of(dict.fromkeys(paths, '{"model_type": "x"}')).main.path == main


def test_nested_text_configurations_count() -> None:
    assert (
        config_of({"config.json": '{"text_config": {"vocab_size": 9}, "vocab_size": true}'}).number("vocab_size") == 9
    )


@pytest.mark.parametrize(
    "data", [b"{", b"\xff{}", b"[" * 500_000, b'{"a": ' + b"9" * 5000 + b"}", b"x" * (SIZE_LIMIT + 1)]
)
def test_a_broken_document_says_why(data: bytes) -> None:
    document = config_of({"config.json": data}).documents["config.json"]
    assert document.value is None
    assert document.problem is not None
    assert document.mapping() == {}


def test_doubts_are_told() -> None:
    document = config_of({"config.json": '{"a": 1, "a": 2, "b": NaN, "c": -Infinity}'}).main
    assert len(document.doubts) == 3
    assert document.mapping()["a"] == 2
    assert math.isnan(document.mapping()["b"])


def test_the_record_answers_a_shallow_look() -> None:
    record = {"id": "a/b", "config": {"model_type": "bert"}}
    config = config_of({"config.json": "{}"}, record=record, depth=Depth.METADATA)
    assert (config.model_type, config.is_partial) == ("bert", True)
    assert not config_of({"config.json": "{}"}, record=record).is_partial
    assert config_of({}, record=record, listed=["config.json"]).is_partial


def test_gaps() -> None:
    shallow = facts_of({"config.json": "{}"}, {"id": "a/b"}, depth=Depth.METADATA).get(Config)
    assert isinstance(shallow, Gap)
    assert shallow.depth is Depth.CARD
    assert isinstance(facts_of({}, listed=["config.json"]).get(Config), Gap)


@pytest.mark.parametrize("text", ['"\\ud800"', '"\\udc00x"', '"\\ud800\\ud800"', '["\\uD83D\\uDE00"]', '"\\\\ud800"'])
def test_no_half_characters_come_out(text: str) -> None:
    value = parse_json(text.encode()).value
    json.dumps(value, ensure_ascii=False).encode()


def test_whole_pairs_stay_whole() -> None:
    assert parse_json(b'"\\ud83d\\ude00"').value == "\U0001f600"


def test_nesting_has_a_limit() -> None:
    parse_json(b"[" * 60 + b"]" * 60)
    with pytest.raises(LimitExceeded):
        parse_json(b"[" * 80 + b"]" * 80)


@given(st.binary(max_size=100) | st.text(alphabet='{}[]":,\\u0dDe19. ntf', max_size=60).map(str.encode))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with contextlib.suppress(FormatError):
        parse_json(data)


def test_a_record_with_half_a_surrogate_pair_is_read() -> None:
    record = {"id": "a/b", "config": {"model_type": "bert\ud800"}}
    assert config_of({}, record=record, depth=Depth.METADATA).model_type == "bert\ud800"
