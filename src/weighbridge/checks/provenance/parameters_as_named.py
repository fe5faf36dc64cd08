"""PV001: the weights hold as many parameters as the name says."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.checks.sections import in_doubt
from weighbridge.checks.sizes import Size, explains, size_of
from weighbridge.facts.config import Config
from weighbridge.facts.identity import Identity
from weighbridge.facts.registry import Registry
from weighbridge.facts.weights import Weights
from weighbridge.model import (
    Attribute,
    Claim,
    Depth,
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
from weighbridge.model.units import count_text, plural

_SILENT = not_applicable("The name claims no parameter count.")
_ANOTHERS = not_applicable("The size in the name may be that of the model this one was made from or serves.")
_NOT_COUNTED = in_doubt(unknown("The parameters were not counted.", depth=Depth.HEADERS))
_WORDS_OF_PARTS = (
    "lora qlora adapter adapters peft draft eagle eagle3 medusa speculator mmproj projector vision pruned pruning prune "
    "layer layers head heads distilled distill distil tokenizer embedding embeddings encoder decoder blip2 instructblip "
    "sae transcoder dictionary controlnet vae half quarter sparse wanda tiny random dummy clip hydra router delta prm"
)
_PART_WORDS = frozenset(_WORDS_OF_PARTS.split())
_ADAPTER_FILES = ("adapter_config.json", "adapter_model.safetensors", "adapter_model.bin")
_REMEDY = "Rename the model after the parameters that its files hold, or correct the files."


@check(code="PV001", attribute=Attribute.PROVENANCE, factor=Factor.ARCHITECTURE_DETAILS, severity=Severity.HIGH)
def parameters_as_named(
    identity: Identity, weights: Weights | None, registry: Registry | None, config: Config | None
) -> Outcome:
    """The weights hold as many parameters as the name says.

    What it asks: whether a size in the name (`7b`, `125M`) is the number of elements in the tensors.
    Why it matters: cost, memory and expectations follow the name; a smaller model under a larger one's name misleads.
    Evidence: the tensor inventory, or without one the registry's own count of the safetensors files.
    Remedy: rename the model after the parameters that its files hold, or correct the files.
    Limits: publishers round, and count with or without embeddings and tied layers; any of these counts within 0.8 to 1.35
        of the named one agrees. `8x7b` names no total. Adapters, parts and packed quantised weights are not compared.
    Source: Jiang et al., "Naming Practices of Pre-Trained Models in Hugging Face"; this project.
    """
    named = identity.parameters
    if named is None:
        return _SILENT
    if not _PART_WORDS.isdisjoint(token.lower() for token in identity.tokens) or _is_adapter(weights, config):
        return _ANOTHERS
    size, evidence = _measured(weights, registry, config)
    if isinstance(size, str):
        return in_doubt(unknown(f"The name says {identity.parameters_token}; {size}."))
    if size is None:
        return _NOT_COUNTED
    claim = Claim(f"{identity.parameters_token} in the name {identity.ref.short_name}")
    message = f"The name says {identity.parameters_token}; the weights hold {count_text(size.total)} ({size.total:,}) parameters."
    if explains(size, named, 0.8, 1.35):
        return verified(message, evidence, claim=claim)
    return contradicted(message, evidence, claim=claim, remedy=_REMEDY, severity=_severity(size.total / named))


def _is_adapter(weights: Weights | None, config: Config | None) -> bool:
    if config is not None and config.main.path.endswith("adapter_config.json"):
        return True
    return weights is not None and any(i.path.rpartition("/")[2] in _ADAPTER_FILES for i in weights.model)


def _measured(
    weights: Weights | None, registry: Registry | None, config: Config | None
) -> tuple[Size | str | None, Evidence]:
    if weights is not None:
        size = size_of(weights, config)
        where = Location(weights.model[0].path) if weights.model else None
        return size, Evidence(f"{plural(len(weights.model), 'weight file')} inspected", where)
    counts = registry.parameters if registry is not None else None
    if not counts:
        return None, Evidence("")
    scheme = config is not None and "quantization_config" in config.values
    if scheme or any(dtype in {"I32", "U32", "U8", "I16"} for dtype in counts):
        return "the weights are quantised, and the registry counts packed elements", Evidence("")
    return Size(sum(counts.values())), Evidence("the registry's count of the safetensors files")


def _severity(ratio: float) -> Severity:
    """A count twice as large or half as large misleads; nearer ones may be another way of counting."""
    if 0.5 <= ratio <= 2:
        return Severity.LOW if 0.65 <= ratio <= 1.6 else Severity.MEDIUM
    return Severity.HIGH
