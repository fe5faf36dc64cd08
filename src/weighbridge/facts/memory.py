"""What a number of parameters needs in memory.

Assumptions, stated so that they can be argued with: weights at the precision's bytes with a fifth on top for buffers and
fragmentation; full fine-tuning with mixed-precision Adam at 16 bytes a parameter (Rajbhandari et al., 2020, ZeRO §3.1); LoRA
at the frozen weights plus one hundredth of the parameters trained at 16 bytes (Hu et al., 2021). Activations are not counted.
"""

from __future__ import annotations

from weighbridge.model import DTYPE_BITS, MemoryNeed

_PRECISIONS = ("F32", "BF16", "I8", "I4")
_OVERHEAD = 1.2
_ADAM_BYTES = 16
_TRAINED_BY_LORA = 0.01


def memory_needs(parameters: int) -> tuple[MemoryNeed, ...]:
    """Return the bytes needed at each common precision, from the largest to the smallest."""
    adam = int(parameters * _ADAM_BYTES)
    needs = []
    for precision in _PRECISIONS:
        weights = parameters * DTYPE_BITS[precision] / 8 * _OVERHEAD
        lora = int(weights + parameters * _TRAINED_BY_LORA * _ADAM_BYTES)
        needs.append(MemoryNeed(precision, inference=int(weights), fine_tuning=adam, lora=lora))
    return tuple(needs)
