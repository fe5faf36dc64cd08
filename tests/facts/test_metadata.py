from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import facts_of
from weighbridge.facts.engine import Gap
from weighbridge.facts.frontmatter import split
from weighbridge.facts.metadata import Metadata
from weighbridge.model import Depth, Location


def metadata_of(card: bytes | str) -> Metadata:
    metadata = facts_of({"README.md": card}).get(Metadata)
    assert isinstance(metadata, Metadata)
    return metadata


def told(card: bytes | str) -> str:
    return "; ".join(problem.message for problem in metadata_of(card).problems)


def test_values_and_their_places() -> None:
    metadata = metadata_of("---\nlicense: mit\ntags:\n- a\n- b\n---\n# T\n")
    assert metadata.values == {"license": "mit", "tags": ["a", "b"]}
    assert metadata.texts("tags") == ("a", "b")
    assert metadata.where("license") == Location("README.md", line=2, pointer="/license")
    assert metadata.where("tags", 1) == Location("README.md", line=5, pointer="/tags/1")
    assert metadata.problems == ()


def test_windows_line_ends_keep_their_lines() -> None:
    metadata = metadata_of("---\r\nlicense: mit\r\ntags: [a]\r\n---\r\n# T\r\n")
    assert metadata.values == {"license": "mit", "tags": ["a"]}
    assert metadata.lines["/tags"] == 3


def test_no_card_and_no_front_matter() -> None:
    assert facts_of({"config.json": "{}"}).get(Metadata) == Metadata()
    assert metadata_of("# Title\n\n---\n\nText") == Metadata(path="README.md")
    assert metadata_of("---\n\nA rule, then text.\n") == Metadata(path="README.md")


@pytest.mark.parametrize(
    ("card", "words"),
    [
        ("\ufeff---\nlicense: mit\n---\n", "byte order mark"),
        ("\n\n---\nlicense: mit\n---\n", "first character"),
        ("---\nlicense: mit\n# Title", "never closed"),
        ("# Title\n\n---\nlicense: mit\ntags:\n- a\n---\n", "does not stand at the beginning"),
        ("---\n- a\n- b\n---\n", "not a mapping"),
        ("---\na: b: c\n---\n", "not YAML"),
        ("---\nlanguage: no\n---\n", "YAML 1.1"),
        (b"---\nlicense: \xff\xfe\n---\n", ""),
    ],
)
def test_odd_front_matter_is_told(card: bytes | str, words: str) -> None:
    assert words in told(card)


def test_norwegian_stays_norwegian() -> None:
    assert metadata_of("---\nlanguage: no\n---\n").texts("language") == ("no",)


def test_an_unparsed_front_matter_has_no_values_and_says_where() -> None:
    metadata = metadata_of("---\nlicense: mit\ntags: [a\n---\nbody")
    assert metadata.values == {}
    assert metadata.problems[0].where.startswith("line ")


def test_ten_megabytes_of_front_matter_are_refused_soon() -> None:
    started = time.process_time()
    assert "limit" in told("---\na: " + "x" * 9_000_000 + "\n---\n")
    assert time.process_time() - started < 2


def test_the_record_answers_where_the_card_may_not_be_read() -> None:
    record = {"id": "a/b", "cardData": {"license": "mit"}, "model-index": [{"name": "x"}]}
    shallow = facts_of({"README.md": "---\nlicense: apache-2.0\n---\n"}, record, depth=Depth.METADATA).get(Metadata)
    assert shallow == Metadata({"license": "mit", "model-index": [{"name": "x"}]})
    deep = facts_of({"README.md": "---\nlicense: apache-2.0\n---\n"}, record).get(Metadata)
    assert isinstance(deep, Metadata)
    assert deep.values == {"license": "apache-2.0"}


def test_a_refused_model_index_is_a_problem() -> None:
    metadata = facts_of({}, {"cardData": {}, "model-index": {"error": "bad"}}, depth=Depth.METADATA).get(Metadata)
    assert isinstance(metadata, Metadata)
    assert "bad" in metadata.problems[0].message


def test_a_record_without_a_copy_is_a_gap_unless_there_is_no_card() -> None:
    gap = facts_of({}, {"id": "a/b", "siblings": [{"rfilename": "README.md"}]}, depth=Depth.METADATA).get(Metadata)
    assert isinstance(gap, Gap)
    assert gap.depth is Depth.CARD
    assert facts_of({}, {"id": "a/b", "siblings": ["x.bin"]}, depth=Depth.METADATA).get(Metadata) == Metadata()


def test_an_unreadable_card_falls_back_to_the_record() -> None:
    metadata = facts_of({}, {"cardData": {"license": "mit"}}, listed=["README.md"]).get(Metadata)
    assert metadata == Metadata({"license": "mit"})
    assert isinstance(facts_of({}, listed=["README.md"]).get(Metadata), Gap)


@given(st.text(alphabet=st.sampled_from("-ab:\n# \ufeff\t"), max_size=80))
def test_splitting_loses_no_line(text: str) -> None:
    parts = split(text)
    assert parts.body_line >= 1
    assert text.endswith(parts.body)
    assert text.removeprefix("\ufeff").count("\n") == parts.body.count("\n") + parts.body_line - 1


@given(st.binary(max_size=200))
def test_any_bytes_after_an_opening_line_are_read_or_told(data: bytes) -> None:
    metadata_of(b"---\n" + data + b"\n---\nbody")
