"""All weights trained on."""

from __future__ import annotations

from weighbridge.reuse.contract import Bench, Fitted
from weighbridge.reuse.families import TrainedTechnique
from weighbridge.reuse.techniques.linear_probe import fitted_layer

_RATE, _HEAD_RATE = 5e-5, 1e-3


class FineTuning(TrainedTechnique):
    """All of the model's weights are trained on, from a linear probe onwards.

    Does: AdamW, four epochs, batches of 16, gradients clipped to 1, a learning rate of 5e-5 that warms up and falls.
    Source: Devlin et al., NAACL 2019 (arXiv 1810.04805); starting from a probe: Kumar et al., ICLR 2022 (arXiv 2202.10054).
    Limits: the dearest technique in time and memory; with few items it over-fits, and outside the items' kind it may do worse
    than the probe.
    """

    name = "fine-tuning"
    title = "Full fine-tuning"
    passes = 3.5  # a backward pass is twice a forward one
    trains_all = True

    def fit(self, bench: Bench) -> Fitted:
        """Train all weights."""
        from weighbridge.reuse.networks import classifier_around
        from weighbridge.reuse.training import train

        network = classifier_around(fitted_layer(bench), bench)
        train(network, bench, epochs=self.epochs, rate=_RATE, head_rate=_HEAD_RATE)
        network.eval()
        return network
