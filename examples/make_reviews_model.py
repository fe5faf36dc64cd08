"""Make `examples/reviews-bert-4m`: a tiny classifier whose card claims things that its files contradict.

The weights are random; the model is for trying Weighbridge, not for classifying reviews. Run it again to make it anew:

    python examples/make_reviews_model.py
"""

from __future__ import annotations

import json
import random
import struct
from pathlib import Path

TARGET = Path(__file__).parent / "reviews-bert-4m"
HIDDEN, LAYERS, VOCABULARY, POSITIONS = 32, 2, 120, 64

CARD = """\
---
license: mit
language: en
library_name: transformers
pipeline_tag: text-classification
base_model: prajjwal1/bert-tiny
datasets:
- stanfordnlp/sst2
metrics:
- accuracy
model-index:
- name: reviews-bert-4m
  results:
  - task:
      type: text-classification
    dataset:
      name: SST-2
      type: stanfordnlp/sst2
      split: validation
    metrics:
    - type: accuracy
      value: 0.912
---

# reviews-bert-4m

A small sentiment classifier with 4M parameters, fine-tuned from BERT-tiny on SST-2 on a single T4 for 2 hours.

## Usage

```python
from transformers import pipeline

classifier = pipeline("text-classification", model="acme/reviews-bert")
classifier("What a film!")
```

## Training procedure

The following hyperparameters were used during training:

- learning_rate: 5e-05
- train_batch_size: 32
- seed: 42
- optimizer: AdamW
- lr_scheduler_type: linear
- num_epochs: 3

## Evaluation

| Dataset | Split | Accuracy |
|---|---|---|
| SST-2 | validation | 93.4 |
"""

CONFIG = {
    "architectures": ["BertForSequenceClassification"],
    "model_type": "bert",
    "hidden_size": HIDDEN,
    "num_hidden_layers": LAYERS,
    "num_attention_heads": 2,
    "intermediate_size": 4 * HIDDEN,
    "max_position_embeddings": POSITIONS,
    "type_vocab_size": 2,
    "vocab_size": VOCABULARY,
    "id2label": {"0": "NEGATIVE", "1": "POSITIVE"},
    "label2id": {"NEGATIVE": 0, "POSITIVE": 1},
    "torch_dtype": "float16",
    "transformers_version": "4.40.0",
}

# What a registry would answer about the model at `/api/models/acme/reviews-bert-4m`.
RECORD = {
    "id": "acme/reviews-bert-4m",
    "modelId": "acme/reviews-bert-4m",
    "author": "acme",
    "sha": "0123456789abcdef0123456789abcdef01234567",
    "createdAt": "2025-03-01T09:00:00.000Z",
    "lastModified": "2025-03-02T10:30:00.000Z",
    "private": False,
    "gated": False,
    "disabled": False,
    "downloads": 1234,
    "downloadsAllTime": 56789,
    "likes": 12,
    "library_name": "transformers",
    "pipeline_tag": "text-classification",
    "tags": [
        "transformers", "safetensors", "bert", "text-classification", "en", "dataset:stanfordnlp/sst2",
        "base_model:prajjwal1/bert-tiny", "license:mit",
    ],
    "cardData": {
        "license": "mit",
        "language": "en",
        "library_name": "transformers",
        "pipeline_tag": "text-classification",
        "base_model": "prajjwal1/bert-tiny",
        "datasets": ["stanfordnlp/sst2"],
        "metrics": ["accuracy"],
    },
    "config": {"architectures": ["BertForSequenceClassification"], "model_type": "bert"},
    "safetensors": {"parameters": {"F32": 32546}, "total": 32546},
    "siblings": [
        {"rfilename": name}
        for name in ("LICENSE", "README.md", "config.json", "model.safetensors", "tokenizer_config.json", "vocab.txt")
    ],
}  # fmt: skip


def shapes() -> dict[str, tuple[int, ...]]:
    """Return the names and shapes of a BERT classifier's tensors."""
    found: dict[str, tuple[int, ...]] = {
        "bert.embeddings.word_embeddings.weight": (VOCABULARY, HIDDEN),
        "bert.embeddings.position_embeddings.weight": (POSITIONS, HIDDEN),
        "bert.embeddings.token_type_embeddings.weight": (2, HIDDEN),
        **norm("bert.embeddings.LayerNorm"),
        **linear("bert.pooler.dense", HIDDEN, HIDDEN),
        **linear("classifier", 2, HIDDEN),
    }
    for layer in range(LAYERS):
        prefix = f"bert.encoder.layer.{layer}"
        for part in ("self.query", "self.key", "self.value", "output.dense"):
            found |= linear(f"{prefix}.attention.{part}", HIDDEN, HIDDEN)
        found |= norm(f"{prefix}.attention.output.LayerNorm")
        found |= linear(f"{prefix}.intermediate.dense", 4 * HIDDEN, HIDDEN)
        found |= linear(f"{prefix}.output.dense", HIDDEN, 4 * HIDDEN)
        found |= norm(f"{prefix}.output.LayerNorm")
    return found


def linear(name: str, outputs: int, inputs: int) -> dict[str, tuple[int, ...]]:
    """Return the tensors of a linear layer."""
    return {f"{name}.weight": (outputs, inputs), f"{name}.bias": (outputs,)}


def norm(name: str) -> dict[str, tuple[int, ...]]:
    """Return the tensors of a layer norm."""
    return {f"{name}.weight": (HIDDEN,), f"{name}.bias": (HIDDEN,)}


def safetensors(tensors: dict[str, tuple[int, ...]]) -> bytes:
    """Return a safetensors file with small random 32-bit values."""
    draw = random.Random(0)
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    values: list[float] = []
    for name, shape in tensors.items():
        start = 4 * len(values)
        count = shape[0] * (shape[1] if len(shape) > 1 else 1)
        values += [draw.gauss(0, 0.02) for _ in range(count)]
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [start, 4 * len(values)]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + struct.pack(f"<{len(values)}f", *values)


def main() -> None:
    """Write the model's folder, and its record beside it."""
    TARGET.mkdir(exist_ok=True)
    (TARGET / "README.md").write_text(CARD, encoding="utf-8")
    (TARGET / "config.json").write_text(json.dumps(CONFIG, indent=2) + "\n", encoding="utf-8")
    (TARGET / "model.safetensors").write_bytes(safetensors(shapes()))
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    words = special + [f"word{i}" for i in range(VOCABULARY - len(special))]
    (TARGET / "vocab.txt").write_text("\n".join(words) + "\n", encoding="utf-8")
    tokenizer = {"tokenizer_class": "BertTokenizer", "do_lower_case": True, "model_max_length": 512}
    (TARGET / "tokenizer_config.json").write_text(json.dumps(tokenizer, indent=2) + "\n", encoding="utf-8")
    licence = (Path(__file__).parents[1] / "LICENSE").read_text(encoding="utf-8")
    (TARGET / "LICENSE").write_text(licence, encoding="utf-8")
    record = json.dumps(RECORD, indent=2) + "\n"
    (TARGET.parent / f"{TARGET.name}.record.json").write_text(record, encoding="utf-8")


if __name__ == "__main__":
    main()
