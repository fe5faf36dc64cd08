from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weighbridge.errors import SourceError
from weighbridge.model import Depth, Origin, RepoFile
from weighbridge.sources.record import RecordRepository

TODAY = {
    "id": "acme/tiny",
    "sha": "a" * 40,
    "siblings": [
        {"rfilename": "model.bin", "size": 9, "blobId": "b" * 40, "lfs": {"sha256": "C" * 64, "size": 9}},
        {"rfilename": "README.md", "size": 5, "blobId": "d" * 40},
    ],
}


def test_todays_shape() -> None:
    repository = RecordRepository(TODAY)
    assert (repository.ref.origin, repository.ref.name, repository.ref.commit) == (Origin.RECORD, "acme/tiny", "a" * 40)
    assert repository.files == (
        RepoFile("README.md", 5, None, "d" * 40),
        RepoFile("model.bin", 9, "c" * 64, "b" * 40, is_lfs=True),
    )
    assert repository.record is TODAY
    assert repository.deepest is Depth.METADATA


def test_the_shape_of_2022() -> None:
    repository = RecordRepository({"modelId": "acme/old", "siblings": ["b.bin", "a.txt"]})
    assert repository.ref.name == "acme/old"
    assert [file.path for file in repository.files or ()] == ["a.txt", "b.bin"]


def test_a_record_without_a_listing_has_none() -> None:
    assert RecordRepository({"id": "x"}).files is None


@pytest.mark.parametrize(
    "repository", [RecordRepository({"id": "x", "card": "# Ö"}), RecordRepository({"id": "x"}, "# Ö")]
)
def test_a_card_in_the_record_can_be_read(repository: RecordRepository) -> None:
    assert repository.read("README.md") == "# Ö".encode()
    assert repository.deepest is Depth.CARD
    with pytest.raises(SourceError):
        repository.open("config.json")


def test_a_card_beside_a_listing_that_lacks_it_is_listed() -> None:
    repository = RecordRepository({"id": "x", "siblings": ["a.bin"], "card": "# X"})
    assert [file.path for file in repository.files or ()] == ["README.md", "a.bin"]


def test_there_is_no_history() -> None:
    with pytest.raises(SourceError):
        RecordRepository(TODAY).commits()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=10,
)
KEYS = st.sampled_from(["id", "modelId", "sha", "siblings", "card", "rfilename", "size", "lfs", "blobId", "sha256"])


@settings(max_examples=40)
@given(st.dictionaries(KEYS, JSON | st.lists(JSON | st.dictionaries(KEYS, JSON))))
def test_no_record_is_too_strange(record: dict[str, Any]) -> None:
    repository = RecordRepository(record)
    for file in repository.files or ():
        assert isinstance(file.path, str)
        assert file.size is None or (type(file.size) is int and file.size >= 0)
    assert isinstance(repository.ref.name, str)


def test_equal_listings_are_one_tuple_whatever_their_shape() -> None:
    plain = RecordRepository({"siblings": ["b", "a", "b"]}).files
    assert plain is RecordRepository({"siblings": ["b", "a", "b"]}).files
    assert plain == RecordRepository({"siblings": [{"rfilename": "b"}, {"rfilename": "a"}]}).files
    assert plain == (RepoFile("a"), RepoFile("b"))


def test_a_listing_that_tells_more_than_names_keeps_it() -> None:
    told = RecordRepository({"siblings": [{"rfilename": "a", "size": 3}, {"rfilename": 5}, 7, None, "b"]}).files
    assert told == (RepoFile("a", 3), RepoFile("b"))
