"""Training a classifier with a new head, from a linear probe onwards."""

from __future__ import annotations

import time
from typing import Any

import torch

from weighbridge.reuse.contract import Bench, Diverged

_BATCH = 16
_CLIP = 1.0
_WARM_UP = 0.1


def train(classifier: Any, bench: Bench, *, epochs: int, rate: float, head_rate: float) -> int:
    """Train what requires gradients; return the epochs that were finished within the time.

    The head starts as a linear probe, so that the first steps do not spoil the features (Kumar et al., ICLR 2022). The learning rate
    rises over a tenth of the steps and falls to nought. Raises `Diverged` when the loss is not finite.
    """
    torch.manual_seed(bench.seed)
    order = torch.Generator().manual_seed(bench.seed)
    count = len(bench.material.train)
    steps = epochs * -(-count // _BATCH)
    optimiser = torch.optim.AdamW(_groups(classifier, rate, head_rate), weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _share(step, steps))
    deadline, longest = time.monotonic() + bench.seconds, 0.0
    classifier.train()
    for epoch in range(epochs):
        begun = time.monotonic()
        if epoch and begun + longest > deadline:
            return epoch
        shuffled = torch.randperm(count, generator=order).tolist()
        for start in range(0, count, _BATCH):
            _step(classifier, bench, shuffled[start : start + _BATCH], optimiser)
            schedule.step()
        longest = max(longest, time.monotonic() - begun)
    return epochs


def _step(classifier: Any, bench: Bench, numbers: list[int], optimiser: Any) -> None:
    inputs = classifier.preprocessor.batch([bench.material.train.items[number] for number in numbers])
    wanted = torch.as_tensor([int(bench.material.train.classes[number]) for number in numbers])
    loss = torch.nn.functional.cross_entropy(classifier(*map(torch.from_numpy, inputs)), wanted)
    if not torch.isfinite(loss):
        raise Diverged("the loss is no finite number any more")
    optimiser.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_([p for p in classifier.parameters() if p.requires_grad], _CLIP)
    optimiser.step()


def _groups(classifier: Any, rate: float, head_rate: float) -> list[dict[str, Any]]:
    held = [p for p in classifier.backbone.parameters() if p.requires_grad]
    head = [p for p in classifier.head.parameters() if p.requires_grad]
    return [{"params": held, "lr": rate}, {"params": head, "lr": head_rate}]


def _share(step: int, steps: int) -> float:
    warm = max(1, int(steps * _WARM_UP))
    return (step + 1) / warm if step < warm else max(0.0, (steps - step) / max(1, steps - warm))
