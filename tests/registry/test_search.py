"""Models that fit: every condition over real tables, three-valued, ranked, with reasons."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytest.importorskip("duckdb")

from tests.registry.conftest import DAY, take
from tests.registry.test_lineage import EXAMPLE
from weighbridge.registry import Dataset, open_dataset
from weighbridge.registry.importing import Report
from weighbridge.registry.search import Found, search
from weighbridge.registry.store import created, opened
from weighbridge.registry.wanted import understand

Take = Callable[..., Report]


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dataset]:
    store = created(tmp_path_factory.mktemp("search") / "hub")
    take(store, EXAMPLE)
    return open_dataset(store.folder)


def found(dataset: Dataset, text: str, **options: object) -> Found:
    return search(dataset, understand(text), **options)  # type: ignore[arg-type]


def ids(dataset: Dataset, text: str, **options: object) -> list[str]:
    return [hit.id for hit in found(dataset, text, **options).hits]


def test_the_example(dataset: Dataset) -> None:
    answer = found(dataset, "sentence similarity, German, < 500 MB, commercial use")
    assert [hit.id for hit in answer.hits] == [
        "lab/multilingual-minilm", "acme/german-sbert", "startup/de-search", "startup/de-search-onnx",
    ]  # fmt: skip
    assert answer.hits[1].reasons == (
        "task sentence-similarity", "language de", "436.0 MB, by its tensors", "mit: the licence allows commercial use",
    )  # fmt: skip
    assert [(fit.fits, fit.unknown) for fit in answer.conditions] == [(6, 0), (8, 0), (14, 1), (18, 2)]


def test_a_hit_whose_base_forbids_what_was_asked_says_so(dataset: Dataset) -> None:
    hits = {hit.id: hit.warnings for hit in found(dataset, "German, commercial use").hits}
    assert "CC-BY-NC-4.0 forbids commercial use" in hits["startup/de-search"][0]
    assert hits["acme/german-sbert"] == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gguf", ["nobody/egg"]),
        ("German, onnx", ["acme/german-sbert", "startup/de-search-onnx"]),
        ("sentence similarity, no safetensors", ["lab/german-e5-small", "startup/de-search-onnx"]),
        ("based on google-bert/bert-base-german-cased, sbert", ["acme/german-sbert"]),
        ("trained on IMDB", ["acme/reviews-bert"]),
        ("lora", ["acme/reviews-bert-lora"]),
        ("by deepset", ["deepset/gbert-large"]),
        ("non-commercial", ["lab/german-e5-small"]),
        ("popular, base model, English", ["google-bert/bert-base-uncased"]),
        ("over 600 likes, < 200M parameters, fill mask", ["google-bert/bert-base-uncased"]),
        ("7B, llama", ["nobody/ouroboros"]),
        ("llama, not safetensors, not gguf", ["nobody/orphan-7b"]),
        ("peft", ["acme/reviews-bert-lora"]),
        ("quantised, German or French", ["startup/de-search-onnx"]),
        ("German, large", []),
    ],
)
def test_each_kind_of_condition(dataset: Dataset, text: str, expected: list[str]) -> None:
    assert ids(dataset, text) == expected


def test_not_telling_is_not_fitting_and_is_counted(dataset: Dataset) -> None:
    answer = found(dataset, "roberta or llama, < 3 GB")
    assert answer.undecided > 0
    listed = found(dataset, "roberta or llama, < 3 GB", with_unknown=True, limit=100)
    assert len(listed.hits) == answer.matches + answer.undecided
    assert [bool(hit.unknown) for hit in listed.hits] == sorted(bool(hit.unknown) for hit in listed.hits)


def test_what_a_repository_stores_in_all_shows_only_that_weights_are_small(take_records: Take, tmp_path: Path) -> None:
    take_records({"id": "a/x", "usedStorage": 800_000_000})
    dataset = open_dataset(tmp_path / "hub")
    assert ids(dataset, "< 1 GB") == ["a/x"]
    for asked in ("< 500 MB", "> 500 MB"):
        assert (found(dataset, asked).matches, found(dataset, asked).undecided) == (0, 1)


def test_sizes_are_those_of_the_smallest_format(take_records: Take, tmp_path: Path) -> None:
    files = [("a.gguf", 900), ("b.gguf", 300), ("model.safetensors", 2000), ("pytorch_model.bin", 2100)]
    take_records({"id": "a/x", "siblings": [{"rfilename": name, "size": size} for name, size in files]})
    (hit,) = found(open_dataset(tmp_path / "hub"), "< 1 GB").hits
    assert (hit.bytes, hit.reasons) == (300, ("0.0 MB, by its files",))


def test_a_multilingual_model_does_not_tell_about_german(take_records: Take, tmp_path: Path) -> None:
    take_records(
        {"id": "a/x", "cardData": {"language": ["multilingual"]}}, {"id": "b/y", "cardData": {"language": "fr"}}
    )
    answer = found(open_dataset(tmp_path / "hub"), "German", with_unknown=True)
    assert [hit.id for hit in answer.hits] == ["a/x"]


def test_scores_rank_once_there_are_some(take_records: Take, tmp_path: Path) -> None:
    from weighbridge.checks.catalogue import CHECKS
    from weighbridge.registry.measuring import measure, processes

    good = {"license": "mit", "language": "de", "library_name": "transformers", "pipeline_tag": "fill-mask"}
    take_records(
        {"id": "a/bare", "downloads": 900, "cardData": {"language": "de"}, "siblings": [{"rfilename": "pytorch_model.bin"}]},
        {"id": "b/good", "downloads": 5, "cardData": good, "siblings": [{"rfilename": "model.safetensors"}]},
    )  # fmt: skip
    folder = tmp_path / "hub"
    assert ids(open_dataset(folder), "German") == ["a/bare", "b/good"]
    measure(opened(folder), DAY, CHECKS, engine=processes(1))
    dataset = open_dataset(folder)
    assert ids(dataset, "German", attributes=["licence"]) == ["b/good", "a/bare"]
    assert ids(dataset, "German", order="downloads") == ["a/bare", "b/good"]
    assert found(dataset, "German").is_scored


def test_values_are_no_statements(dataset: Dataset) -> None:
    assert ids(dataset, "German, by ' or 1=1 --", limit=3) is not None
    assert ids(dataset, "by {0}' , ner") == []
