"""A classifier as one ONNX file with its tokenizer: what is deployed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from weighbridge.reuse.tokens import Tokens, outputs

MODEL, TOKENIZER, ABOUT = "model.onnx", "tokenizer.json", "classifier.json"
_OPSET = 18


class OnnxText:
    """A text classifier in a folder: `model.onnx`, `tokenizer.json`, `classifier.json`."""

    def __init__(self, folder: Path, threads: int = 0) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self.folder = folder
        told = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        self.labels = tuple(told["labels"])
        self.tokens = Tokens(folder / TOKENIZER, told["length"])
        self._session = onnxruntime.InferenceSession(folder / MODEL, options, providers=["CPUExecutionProvider"])

    def probabilities(self, items: Any) -> Any:
        """Return a row of class probabilities an item."""
        from scipy.special import softmax

        return softmax(outputs(self._run, self.tokens, list(items)), axis=1)

    def _run(self, ids: Any, mask: Any) -> Any:
        return self._session.run(None, {"input_ids": ids, "attention_mask": mask})[0]

    def save(self, folder: Path) -> None:
        """Copy the files."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in (MODEL, TOKENIZER, ABOUT):
            if (self.folder / name).resolve() != (folder / name).resolve():
                (folder / name).write_bytes((self.folder / name).read_bytes())


def export(classifier: Any, folder: Path) -> None:
    """Write a network as ONNX, batch and length left open."""
    import torch

    folder.mkdir(parents=True, exist_ok=True)
    ids, mask = (torch.from_numpy(part) for part in classifier.tokens.batch(["a text", "another one, which is longer"]))
    batch, length = torch.export.Dim("batch"), torch.export.Dim("length", max=max(3, classifier.tokens.length))
    torch.onnx.export(
        classifier, (ids, mask), folder / MODEL, input_names=["input_ids", "attention_mask"], output_names=["logits"],
        dynamic_shapes={"input_ids": {0: batch, 1: length}, "attention_mask": {0: batch, 1: length}}, opset_version=_OPSET,
        dynamo=True, external_data=False, verbose=False,
    )  # fmt: skip
    (folder / TOKENIZER).write_bytes(classifier.tokens.path.read_bytes())
    about = {"labels": classifier.labels, "length": classifier.tokens.length}
    (folder / ABOUT).write_text(json.dumps(about, indent=2), encoding="utf-8")
