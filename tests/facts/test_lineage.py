"""Ancestors, training data, papers and source repositories."""

from __future__ import annotations

import json

import pytest
from hypothesis import given

from tests.facts.strategies import VALUES, texts
from tests.support import facts_of
from weighbridge.facts.engine import Gap
from weighbridge.facts.ids import dataset_of, is_model_id, model_of
from weighbridge.facts.lineage import Lineage
from weighbridge.model import Depth

TRAINER = """---
base_model: distilbert-base-uncased
datasets:
- imdb
- my private data
---
# out

This model is a fine-tuned version of [distilbert-base-uncased](https://huggingface.co/distilbert-base-uncased) on the imdb dataset.
It achieves the following results on the evaluation set:
"""


def lineage_of(card: str = "", **files: str) -> Lineage:
    named = {name.replace("__", "."): text for name, text in files.items()}
    return facts_of({"README.md": card, **named}, depth=Depth.CARD).need(Lineage)


def test_a_trainer_card() -> None:
    lineage = lineage_of(TRAINER)
    assert [(p.name, p.relation, p.where and p.where.line) for p in lineage.parents] == [
        ("distilbert-base-uncased", "", 2),
        ("distilbert-base-uncased", "finetune", 9),
    ]
    assert [(d.name, d.is_id) for d in lineage.datasets] == [
        ("imdb", True),
        ("my private data", False),
        ("imdb", False),
    ]


@pytest.mark.parametrize(
    ("sentence", "parents"),
    [
        ("GGUF format model files for [Meta's Llama](https://huggingface.co/meta-llama/Llama-2-7b).", [("meta-llama/Llama-2-7b", "quantized")]),
        ("- **Original model:** [Llama](https://huggingface.co/meta-llama/Llama-2-7b)", [("meta-llama/Llama-2-7b", "")]),
        ("This is a LoRA adapter for [x](https://huggingface.co/a/b).", [("a/b", "adapter")]),
        ("- **Finetuned from model [optional]:** a/b", [("a/b", "finetune")]),
        ("fine-tuned version of `org/name`.", [("org/name", "finetune")]),
        ("A fine-tuned version of BERT.", []),
        ("Merge of [x](https://huggingface.co/a/b) and y", [("a/b", "merge")]),
        ("We used the pretrained [`a/b`](https://huggingface.co/a/b) model.", [("a/b", "")]),
        ("See also [x](https://huggingface.co/a/b).", []),
        ("Fine-tuned from X. Compare [y](https://huggingface.co/a/b)", []),
        ("a fine-tuned version of [me](https://huggingface.co/acme/model)", []),
        ("based on [docs](https://huggingface.co/docs/transformers)", []),
    ],
)  # fmt: skip
def test_sentences(sentence: str, parents: list[tuple[str, str]]) -> None:
    assert [(p.name, p.relation) for p in lineage_of(sentence).parents] == parents


def test_configurations() -> None:
    files = {
        "README.md": "",
        "config.json": json.dumps({"_name_or_path": "roberta-base"}),
        "adapter_config.json": json.dumps({"base_model_name_or_path": "meta-llama/Llama-2-7b", "revision": "abc"}),
        "mergekit_config.yml": "merge_method: slerp\nbase_model: a/b\nslices:\n- sources:\n  - model: a/b\n  - model: c/d+e/lora\n",
    }
    parents = facts_of(files, depth=Depth.CARD).need(Lineage).parents
    assert [(p.name, p.relation, p.revision) for p in parents] == [
        ("meta-llama/Llama-2-7b", "adapter", "abc"),
        ("a/b", "merge", ""),
        ("c/d", "merge", ""),
        ("roberta-base", "", ""),
    ]


@pytest.mark.parametrize(
    "path", ["/home/me/bert", "./out", "output/bert", "acme/model", "results/checkpoint-500", "C:\\x"]
)
def test_local_paths_and_the_own_name_are_no_parents(path: str) -> None:
    assert lineage_of(config__json=json.dumps({"_name_or_path": path})).parents == ()


