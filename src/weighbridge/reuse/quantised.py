"""Classifiers whose linear layers hold eight-bit weights, in PyTorch: made, saved without pickling, and loaded again."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import torch
from torch.ao.nn.quantized import dynamic
from torch.ao.quantization import quantize_dynamic

from weighbridge.reuse.networks import Classifier, load_classifier

_SCALE, _ZERO = ".scale", ".zero_point"


class QuantisedClassifier(Classifier):
    """A classifier after `quantised`: its linear layers are the library's own for eight bits."""

    def save(self, folder: Path) -> None:
        """Write eight-bit weights with their scales, everything else as it is."""
        from safetensors.torch import save_file

        layers, rest = _layers(self), dict(self.named_parameters())
        held: dict[str, Any] = {name: value.detach().contiguous().clone() for name, value in rest.items()}
        for name, layer in layers.items():
            weight, bias = layer.weight(), layer.bias()
            held[f"{name}.weight"] = weight.int_repr()
            held[name + _SCALE] = torch.tensor(weight.q_scale(), dtype=torch.float64)
            held[name + _ZERO] = torch.tensor(weight.q_zero_point())
            held |= {} if bias is None else {f"{name}.bias": bias.detach().clone()}
        folder.mkdir(parents=True, exist_ok=True)
        save_file(held, folder / "classifier.safetensors")
        told = {"labels": self.labels, **self.preprocessor.save(folder)}
        (folder / "classifier.json").write_text(json.dumps(told, indent=2), encoding="utf-8")


def quantised(classifier: Classifier) -> QuantisedClassifier:
    """Return a classifier with its linear layers in eight bits."""
    whole = QuantisedClassifier(classifier.backbone, classifier.head, classifier.preprocessor, classifier.labels)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library announces that it will move
        made: QuantisedClassifier = quantize_dynamic(whole.eval(), {torch.nn.Linear}, dtype=torch.qint8)
    return made


def load_quantised(folder: Path, start: Path, candidate: Path) -> QuantisedClassifier:
    """Read what `QuantisedClassifier.save` wrote, around the classifier that it was made from."""
    from safetensors.torch import load_file

    held = load_file(folder / "classifier.safetensors")
    made = quantised(load_classifier(start, candidate))
    for name, layer in _layers(made).items():
        scale, zero = held[name + _SCALE].item(), int(held[name + _ZERO].item())
        weight = torch._make_per_tensor_quantized_tensor(held[f"{name}.weight"], scale, zero)
        layer.set_weight_bias(weight, held.get(f"{name}.bias"))
    own = dict(made.named_parameters())
    with torch.no_grad():
        for name, parameter in own.items():
            parameter.copy_(held[name])
    return made


def _layers(network: Any) -> dict[str, Any]:
    return {name: module for name, module in network.named_modules() if isinstance(module, dynamic.Linear)}
