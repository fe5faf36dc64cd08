"""Weights in eight bits, activations quantised as they come."""

from __future__ import annotations

import shutil

from weighbridge.reuse.contract import Bench, Fitted
from weighbridge.reuse.families import ConvertingTechnique
from weighbridge.reuse.techniques.onnx_conversion import exported_float

# All that the library knows but convolutions: the runtime has none with signed weights and dynamic activations.
_OPERATORS = ["MatMul", "Gather", "Attention", "LSTM", "EmbedLayerNormalization"]


class DynamicInt8(ConvertingTechnique):
    """Weights in eight bits; activations are quantised as they come, each batch by its own range.

    Does: `onnxruntime.quantization.quantize_dynamic` on the ONNX graph, signed weights, one scale a channel.
    Source: ONNX Runtime; Krishnamoorthi, 2018 (arXiv 1806.08342).
    Limits: faster only on processors with integer instructions; activations with outliers lose; convolutions stay as they are.
    """

    name = "int8-dynamic"
    title = "int8, dynamic (ONNX Runtime)"

    def fit(self, bench: Bench) -> Fitted:
        """Quantise the exported graph."""
        from onnxruntime.quantization import QuantType, quantize_dynamic

        from weighbridge.reuse.onnxfile import MODEL, OnnxClassifier

        exported = exported_float(bench)
        quantize_dynamic(
            exported / MODEL, bench.folder / MODEL, _OPERATORS, per_channel=True, weight_type=QuantType.QInt8,
        )  # fmt: skip
        shutil.rmtree(exported)
        return OnnxClassifier(bench.folder)
