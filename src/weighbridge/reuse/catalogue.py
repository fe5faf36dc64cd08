"""The one list of techniques; those that tune come before those that convert, the cheaper before the dearer."""

from weighbridge.reuse.contract import Technique
from weighbridge.reuse.techniques.dynamic_int8 import DynamicInt8
from weighbridge.reuse.techniques.fine_tuning import FineTuning
from weighbridge.reuse.techniques.linear_probe import LinearProbe
from weighbridge.reuse.techniques.lora import Lora
from weighbridge.reuse.techniques.nearest_neighbours import NearestNeighbours
from weighbridge.reuse.techniques.onnx_conversion import OnnxConversion
from weighbridge.reuse.techniques.static_int8 import StaticInt8
from weighbridge.reuse.techniques.torch_int8 import TorchInt8

TECHNIQUES: tuple[Technique, ...] = (
    LinearProbe(),
    NearestNeighbours(),
    Lora(),
    FineTuning(),
    OnnxConversion(),
    DynamicInt8(),
    StaticInt8(),
    TorchInt8(),
)


def technique(name: str) -> Technique:
    """Return a technique by its name. Raises `KeyError`."""
    return {known.name: known for known in TECHNIQUES}[name]
