"""Weights in eight bits, activations quantised as they come."""

from __future__ import annotations

import shutil

from weighbridge.reuse.contract import Bench, Fitted
from weighbridge.reuse.families import ConvertingTechnique
from weighbridge.reuse.techniques.onnx_conversion import exported_float


class DynamicInt8(ConvertingTechnique):
    """Weights in eight bits; activations are quantised as they come, each batch by its own range.

    Does: `onnxruntime.quantization.quantize_dynamic` on the ONNX graph, signed weights, one scale a channel.
    Source: ONNX Runtime; Krishnamoorthi, 2018 (arXiv 1806.08342).
    Limits: faster only on processors with integer instructions; activations with outliers lose.
    """

    name = "int8-dynamic"
    title = "int8, dynamic (ONNX Runtime)"

    def fit(self, bench: Bench) -> Fitted:
        """Quantise the exported graph."""
        from onnxruntime.quantization import QuantType, quantize_dynamic

        from weighbridge.reuse.onnxfile import MODEL, OnnxText

        exported = exported_float(bench)
        quantize_dynamic(exported / MODEL, bench.folder / MODEL, per_channel=True, weight_type=QuantType.QInt8)
        shutil.rmtree(exported)
        return OnnxText(bench.folder)
