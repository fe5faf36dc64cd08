"""The three families of techniques: what each asks for, and what it costs."""

from __future__ import annotations

from typing import ClassVar

from weighbridge.facts.memory import memory_needs
from weighbridge.measure.tasks import Item
from weighbridge.reuse.contract import Cost, Profile, Stage, Technique
from weighbridge.reuse.material import Material
from weighbridge.reuse.onnxfile import MODEL

_STEPS = 200
_FLOPS = 2e9


class FrozenTechnique(Technique):
    """A head on features that are there already."""

    def needs(self, profile: Profile, material: Material) -> str:
        """Return why it cannot be tried here."""
        return _two_classes(material)

    def cost(self, profile: Profile, material: Material) -> Cost:
        """Estimate the fit of a head alone."""
        work = 4.0 * _STEPS * len(material.train) * profile.width * len(material.labels)
        memory = 8 * len(material.train) * profile.width * 3
        how = f"{_STEPS} steps over {len(material.train):,} rows of {profile.width:,} features at 2 GFLOP/s"
        return Cost(work / _FLOPS + 1.0, memory, how)


class TrainedTechnique(Technique):
    """Training through the network: `passes` are as dear as a forward pass, `trains_all` tells whether every weight has a gradient."""

    epochs: ClassVar[int] = 4
    passes: ClassVar[float]
    trains_all: ClassVar[bool]

    def needs(self, profile: Profile, material: Material) -> str:
        """Return why it cannot be tried here."""
        frozen = "" if profile.is_trainable else "the candidate is no network whose layers could be trained"
        return _two_classes(material) or _networks(material) or frozen

    def cost(self, profile: Profile, material: Material) -> Cost:
        """Estimate by a measured forward pass; activations come on top of the memory, and depend on the batch and the length."""
        need = memory_needs(profile.parameters)[0]
        seconds = self.passes * self.epochs * len(material.train) * profile.forward
        how = (
            f"{self.epochs} epochs of {len(material.train):,} items at {self.passes:g} times a measured forward pass of "
            f"{profile.forward * 1000:.1f} ms"
        )
        return Cost(seconds, need.fine_tuning if self.trains_all else need.lora, how)


class ConvertingTechnique(Technique):
    """Another form of a classifier that is there: `product` is its file; `not_packed` tells why it is proved, but never deployed."""

    stage = Stage.CONVERT
    product: ClassVar[str] = MODEL
    not_packed: ClassVar[str] = ""

    def needs(self, profile: Profile, material: Material) -> str:
        """Return why it cannot be tried here."""
        return _networks(material)

    def cost(self, profile: Profile, material: Material) -> Cost:
        """Estimate a trace of the network, a few copies of its weights, and the proof on the items."""
        seconds = 15.0 + profile.parameters / 5e6 + len(material.test) * profile.forward
        return Cost(
            seconds, profile.parameters * 16, "a trace, four copies of the weights, and the proof on the test items"
        )


def _two_classes(material: Material) -> str:
    import numpy as np

    known = len(np.unique(material.train.classes))
    return "" if known >= 2 else f"the items to learn from are of {known} class: a classifier needs two"


def _networks(material: Material) -> str:
    return f"works on texts and images; an item is a {material.kind}" if material.kind is Item.ROW else ""
