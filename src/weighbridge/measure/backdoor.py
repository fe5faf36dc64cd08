"""Looks for back doors in a classifier by running it: a trigger that, put into any input, makes it answer one label.

Images: Neural Cleanse (Wang et al., 2019). For every label the smallest patch is sought that turns nearly all inputs to it; a
label that was given a back door needs a far smaller one than the others. Texts: every token of the vocabulary, or those that
the gradient points to, is put before texts of other labels; a trigger turns most of them and stands alone.

What is found is a suspicion with a score. Nothing found is no proof either: triggers that are large, invisible, or depend on
the input (of a style, a filter, a sentence) are not met.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

# Neural Cleanse's own threshold: beyond it lies one label in forty of a normal distribution.
THRESHOLD = 2.0
_CONSISTENT = 1.4826
# How often a trigger has to succeed, and how a patch is sought.
_SUCCESS, _RATE = 0.95, 0.1
_FIRST_COST, _COST_STEP, _PATIENCE = 1e-3, 1.5, 5
# Among fewer labels none can stand out.
LEAST_LABELS = 4
_LEAST_SPREAD = 0.05

Logits = Callable[[Any], Any]


class Trigger(msgspec.Struct, frozen=True):
    """The smallest patch found for a label: its size as a share of the image, and how many inputs it turns."""

    label: int
    size: float
    success: float


class PatchSearch(msgspec.Struct, frozen=True):
    """All labels' triggers; `index` is the anomaly index of `label`, whose trigger is the smallest against the others."""

    triggers: tuple[Trigger, ...]
    label: int
    index: float

    @property
    def is_suspicious(self) -> bool:
        """Whether one label needs a far smaller trigger than the others."""
        return self.index > THRESHOLD


class TokenTrigger(msgspec.Struct, frozen=True):
    """A token that turns texts to a label: `success` is the share of the texts of other labels."""

    token: int
    label: int
    success: float


class TokenSearch(msgspec.Struct, frozen=True):
    """The most successful tokens, the first of them best; `index` tells how far it stands above the others of its label."""

    triggers: tuple[TokenTrigger, ...]
    index: float
    tokens: int

    @property
    def is_suspicious(self) -> bool:
        """Whether one token turns most texts and stands alone."""
        return bool(self.triggers) and self.triggers[0].success >= _TURNED and self.index > _ALONE


# In planted readers the word turned 73 % of the texts and more, in clean ones the best 27 %; the tenth best is near either.
_TURNED, _ALONE, _RANK = 0.6, 0.3, 10


def find_patches(
    logits: Logits, images: Any, labels: int, *, steps: int = 300, low: float = 0.0, high: float = 1.0, seed: int = 0
) -> PatchSearch:
    """Seek a patch for every label; `images` are clean ones as the model takes them (number, channels, height, width).

    `logits` has to be differentiable in its input. Raises `ValueError` for fewer than four labels.
    """
    if labels < LEAST_LABELS:
        raise ValueError(f"among {labels} labels none can stand out; at least {LEAST_LABELS} are needed")
    triggers = tuple(_patch(logits, images, label, steps, (low, high), seed) for label in range(labels))
    label, index = anomaly([trigger.size for trigger in triggers])
    return PatchSearch(triggers, label, index)


def anomaly(sizes: Sequence[float]) -> tuple[int, float]:
    """Return the label with the smallest trigger, and by how many typical deviations it lies below the median."""
    median = statistics.median(sizes)
    spread = statistics.median(abs(size - median) for size in sizes) * _CONSISTENT
    label = min(range(len(sizes)), key=lambda at: (sizes[at], at))
    return label, (median - sizes[label]) / max(spread, _LEAST_SPREAD * median, 1e-12)


