"""A classifier as one ONNX file with what prepares its items: what is deployed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from weighbridge.reuse.preprocessing import load_preprocessor, outputs
from weighbridge.reuse.tokens import TOKENIZER

MODEL, ABOUT = "model.onnx", "classifier.json"
_OPSET = 18


class OnnxClassifier:
    """A classifier in a folder: `model.onnx`, `classifier.json`, and of texts `tokenizer.json`."""

    def __init__(self, folder: Path, threads: int = 0) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self.folder = folder
        told = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        self.labels = tuple(told["labels"])
        self.preprocessor = load_preprocessor(folder, told)
        self._session = onnxruntime.InferenceSession(folder / MODEL, options, providers=["CPUExecutionProvider"])

    def probabilities(self, items: Any) -> Any:
        """Return a row of class probabilities an item."""
        from scipy.special import softmax

        return softmax(outputs(self._run, self.preprocessor, items), axis=1)

    def _run(self, *inputs: Any) -> Any:
        return self._session.run(None, dict(zip(self.preprocessor.names, inputs, strict=True)))[0]

    def save(self, folder: Path) -> None:
        """Copy the files."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in (MODEL, TOKENIZER, ABOUT):
            source = self.folder / name
            if source.is_file() and source.resolve() != (folder / name).resolve():
                (folder / name).write_bytes(source.read_bytes())


def export(classifier: Any, folder: Path) -> None:
    """Write a network as ONNX with what prepares its items."""
    import onnx

    from weighbridge.reuse.graphs import Graph

    folder.mkdir(parents=True, exist_ok=True)
    backbone = classifier.backbone
    made = backbone.with_head(classifier.head) if isinstance(backbone, Graph) else _exported(classifier)
    onnx.save(made, folder / MODEL)
    about = {"labels": classifier.labels, **classifier.preprocessor.save(folder)}
    (folder / ABOUT).write_text(json.dumps(about, indent=2), encoding="utf-8")


def _exported(classifier: Any) -> Any:
    """Return a network as ONNX, the batch left open, and of texts the length."""
    import torch

    inputs, open_sides = classifier.preprocessor.example()
    known = {name: torch.export.Dim(name, max=most) for one in open_sides for name, most in one.values()}
    sides = tuple({axis: known[name] for axis, (name, _) in one.items()} for one in open_sides)
    return torch.onnx.export(
        classifier, tuple(map(torch.from_numpy, inputs)), input_names=list(classifier.preprocessor.names), output_names=["logits"],
        dynamic_shapes=(sides,), opset_version=_OPSET, dynamo=True, external_data=False, verbose=False,
    ).model_proto  # fmt: skip
