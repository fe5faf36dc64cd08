"""The classifier as an ONNX graph."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from weighbridge.reuse.contract import Bench, Fitted
from weighbridge.reuse.families import ConvertingTechnique


class OnnxConversion(ConvertingTechnique):
    """The classifier as an ONNX graph, for ONNX Runtime.

    Does: exports backbone and head as one graph with `torch.onnx`, batch and length left open.
    Source: ONNX operator set 18; `torch.onnx.export(dynamo=True)`.
    Limits: operators are computed in another order, so that outputs differ in the last digits; the difference is measured.
    """

    name = "onnx"
    title = "ONNX"

    def fit(self, bench: Bench) -> Fitted:
        """Export the classifier that the bench starts from."""
        from weighbridge.reuse.networks import load_classifier
        from weighbridge.reuse.onnxfile import OnnxClassifier, export

        assert bench.start is not None  # noqa: S101 - the worker gives every conversion its start
        export(load_classifier(bench.start, Path(bench.profile.folder)), bench.folder)
        return OnnxClassifier(bench.folder)


def exported_float(bench: Bench) -> Path:
    """Export into a folder of its own below the bench's, with what stands beside the graph copied up; return the folder."""
    folder = bench.folder / "float"
    OnnxConversion().fit(replace(bench, folder=folder)).save(bench.folder)
    return folder
