from __future__ import annotations

import contextlib
import math
import time
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from weighbridge.errors import FormatError, LimitExceeded
from weighbridge.facts.yamltext import _parsed, _simple, parse_yaml


def told(text: str) -> str:
    return "; ".join(problem.message for problem in parse_yaml(text).problems)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: x", {"a": "x"}),
        ("a:\n- x\n- y", {"a": ["x", "y"]}),
        ("a:\n  - x\n  - y", {"a": ["x", "y"]}),
        ("a: [1, 2.5, true, null, ~, -3]", {"a": [1, 2.5, True, None, None, -3]}),
        ("a: 2020-01-01\nb: 2020-01-01T10:00:00Z", {"a": "2020-01-01", "b": "2020-01-01T10:00:00Z"}),
        ("a: 1e-5\nb: 1.5E+3\nc: .5\nd: 5.", {"a": 1e-5, "b": 1500.0, "c": 0.5, "d": 5.0}),
        ("a: 1.0.0\nb: 1_000\nc: 0x1F\nd: 0o17", {"a": "1.0.0", "b": 1000, "c": 31, "d": 15}),
        ("a: 'no'\nb: \"12:30\"\nc: '5'", {"a": "no", "b": "12:30", "c": "5"}),
        ("a:\nb: ''", {"a": None, "b": ""}),
        ("a: |\n  x\n  y\nb: >\n  p\n  q\n", {"a": "x\ny\n", "b": "p q\n"}),
        ("a: &x [1]\nb: *x", {"a": [1], "b": [1]}),
        ("d: &d {k: 1}\ne:\n  <<: *d\n  k: 2", {"d": {"k": 1}, "e": {"k": 2}}),
        ("a: !!str 5\nb: !!int '5'", {"a": "5", "b": 5}),
        ("a:\tx", {"a": "x"}),
        ("", None),
        ("just words", "just words"),
    ],
)
def test_reads_as_it_looks(text: str, value: Any) -> None:
    assert parse_yaml(text).value == value


def test_infinity_and_nan() -> None:
    value = parse_yaml("a: .inf\nb: -.INF\nc: .nan\nd: 1e999").value
    assert (value["a"], value["b"], value["d"]) == (math.inf, -math.inf, math.inf)
    assert math.isnan(value["c"])


def test_lines_of_keys_and_items() -> None:
    parsed = parse_yaml("a: 1\nb:\n- x\n- c/d: 2\n", first_line=2)
    assert parsed.lines == {"/a": 2, "/b": 3, "/b/0": 4, "/b/1": 5, "/b/1/c~1d": 5}


@pytest.mark.parametrize("word", ["no", "No", "YES", "off", "On"])
def test_what_yaml_1_1_takes_for_a_truth_stays_a_text_and_is_told(word: str) -> None:
    assert parse_yaml(f"language: {word}").value == {"language": word}
    assert "YAML 1.1" in told(f"language: {word}")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: 12:30:45", "base 60"),
        ("a: 010", "octal"),
        ("a: 1\na: 2", "stands twice"),
        ("1: x", "not a text"),
        ("a: !!python/object/apply:os.system [ls]", "make an object of its own"),
        ("a: !foo x", "make an object of its own"),
        ("a: 1\n---\nb: 2", "second document"),
    ],
)
def test_doubtful_yaml_is_told(text: str, words: str) -> None:
    assert words in told(text)


def test_a_merged_key_may_be_overridden() -> None:
    assert told("d: &d {k: 1}\ne:\n  <<: *d\n  k: 2") == ""


@pytest.mark.parametrize(
    "text", ["a: b: c", "a: [1", "a: 'x", "? [a]\n: b", "a: *b", "a: &a [*a]", "a: \x01", "\t- x: y\n z"]
)
def test_what_is_not_yaml_is_refused_with_its_line(text: str) -> None:
    with pytest.raises(FormatError) as caught:
        parse_yaml(text, first_line=7)
    assert caught.value.where.startswith("line ")


def bomb(levels: int) -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, levels)]
    return "\n".join(lines)


@pytest.mark.parametrize(
    "text",
    [
        bomb(9),
        "[" * 100_000,
        "{a: " * 60 + "1" + "}" * 60,
        "- " * 100_000,
        "x: &x " + "[" * 40 + "]" * 40 + "\ny: " + "[" * 20 + "*x" + "]" * 20,
        "a: " + "x" * 5_000_000,
        "a: [" + "1," * 600_000 + "]",
    ],
)
def test_bombs_are_refused_soon(text: str) -> None:
    started = time.process_time()
    with pytest.raises(LimitExceeded):
        parse_yaml(text)
    assert time.process_time() - started < 8


@given(st.text(alphabet=st.sampled_from("ab:-[]{}&*!|>'\"#%@`,? \n\t01~nose\\x<"), max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(FormatError):
        parse_yaml(text)


@given(st.text(max_size=80))
def test_any_unicode_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(FormatError):
        parse_yaml(text)


WORDS = st.text(alphabet="abcdefgh -_./", min_size=1, max_size=12).filter(lambda text: text.strip() == text)
PLAIN = st.recursive(
    WORDS | st.integers(0, 10**9) | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(WORDS, PLAIN, max_size=6))
def test_agrees_with_pyyaml_on_what_both_read_alike(value: dict[str, Any]) -> None:
    assert parse_yaml(yaml.safe_dump(value)).value == value


LINES = st.lists(
    st.sampled_from(
        [
            "a: x",
            "b:",
            "- x",
            "  - y z",
            "c: no",
            "- null",
            "a: y",
            "d: mit",
            "_e-f: a, b (c)",
            "",
            "true: x",
            "g: x ",
            "h:  x",
            "x",
        ]
    )
    | st.text(alphabet="ab:- .,x", max_size=8),
    max_size=8,
)


@given(LINES.map("\n".join))
def test_the_short_way_agrees_with_the_long_one(text: str) -> None:
    short = _simple(text, 3)
    if short is not None:
        assert short == _parsed(text, 3)
