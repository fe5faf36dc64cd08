"""Linear layers in eight bits within PyTorch, activations quantised as they come."""

from __future__ import annotations

from pathlib import Path

from weighbridge.reuse.contract import Bench, Fitted, Profile
from weighbridge.reuse.families import ConvertingTechnique
from weighbridge.reuse.material import Material


class TorchInt8(ConvertingTechnique):
    """Linear layers in eight bits within PyTorch; activations are quantised as they come.

    Does: `torch.ao.quantization.quantize_dynamic` on every linear layer, signed weights, one scale a layer; saved as safetensors.
    Source: PyTorch; Jacob et al., CVPR 2018 (arXiv 1712.05877).
    Limits: embeddings and convolutions stay as they are; runs in PyTorch alone, so that it is proved and kept but not packed.
    """

    name = "int8-torch"
    title = "int8, dynamic (PyTorch)"
    product = "classifier.safetensors"
    not_packed = "as good, and not packed: it needs PyTorch"

    def needs(self, profile: Profile, material: Material) -> str:
        """Return why it cannot be tried here."""
        is_network = "" if profile.is_trainable else "the candidate is no network of PyTorch's"
        return super().needs(profile, material) or is_network

    def fit(self, bench: Bench) -> Fitted:
        """Quantise the classifier that the bench starts from."""
        from weighbridge.reuse.networks import load_classifier
        from weighbridge.reuse.quantised import quantised

        assert bench.start is not None  # noqa: S101 - the worker gives every conversion its start
        return quantised(load_classifier(bench.start, Path(bench.profile.folder)))