def test_a_merge_configuration_in_the_card() -> None:
    card = "```yaml\nmodels:\n  - model: a/b\n  - model: c/d\nmerge_method: ties\n```\n"
    assert [(p.name, p.relation) for p in lineage_of(card).parents] == [("a/b", "merge"), ("c/d", "merge")]


def test_papers_repositories_and_bibtex() -> None:
    card = """
    [paper](https://arxiv.org/abs/1810.04805v2) and https://doi.org/10.18653/v1/N19-1423.
    [code](https://github.com/acme/model/tree/v1#readme) with https://github.com/huggingface/transformers
    ![badge](https://github.com/acme/badge/x.svg) DOI https://doi.org/10.57967/hf/0001

    ```bibtex
    @misc{x, eprint={2106.09685}}
    ```
    """.replace("\n    ", "\n")
    lineage = lineage_of(card)
    assert lineage.papers == ("1810.04805", "2106.09685", "10.18653/v1/n19-1423")
    assert lineage.repositories == ("https://github.com/acme/model",)
    assert lineage.has_bibtex


def test_what_tables_link_is_not_the_models_own() -> None:
    card = "|data|paper|\n|--|--|\n|[x](https://github.com/a/data)|https://arxiv.org/abs/1904.06472|\n"
    assert (lineage_of(card).papers, lineage_of(card).repositories) == ((), ())


def test_a_record_alone() -> None:
    tags = ["base_model:a/b", "base_model:quantized:a/b", "dataset:imdb", "arxiv:1810.04805"]
    lineage = facts_of({}, {"id": "x/y", "tags": tags, "cardData": {}}, depth=Depth.METADATA).need(Lineage)
    assert [(p.name, p.relation) for p in lineage.parents] == [("a/b", "quantized")]
    assert [d.name for d in lineage.datasets] == ["imdb"]
    assert lineage.papers == ("1810.04805",)


def test_nothing_to_read_is_a_gap() -> None:
    assert isinstance(facts_of({}, depth=Depth.METADATA).get(Lineage), Gap)


def test_links_to_pages() -> None:
    assert model_of("https://huggingface.co/a/b/tree/main") == "a/b"
    assert model_of("https://huggingface.co/google") == ""
    assert dataset_of("https://huggingface.co/datasets/squad/viewer") == "squad"
    assert dataset_of("https://hf.co/datasets/a/b") == "a/b"
    assert not is_model_id("models/bert")


@given(
    texts(
        "fine-tuned version of ",
        "](https://huggingface.co/",
        " on the ",
        " dataset",
        "base model: ",
        "```yaml\nmerge_method: x\n",
    )
)
def test_any_text_is_read(text: str) -> None:
    assert not isinstance(facts_of({"README.md": text}, depth=Depth.CARD).get(Lineage), Gap)


@given(VALUES, VALUES)
def test_any_front_matter_is_read(base: object, data: object) -> None:
    record = {
        "id": "a/b",
        "tags": base,
        "cardData": {"base_model": base, "base_model_relation": data, "datasets": data},
    }
    assert not isinstance(facts_of({}, record, depth=Depth.METADATA).get(Lineage), Gap)


@given(VALUES)
def test_any_configuration_is_read(value: object) -> None:
    files = {
        "adapter_config.json": json.dumps({"base_model_name_or_path": value, "revision": value}),
        "config.json": json.dumps({"_name_or_path": value}),
        "mergekit_config.yml": json.dumps({"models": value, "base_model": value}),
    }
    assert not isinstance(facts_of(files, depth=Depth.CARD).get(Lineage), Gap)


def test_a_picture_kept_in_a_dataset_is_no_training_data() -> None:
    badge = "https://huggingface.co/datasets/huggingface/badges/resolve/main/demo.svg"
    card = f"[![Demo]({badge})](https://acme.example) and [data](https://huggingface.co/datasets/acme/corpus)\n"
    assert [dataset.name for dataset in lineage_of(card).datasets] == ["acme/corpus"]
