"""Tensor inventories made by hand."""

from __future__ import annotations

from weighbridge.facts.weights import Weights
from weighbridge.model import DTYPE_BITS, Format, Inspection, Tensor


def inventory(path: str = "model.safetensors", /, **elements: int) -> Inspection:
    """Return a file with one tensor for every dtype: `inventory(F32=100)`."""
    tensors = tuple(Tensor(f"{t}.weight", (n,), t, int(n * DTYPE_BITS[t] // 8)) for t, n in elements.items())
    return Inspection(path, Format.SAFETENSORS, sum(t.nbytes for t in tensors), tensors)


def weights(**elements: int) -> Weights:
    """Return the facts of a model that is one such file."""
    model = (inventory(**elements),)
    return Weights(inspections=model, model=model)
