"""All weights trained on."""

from __future__ import annotations

from pathlib import Path

from weighbridge.reuse.contract import Bench, Cost, Fitted, Profile, Technique
from weighbridge.reuse.material import Material
from weighbridge.reuse.needs import texts, training_cost, two_classes
from weighbridge.reuse.techniques.linear_probe import fitted_layer

_EPOCHS = 4
_RATE, _HEAD_RATE = 5e-5, 1e-3


class FineTuning(Technique):
    """All of the model's weights are trained on, from a linear probe onwards.

    Does: AdamW, four epochs, batches of 16, gradients clipped to 1, a learning rate of 5e-5 that warms up and falls.
    Source: Devlin et al., NAACL 2019 (arXiv 1810.04805); starting from a probe: Kumar et al., ICLR 2022 (arXiv 2202.10054).
    Limits: the dearest technique in time and memory; with few items it over-fits, and outside the items' kind it may do worse
    than the probe.
    """

    name = "fine-tuning"
    title = "Full fine-tuning"

    def needs(self, profile: Profile, material: Material) -> str:
        """Return why it cannot be tried here."""
        frozen = "" if profile.is_trainable else "the candidate's weights cannot be trained"
        return two_classes(material) or texts(material) or frozen

    def cost(self, profile: Profile, material: Material) -> Cost:
        """Estimate: a backward pass is twice a forward one."""
        return training_cost(profile, material, _EPOCHS, share=1, passes=3.5)

    def fit(self, bench: Bench) -> Fitted:
        """Train all weights."""
        from weighbridge.reuse.networks import Classifier, load_backbone, load_tokens
        from weighbridge.reuse.training import train

        folder = Path(bench.profile.folder)
        network = Classifier(load_backbone(folder), fitted_layer(bench), load_tokens(folder), bench.material.labels)
        train(network, bench, epochs=_EPOCHS, rate=_RATE, head_rate=_HEAD_RATE)
        network.eval()
        return network
