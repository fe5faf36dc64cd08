"""Weights and activations in eight bits, by ranges observed beforehand."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from weighbridge.reuse.contract import Bench, Fitted
from weighbridge.reuse.families import ConvertingTechnique
from weighbridge.reuse.preprocessing import Preprocessor
from weighbridge.reuse.techniques.onnx_conversion import exported_float

_CALIBRATION = 64
_BATCH = 8


class StaticInt8(ConvertingTechnique):
    """Weights and activations in eight bits; the activations' ranges are observed on items to learn from.

    Does: `onnxruntime.quantization.quantize_static` on matrix products and convolutions, quantise-dequantise pairs, calibrated on 64 items.
    Source: ONNX Runtime; Jacob et al., CVPR 2018 (arXiv 1712.05877).
    Limits: one range for all items: transformers with outlying activations lose much (Bondarenko et al., 2021).
    """

    name = "int8-static"
    title = "int8, static (ONNX Runtime)"

    def fit(self, bench: Bench) -> Fitted:
        """Calibrate and quantise the exported graph."""
        from onnxruntime.quantization import QuantFormat, QuantType, quantize_static

        from weighbridge.reuse.onnxfile import MODEL, OnnxClassifier

        exported = exported_float(bench)
        quantize_static(
            exported / MODEL, bench.folder / MODEL, _reader(bench, exported), quant_format=QuantFormat.QDQ,
            per_channel=True, weight_type=QuantType.QInt8, activation_type=QuantType.QUInt8, op_types_to_quantize=["MatMul", "Gemm", "Conv"],
        )  # fmt: skip
        shutil.rmtree(exported)
        return OnnxClassifier(bench.folder)


def _reader(bench: Bench, exported: Path) -> Any:
    """Return what hands the calibration its batches, as the library wants it."""
    from onnxruntime.quantization import CalibrationDataReader

    from weighbridge.reuse.onnxfile import OnnxClassifier

    held = _batches(OnnxClassifier(exported).preprocessor, bench.material.train.items[:_CALIBRATION])

    class Reader(CalibrationDataReader):  # type: ignore[misc]
        def get_next(self) -> Any:
            return next(held, None)

    return Reader()


def _batches(preprocessor: Preprocessor, items: Any) -> Iterator[dict[str, Any]]:
    size = min(_BATCH, preprocessor.batch_size)
    for start in range(0, len(items), size):
        yield dict(zip(preprocessor.names, preprocessor.batch(items[start : start + size]), strict=True))
