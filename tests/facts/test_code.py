"""Snippets, Python files, code named by configurations, demos."""

from __future__ import annotations

import json

import pytest
from hypothesis import given

from tests.facts.strategies import VALUES, texts
from tests.support import facts_of
from weighbridge.facts.code import Code
from weighbridge.facts.engine import Gap
from weighbridge.facts.python import parse_python
from weighbridge.model import Depth


def code_of(files: dict[str, str]) -> Code:
    return facts_of(files, depth=Depth.CARD).need(Code)


@pytest.mark.parametrize(
    ("source", "models"),
    [
        ("AutoModel.from_pretrained('a/b')", ("a/b",)),
        ("m = pipeline('fill-mask', model='bert-base-uncased')", ("bert-base-uncased",)),
        ("pipeline('fill-mask', 'a/b')", ("a/b",)),
        ("name = 'a/b'\nSentenceTransformer(name)", ("a/b",)),
        ("hf_hub_download(repo_id='a/b', filename='x.bin')", ("a/b",)),
        ("timm.create_model('hf-hub:a/b')", ("a/b",)),
        ("timm.create_model('resnet50')", ()),
        ("AutoModel.from_pretrained('./out')", ()),
        ("AutoModel.from_pretrained(path)", ()),
        (">>> from x import Y\n>>> Y.from_pretrained('a/b')\nOutput(1)", ("a/b",)),
        ("!pip install x\n%matplotlib inline\nA.from_pretrained('a/b')", ("a/b",)),
        ("    A.from_pretrained('a/b')\n    x = 1", ("a/b",)),
    ],
)
def test_models_that_a_snippet_loads(source: str, models: tuple[str, ...]) -> None:
    assert parse_python(source) == parse_python(source)
    assert parse_python(source).models == models
    assert parse_python(source).problem == ""


def test_a_snippet() -> None:
    card = "\n```python\nfrom transformers import AutoModel, AutoTokenizer\nimport torch.nn as nn\nAutoModel.from_pretrained('a/b', trust_remote_code=True)\n```\n```bash\npip install x\n```\n```\nx = (\nimport y\n```\n"
    first, second, third = code_of({"README.md": card}).snippets
    assert (first.language, first.line, first.models, first.remote_code) == ("python", 3, ("a/b",), True)
    assert first.imports == ("transformers", "torch")
    assert first.names == ("AutoModel", "AutoTokenizer")
    assert (second.language, second.problem) == ("bash", "")
    assert third.problem.startswith("line ")


@pytest.mark.parametrize(
    "source",
    [
        "(" * 5000,
        "x = " + "[" * 200 + "]" * 200,
        "\0",
        "x" * 500_000,
        "def f(:",
        "'" * 3,
        "1" * 5000,
        "-" * 20_000 + "1",
    ],
)
def test_hostile_sources_are_told(source: str) -> None:
    assert parse_python(source).problem


def test_files_and_demos() -> None:
    notebook = {
        "cells": [
            {"cell_type": "code", "source": ["import gradio\n", "!pip install x"]},
            {"cell_type": "markdown", "source": "x"},
        ]
    }
    files = {
        "README.md": "---\nwidget:\n- text: x\n---\n[Space](https://huggingface.co/spaces/a/b) ![badge](https://colab.research.google.com/x.svg)\n",
        "demo.ipynb": json.dumps(notebook),
        "broken.ipynb": "[]",
        "app.py": "import streamlit as st\n",
        "modeling.py": "import torch\nfrom .x import y\n",
        "tests/test_it.py": "def test(): (",
    }
    code = code_of(files)
    assert [(f.path, f.imports, bool(f.problem)) for f in code.files] == [
        ("app.py", ("streamlit",), False),
        ("modeling.py", ("torch",), False),
        ("tests/test_it.py", (), True),
        ("broken.ipynb", (), True),
        ("demo.ipynb", ("gradio",), False),
    ]
    assert code.demos == (
        "broken.ipynb",
        "demo.ipynb",
        "app.py",
        "https://huggingface.co/spaces/a/b",
        "widget examples in the front matter",
    )
    assert code.tests == ("tests/test_it.py",)


def test_code_named_by_configurations() -> None:
    files = {
        "config.json": json.dumps({"auto_map": {"AutoModel": "modeling.X", "AutoConfig": "a/b--conf.C"}, "custom_pipelines": {"t": {"impl": "p.P"}}}),
        "tokenizer_config.json": json.dumps({"auto_map": {"AutoTokenizer": ["tok.T", None]}}),
        "modules.json": json.dumps([{"type": "sentence_transformers.models.Pooling"}, {"type": "transformers_x.Transformer"}]),
        "model_index.json": json.dumps({"unet": ["diffusers", "UNet"], "vae": ["my_vae", "VAE"]}),
    }  # fmt: skip
    assert {(r.target, str(r.where)) for r in code_of(files).remote} == {
        ("modeling.X", "config.json#/auto_map/AutoModel"),
        ("a/b--conf.C", "config.json#/auto_map/AutoConfig"),
        ("p.P", "config.json#/custom_pipelines/t/impl"),
        ("tok.T", "tokenizer_config.json#/auto_map/AutoTokenizer"),
        ("transformers_x.Transformer", "modules.json#/1/type"),
        ("my_vae.VAE", "model_index.json#/vae"),
    }


def test_without_the_card_nothing_is_known() -> None:
    assert isinstance(facts_of({}, {"id": "a/b"}, depth=Depth.METADATA).get(Code), Gap)


@given(texts("import ", "from_pretrained(", ">>> ", "x = ", "def f():\n    ", "'a/b'", "%%bash\n", "lambda ", "\t"))
def test_any_source_is_read(text: str) -> None:
    parse_python(text)
    code_of({"README.md": f"```python\n{text}\n```", "a.py": text, "b.ipynb": text})


@given(VALUES)
def test_any_document_is_read(value: object) -> None:
    for document in (value, {"auto_map": value, "x": {"auto_map": value}, "custom_pipelines": value}):
        text = json.dumps(document)
        code_of(
            dict.fromkeys(("config.json", "modules.json", "model_index.json", "tokenizer_config.json", "x.ipynb"), text)
        )
