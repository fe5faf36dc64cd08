"""What several techniques ask for, and what they cost."""

from __future__ import annotations

from weighbridge.facts.memory import memory_needs
from weighbridge.reuse.contract import Cost, Profile
from weighbridge.reuse.material import Kind, Material

_STEPS = 200
_FLOPS = 2e9


def two_classes(material: Material) -> str:
    """Return why no classifier can be fitted, if none can."""
    import numpy as np

    known = len(np.unique(material.train.classes))
    return "" if known >= 2 else f"the items to learn from are of {known} class: a classifier needs two"


def texts(material: Material) -> str:
    """Return why a technique for texts does not apply, if so."""
    return "" if material.kind is Kind.TEXT else f"works on texts; the items are {material.kind}s"


def features_cost(profile: Profile, material: Material) -> Cost:
    """Return the cost of fitting on features that are there already."""
    work = 4.0 * _STEPS * len(material.train) * profile.width * len(material.labels)
    memory = 8 * len(material.train) * profile.width * 3
    how = f"{_STEPS} steps over {len(material.train):,} rows of {profile.width:,} features at 2 GFLOP/s"
    return Cost(work / _FLOPS + 1.0, memory, how)


def training_cost(profile: Profile, material: Material, epochs: int, *, share: float, passes: float) -> Cost:
    """Return the cost of training: passes as dear as a forward pass, and the memory of the parameters and their states.

    Activations come on top of the memory; they depend on the batch and the length.
    """
    need = memory_needs(profile.parameters)[0]
    memory = need.fine_tuning if share >= 1 else need.lora
    seconds = passes * epochs * len(material.train) * profile.forward
    how = f"{epochs} epochs of {len(material.train):,} items at {passes:g} times a measured forward pass of {profile.forward * 1000:.1f} ms"
    return Cost(seconds, memory, how)


def conversion_cost(profile: Profile, material: Material) -> Cost:
    """Return the cost of a conversion: a trace of the network, a few copies of its weights, and the proof on the items."""
    seconds = 15.0 + profile.parameters / 5e6 + len(material.test) * profile.forward
    return Cost(
        seconds, profile.parameters * 16, "a trace, four copies of the weights, and the proof on the test items"
    )