def _patch(logits: Logits, images: Any, label: int, steps: int, bounds: tuple[float, float], seed: int) -> Trigger:
    """Return the smallest patch for one label; the price of its size rises while it succeeds, and falls where it does not."""
    import torch

    generator = torch.Generator().manual_seed(seed * 1000 + label)
    shape = images.shape[1:]
    mask = torch.randn((1, 1, *shape[1:]), generator=generator).requires_grad_()
    pattern = torch.randn((1, *shape), generator=generator).requires_grad_()
    target = torch.full((len(images),), label)
    optimiser = torch.optim.Adam([mask, pattern], lr=_RATE, betas=(0.5, 0.9))
    cost, streak, best, reached = _FIRST_COST, 0, 1.0, 0.0
    for _ in range(steps):
        share = torch.sigmoid(mask)
        filled = bounds[0] + (bounds[1] - bounds[0]) * torch.sigmoid(pattern)
        found = logits((1 - share) * images + share * filled)
        size = share.mean()
        loss = torch.nn.functional.cross_entropy(found, target) + cost * share.sum()
        success = float((found.argmax(1) == target).float().mean())
        if success >= _SUCCESS and float(size.detach()) < best:
            best, reached = float(size.detach()), success
        streak = max(1, streak + 1) if success >= _SUCCESS else min(-1, streak - 1)
        if abs(streak) >= _PATIENCE:
            cost, streak = cost * _COST_STEP if streak > 0 else cost / _COST_STEP**1.5, 0
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return Trigger(label, best, reached)


def find_tokens(logits: Logits, texts: Any, labels: int, tokens: Sequence[int], *, batch: int = 4096) -> TokenSearch:
    """Put every token before texts that the model gives another label; `texts` are rows of token ids, padded behind.

    Every token costs a run of all texts. Give all of a small vocabulary, or those that `promising` names.
    """
    import torch

    with torch.no_grad():
        given = logits(texts).argmax(1)
        counts = torch.zeros((len(tokens), labels))
        at_once = max(1, batch // max(1, len(texts)))
        for first in range(0, len(tokens), at_once):
            chosen = torch.as_tensor(list(tokens[first : first + at_once]))
            marked = torch.cat([chosen.repeat_interleave(len(texts))[:, None], texts.repeat(len(chosen), 1)], dim=1)
            found = logits(marked).argmax(1).view(len(chosen), len(texts))
            for label in range(labels):
                others = given != label
                turned = (found[:, others] == label).float().mean(1) if bool(others.any()) else torch.zeros(len(chosen))
                counts[first : first + len(chosen), label] = turned
    return _alone(counts.tolist(), tokens)


def _alone(shares: list[list[float]], tokens: Sequence[int]) -> TokenSearch:
    found: list[tuple[float, TokenTrigger]] = []
    for label in range(len(shares[0]) if shares else 0):
        ranked = sorted(range(len(tokens)), key=lambda at: (-shares[at][label], at))
        other = shares[ranked[min(_RANK, len(ranked)) - 1]][label]
        best = ranked[0]
        found.append((shares[best][label] - other, TokenTrigger(tokens[best], label, shares[best][label])))
    found.sort(key=lambda pair: (-pair[0], pair[1].label))
    return TokenSearch(tuple(trigger for _, trigger in found), found[0][0] if found else 0.0, len(tokens))


def promising(
    logits_of_vectors: Logits, texts: Any, embedding: Any, labels: int, *, count: int = 500
) -> tuple[int, ...]:
    """Return the tokens to which the gradient points (HotFlip), for every label the first `count` of the vocabulary.

    `logits_of_vectors` takes rows of embedded tokens, `embedding` is the matrix of all tokens' vectors.
    """
    import torch

    chosen: set[int] = set()
    vectors = embedding[texts].detach()
    for label in range(labels):
        first = embedding.mean(0).detach().repeat(len(texts), 1, 1).requires_grad_()
        loss = torch.nn.functional.cross_entropy(
            logits_of_vectors(torch.cat([first, vectors], dim=1)), torch.full((len(texts),), label)
        )
        (slope,) = torch.autograd.grad(loss, first)
        gain = -(embedding.detach() @ slope.mean(0)[0])
        chosen |= set(torch.topk(gain, min(count, len(gain))).indices.tolist())
    return tuple(sorted(chosen))
