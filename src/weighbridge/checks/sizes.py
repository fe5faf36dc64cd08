"""How many parameters a model has, counted in the ways in which publishers count them.

Publishers count with or without embeddings, and files hold what is no parameter (attention masks, position ids) or the
same matrix twice (an output layer tied to the embedding, stored under both names). A claim is taken to hold when any of
these counts does.
"""

from __future__ import annotations

from typing import NamedTuple

from weighbridge.facts.config import Config
from weighbridge.facts.weights import Weights
from weighbridge.model import Format, Inspection, Tensor

# Element types into which schemes pack several parameters each.
_PACKED = frozenset({"I32", "U32", "U8", "I16", "U16", "F4"})
# Schemes whose stored tensors have one element for each parameter.
_UNPACKED_SCHEMES = frozenset({"fp8", "fbgemm_fp8", "finegrained_fp8"})
_BUFFERS = (
    ".attn.bias",
    ".attn.masked_bias",
    ".attention.bias",
    ".attention.masked_bias",
    ".causal_mask",
    "position_ids",
    "num_batches_tracked",
    ".rotary_emb.inv_freq",
)
_EMBEDDINGS = ("embed_tokens.", "word_embeddings.", "wte.", "token_embd.", "shared.", "embed_in.", "embed_out.",
               "lm_head.", "tok_embeddings.", "position_embeddings.", "wpe.", "decoder.weight")  # fmt: skip


class Size(NamedTuple):
    """The measured count, and the counts that other conventions give of the same weights."""

    total: int
    others: tuple[int, ...] = ()


def size_of(weights: Weights, config: Config | None) -> Size | str:
    """Return the parameters of the model, or why they cannot be counted."""
    total = weights.parameters
    if not total:
        return "the weight files have no readable tensor inventory"
    if any(not inspection.complete for inspection in weights.model):
        return "a weight file could not be read to its end"
    if any(shards.missing_files for shards in weights.shards):
        return "shards of the model are missing"
    if _is_packed(weights, config):
        return "the weights are quantised and packed, so that one stored element holds several parameters"
    return Size(total, tuple(_others(total, weights.model)))


def explains(size: Size, stated: float, low: float, high: float) -> bool:
    """Whether one of the counts lies within `low` to `high` times the stated one."""
    return any(low * stated <= count <= high * stated for count in (size.total, *size.others))


def _is_packed(weights: Weights, config: Config | None) -> bool:
    scheme = config.values.get("quantization_config") if config is not None else None
    if isinstance(scheme, dict) and scheme.get("quant_method") not in _UNPACKED_SCHEMES:
        return True
    if any(i.stated_parameters is not None for i in weights.model) or _is_gguf(weights.model):
        return False
    dtypes = weights.dtypes
    packed = sum(count for dtype, count in dtypes.items() if dtype in _PACKED)
    return packed > 0.1 * sum(dtypes.values())


def _is_gguf(model: tuple[Inspection, ...]) -> bool:
    return all(inspection.format is Format.GGUF for inspection in model)


def _others(total: int, model: tuple[Inspection, ...]) -> list[int]:
    tensors = [tensor for inspection in model for tensor in inspection.tensors]
    trained = total - sum(tensor.elements for tensor in tensors if _is_buffer(tensor))
    embeddings = [t.elements for t in tensors if len(t.shape) == 2 and any(word in t.name for word in _EMBEDDINGS)]
    tied = [count for count in set(embeddings) if embeddings.count(count) > 1]
    counts = [trained, *(trained - count for count in tied), trained - sum(embeddings)]
    return [count for count in dict.fromkeys(counts) if 0 < count < total]


def _is_buffer(tensor: Tensor) -> bool:
    if not tensor.name.endswith(_BUFFERS):
        return False
    # `attn.bias` is a mask over positions where it has four dimensions, and a parameter where it has one.
    return not tensor.name.endswith(".bias") or len(tensor.shape) == 4
