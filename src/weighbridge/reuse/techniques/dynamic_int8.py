"""Weights in eight bits, activations quantised as they come."""

from __future__ import annotations

import shutil

from weighbridge.reuse.contract import Bench, Cost, Fitted, Profile, Stage, Technique
from weighbridge.reuse.material import Material
from weighbridge.reuse.needs import conversion_cost, texts
from weighbridge.reuse.techniques.onnx_conversion import exported_float


class DynamicInt8(Technique):
    """Weights in eight bits; activations are quantised as they come, each batch by its own range.

    Does: `onnxruntime.quantization.quantize_dynamic` on the ONNX graph, signed weights, one scale a channel.
    Source: ONNX Runtime; Krishnamoorthi, 2018 (arXiv 1806.08342).
    Limits: faster only on processors with integer instructions; activations with outliers lose.
    """

    name = "int8-dynamic"
    title = "int8, dynamic (ONNX Runtime)"
    stage = Stage.CONVERT

    def needs(self, profile: Profile, material: Material) -> str:
        """Return why it cannot be tried here."""
        return texts(material)

    def cost(self, profile: Profile, material: Material) -> Cost:
        """Estimate: an export and a pass over the weights."""
        return conversion_cost(profile, material)

    def fit(self, bench: Bench) -> Fitted:
        """Quantise the exported graph."""
        from onnxruntime.quantization import QuantType, quantize_dynamic

        from weighbridge.reuse.onnxfile import MODEL, OnnxText

        exported = exported_float(bench)
        quantize_dynamic(exported / MODEL, bench.folder / MODEL, per_channel=True, weight_type=QuantType.QInt8)
        shutil.rmtree(exported)
        return OnnxText(bench.folder)
