"""A small task that words alone do not solve, and small models: one that knows which words belong together, one that does not."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

TOPICS = ("boats", "bread", "birds")
_WORDS = 150
_WIDTH = 24


def vocabulary() -> list[str]:
    return ["[UNK]", *(f"{topic}{number}" for topic in TOPICS for number in range(_WORDS))]


def items(count: int, seed: int = 0) -> list[tuple[str, str]]:
    """Each text holds six words of its topic; with few texts, most words of a new one were never seen."""
    generator = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        topic = TOPICS[generator.integers(len(TOPICS))]
        words = [f"{topic}{generator.integers(_WORDS)}" for _ in range(3)]
        words += [f"{TOPICS[generator.integers(len(TOPICS))]}{generator.integers(_WORDS)}" for _ in range(1)]
        found.append((topic, " ".join(words)))
    return found


def write_items(path: Path, rows: Sequence[tuple[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("label", "text"))
        writer.writerows(rows)
    return path


def tokenizer_json() -> str:
    return json.dumps(
        {
            "version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "normalizer": None,
            "pre_tokenizer": {"type": "Whitespace"}, "post_processor": None, "decoder": None,
            "model": {"type": "WordLevel", "vocab": {w: i for i, w in enumerate(vocabulary())}, "unk_token": "[UNK]"},
        }
    )  # fmt: skip


def static_model(folder: Path, *, knows: bool = True, licence: str = "mit") -> Path:
    """A table of word vectors: of one topic, they lie near each other if the model knows them."""
    from safetensors.numpy import save_file

    generator = np.random.default_rng(1)
    rows = generator.normal(size=(len(vocabulary()), _WIDTH)).astype(np.float32)
    if knows:
        for number, word in enumerate(vocabulary()[1:], 1):
            rows[number, TOPICS.index(word.rstrip("0123456789"))] += 3.0
    folder.mkdir(parents=True)
    save_file({"embedding.weight": rows}, folder / "model.safetensors")
    (folder / "tokenizer.json").write_text(tokenizer_json(), encoding="utf-8")
    card = f"---\nlicense: {licence}\npipeline_tag: feature-extraction\nlanguage: en\n---\n# Word vectors\nA static embedding.\n"
    (folder / "README.md").write_text(card, encoding="utf-8")
    return folder


def transformer(folder: Path) -> Path:
    """A transformer of one layer, its weights as they were drawn."""
    import torch
    from transformers import BertConfig, BertModel

    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(vocabulary()), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32,
        max_position_embeddings=32,
    )  # fmt: skip
    BertModel(config).save_pretrained(folder)
    (folder / "tokenizer.json").write_text(tokenizer_json(), encoding="utf-8")
    return folder


def settings(folder: Path, **keys: Any) -> Path:
    limits, searched = keys.pop("limits", {}), keys.pop("search", {})
    held = {"task": "text-classification", "data": "items.csv", "candidates": ["models"], **keys}
    lines = ["[decide]", *(f"{key.replace('_', '-')} = {json.dumps(value)}" for key, value in held.items())]
    lines += ["[decide.limits]", *(f"{key} = {json.dumps(value)}" for key, value in limits.items())]
    lines += (
        ["[decide.search]", *(f"{key} = {json.dumps(value)}" for key, value in searched.items())] if searched else []
    )
    path = folder / "weighbridge.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


STRIPES = ("checks", "columns", "rows")


def stripes(folder: Path, count: int, seed: int = 0) -> Path:
    """Write images of stripes, a folder a class; where a stripe begins is drawn, so that no single pixel tells the class."""
    from PIL import Image

    generator = np.random.default_rng(seed)
    for number in range(count):
        name = STRIPES[number % len(STRIPES)]
        y, x = np.mgrid[0:32, 0:32] + generator.integers(0, 8, size=(2, 1, 1))
        lit = {"rows": y // 4 % 2, "columns": x // 4 % 2, "checks": (x // 4 + y // 4) % 2}[name]
        noisy = 60 + 120 * lit + generator.normal(scale=20, size=lit.shape)
        (folder / name).mkdir(parents=True, exist_ok=True)
        Image.fromarray(noisy.clip(0, 255).astype(np.uint8)).save(folder / name / f"{number}.png")
    return folder


def graph(folder: Path, *, knows: bool = True, batch: int | str = "n") -> Path:
    """An ONNX graph of one convolution, whose filters answer to edges if it knows stripes, and to brightness alone if not."""
    from onnx import TensorProto, helper, numpy_helper, save

    edge = np.array([[1, 1, 1], [0, 0, 0], [-1, -1, -1]], np.float32)
    corner = np.array([[1, 0, -1], [0, 0, 0], [-1, 0, 1]], np.float32)
    flat = np.ones((3, 3), np.float32) / 9
    kernels = np.stack([edge, edge.T, corner] if knows else [flat, flat * 2, flat * 3])[:, None].repeat(3, axis=1)
    layers = [
        helper.make_node("Conv", ["image", "kernels"], ["states"]),
        helper.make_node("Relu", ["states"], ["lit"]),
        helper.make_node("GlobalAveragePool", ["lit"], ["means"]),
        helper.make_node("Flatten", ["means"], ["features"]),
        helper.make_node("MatMul", ["features", "last"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["answer"]),
    ]
    made = helper.make_graph(
        layers,
        "stripes",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, [batch, 3, 24, 24])],
        [helper.make_tensor_value_info("answer", TensorProto.FLOAT, [batch, 2])],
        [numpy_helper.from_array(kernels, "kernels"), numpy_helper.from_array(np.ones((3, 2), np.float32), "last")],
    )
    folder.mkdir(parents=True)
    save(helper.make_model(made, opset_imports=[helper.make_opsetid("", 12)], ir_version=7), folder / "model.onnx")
    card = "---\nlicense: mit\npipeline_tag: image-classification\n---\n# Stripes\nA graph of one convolution.\n"
    (folder / "README.md").write_text(card, encoding="utf-8")
    told = {
        "do_center_crop": True, "size": {"shortest_edge": 28}, "crop_size": {"height": 24, "width": 24}, "resample": 2,
        "do_normalize": True, "image_mean": [0.5, 0.4, 0.3], "image_std": [0.2, 0.3, 0.25],
    }  # fmt: skip
    (folder / "preprocessor_config.json").write_text(json.dumps(told), encoding="utf-8")
    return folder


def vision_transformer(folder: Path) -> Path:
    """A vision transformer of one layer, its weights as they were drawn."""
    import torch
    from transformers import ViTConfig, ViTModel

    torch.manual_seed(0)
    config = ViTConfig(
        hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32, image_size=16, patch_size=4
    )
    ViTModel(config, add_pooling_layer=False).save_pretrained(folder)
    return folder
