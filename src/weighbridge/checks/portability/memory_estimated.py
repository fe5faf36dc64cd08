"""PT070: what it costs to run and to fine-tune can be estimated."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.memory import memory_needs
from weighbridge.facts.weights import Weights
from weighbridge.model import Attribute, Evidence, Factor, Outcome, Severity, not_applicable, unknown, verified
from weighbridge.model.units import size_text

_NO_WEIGHTS = not_applicable("There are no weights whose cost could be estimated.")


@check(code="PT070", attribute=Attribute.PORTABILITY, factor=Factor.COST_ESTIMATION, severity=Severity.LOW)
def memory_estimated(weights: Weights) -> Outcome:
    """What it costs to run and to fine-tune can be estimated.

    What it asks: whether memory to run and to fine-tune can be worked out, per precision, from the tensors.
    Why it matters: memory decides about the machine, and the machine about the price.
    Evidence: the number of parameters in the tensor inventory.
    Remedy: publish the weights in a format with a readable inventory, such as safetensors.
    Limits: weights and optimizer only, with a fifth on top for buffers; activations grow with batch and sequence length.
    Source: Rajbhandari et al., 2020, ZeRO: 16 bytes a parameter for mixed-precision Adam; Hu et al., 2021, LoRA.
    """
    if not weights.inspections:
        return _NO_WEIGHTS if not weights.skipped else unknown("No weight file could be read.")
    if not weights.parameters:
        return unknown("The weight files have no readable tensor inventory.")
    needs = memory_needs(weights.parameters)
    lines = (
        Evidence(
            f"{n.precision}: run {size_text(n.inference)}, fine-tune {size_text(n.fine_tuning)}, LoRA {size_text(n.lora)}"
        )
        for n in needs
    )
    stored = next(iter(weights.dtypes), "")
    told = next((need for need in needs if need.precision == stored), needs[0])
    return verified(
        f"At {told.precision} about {size_text(told.inference)} to run, {size_text(told.lora)} for LoRA, "
        f"{size_text(told.fine_tuning)} to fine-tune fully.",
        *lines,
    )
