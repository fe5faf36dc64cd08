"""PV006: the tensors have as many layers as the configuration says."""

from __future__ import annotations

import re

from weighbridge.checks.contract import check
from weighbridge.facts.config import Config
from weighbridge.facts.weights import Weights
from weighbridge.model import (
    Attribute,
    Claim,
    Evidence,
    Factor,
    Location,
    Outcome,
    Severity,
    contradicted,
    not_applicable,
    unknown,
    verified,
)

_KEYS = ("num_hidden_layers", "n_layer", "num_layers", "n_layers")
_NOT_STATED = not_applicable("The configuration states no number of layers.")
_NOT_NUMBERED = not_applicable("No tensor names show numbered layers of the one stack that the configuration counts.")
# The stack of layers that the configuration's number counts; a second stack (decoder, vision tower) has its own number.
_STACK = re.compile(
    r"^(?:(?:[a-z_]{1,30}\.){0,3}encoder\.layers?|(?:[a-z_]{1,30}\.){0,2}(?:h|layers|blocks?|layer))\.(\d{1,4})\."
)
_OTHER_STACKS = ("decoder.", "vision", "visual", "audio", "image", "mtp", "draft", "text_model.", "speech")


@check(code="PV006", attribute=Attribute.PROVENANCE, factor=Factor.ARCHITECTURE_DETAILS, severity=Severity.MEDIUM)
def depth_as_configured(config: Config, weights: Weights) -> Outcome:
    """The tensors have as many layers as the configuration says.

    What it asks: whether the layer numbers in the tensors' names run as far as `num_hidden_layers` says.
    Why it matters: layers that are missing are silently filled with random values when the model is loaded.
    Evidence: `num_hidden_layers` or `n_layer` in the configuration; the numbers in the tensors' names.
    Remedy: push all weight files, and the configuration with which they were saved.
    Limits: models of several stacks, adapters and architectures that share layers (ALBERT) are left out; one extra layer for
        multi-token prediction counts as agreeing.
    Source: this project; this project.
    """
    key = next((key for key in _KEYS if isinstance(config.values.get(key), int)), "")
    if not key:
        return _NOT_STATED
    stated = config.values[key]
    path, numbers = _layers(weights)
    if not numbers or config.model_type == "albert":
        return _NOT_NUMBERED
    if any(shards.missing_files for shards in weights.shards):
        return unknown("Shards are missing, so that not all layers could be seen.")
    found = len(numbers)
    claim = Claim(f"{key}: {stated}", config.where(key))
    evidence = Evidence(f"layers {min(numbers)} to {max(numbers)} in the tensors' names", Location(path))
    extra = config.number("num_nextn_predict_layers") or 0
    if found in (stated, stated + extra) and max(numbers) == found - 1:
        return verified(f"The tensors have {found} layers, as `{key}` says.", evidence, claim=claim)
    return contradicted(
        f"`{key}` is {stated}; the tensors' names show {found} layers.",
        evidence,
        claim=claim,
        remedy="Push all weight files, and the configuration with which they were saved.",
    )


def _layers(weights: Weights) -> tuple[str, set[int]]:
    """Return the numbers of the only stack there is, empty where there is none or more than one."""
    stacks: dict[str, set[int]] = {}
    path = ""
    for inspection in weights.model:
        for tensor in inspection.tensors:
            match = _STACK.match(tensor.name)
            if match is not None:
                stacks.setdefault(tensor.name[: match.start(1)], set()).add(int(match[1]))
                path = inspection.path
            elif any(word in tensor.name for word in _OTHER_STACKS):
                return "", set()
    if len(stacks) != 1 or any(word in name for name in stacks for word in _OTHER_STACKS):
        return "", set()
    return path, next(iter(stacks.values()))
