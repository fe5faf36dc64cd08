"""Low-rank adapters, trained and merged."""

from __future__ import annotations

from weighbridge.reuse.contract import Bench, Fitted
from weighbridge.reuse.families import TrainedTechnique
from weighbridge.reuse.techniques.linear_probe import fitted_layer

_RANK, _ALPHA = 16, 32
_RATE, _HEAD_RATE = 1e-3, 1e-3


class Lora(TrainedTechnique):
    """Low-rank adapters beside every linear layer are trained, the model's own weights kept; merged into them at the end.

    Does: rank 16, alpha 32, on all linear layers, through the library `peft`; the training is that of full fine-tuning.
    Source: Hu et al., LoRA, ICLR 2022 (arXiv 2106.09685); on all linear layers: Dettmers et al., 2023 (arXiv 2305.14314).
    Limits: saves memory rather than time; learns less than full fine-tuning where the task is far from the model's own.
    """

    name = "lora"
    title = "LoRA"
    passes = 3.0  # gradients flow through all layers, but the own weights need none
    trains_all = False

    def fit(self, bench: Bench) -> Fitted:
        """Train the adapters and merge them."""
        import torch
        from peft import LoraConfig, get_peft_model

        from weighbridge.reuse.networks import classifier_around
        from weighbridge.reuse.training import train

        torch.manual_seed(bench.seed)
        network = classifier_around(fitted_layer(bench), bench)
        config = LoraConfig(r=_RANK, lora_alpha=_ALPHA, lora_dropout=0.05, target_modules="all-linear")
        network.backbone.network = get_peft_model(network.backbone.network, config)
        train(network, bench, epochs=self.epochs, rate=_RATE, head_rate=_HEAD_RATE)
        network.backbone.network = network.backbone.network.merge_and_unload()
        network.eval()
        return network
