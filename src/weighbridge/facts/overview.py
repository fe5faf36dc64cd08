"""What the model is, in the few facts a person asks for first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from weighbridge.facts.config import Config
from weighbridge.facts.engine import Facts
from weighbridge.facts.licence import Licence
from weighbridge.facts.lineage import Lineage
from weighbridge.facts.manifest import Manifest
from weighbridge.facts.memory import memory_needs
from weighbridge.facts.metadata import Metadata
from weighbridge.facts.registry import Registry
from weighbridge.facts.tokenizer import Tokenizer
from weighbridge.facts.weights import Weights
from weighbridge.model import Format, Inspection, Overview

TENSORS_SHOWN = 24
NAMES_SHOWN = 50

# Keys under which configurations state how many tokens (or positions) the model takes, the most telling first.
CONTEXT_KEYS = (
    "max_position_embeddings", "n_positions", "max_sequence_length", "n_ctx", "seq_length", "max_seq_len",
    "max_seq_length", "model_max_length",
)  # fmt: skip


def describe(facts: Facts) -> Overview:
    """Return what was read about the model; what was not read is left empty, never guessed.

    The parameter count is that of one complete copy of the weights; without a look at the files it is the registry's
    own count. What the memory figures assume is told in `weighbridge.facts.memory`.
    """
    metadata = facts.maybe(Metadata) or Metadata()
    registry = facts.maybe(Registry) or Registry()
    config = facts.maybe(Config) or Config()
    weights = facts.maybe(Weights)
    parameters, precisions = _size(weights, registry)
    tokenizer = facts.maybe(Tokenizer)
    return Overview(
        task=metadata.text("pipeline_tag") or registry.task,
        library=metadata.text("library_name") or registry.library,
        architecture=_architecture(config),
        parameters=parameters,
        precisions=precisions,
        formats=_formats(weights),
        weight_bytes=_weight_bytes(facts, weights),
        quantisation=_quantisation(weights, config),
        context=config.sentence_length or config.number(*CONTEXT_KEYS) or _stated(weights, ".context_length"),
        vocabulary=(tokenizer.vocabulary if tokenizer else None)
        or config.number("vocab_size")
        or _stated(weights, ".vocab_size"),
        languages=metadata.texts("language")[:NAMES_SHOWN],
        licence=_licence(facts, metadata),
        base_models=_base_models(facts, metadata),
        datasets=_datasets(facts, metadata),
        memory=memory_needs(parameters) if parameters else (),
        tensors=_largest(weights),
    )


def _size(weights: Weights | None, registry: Registry) -> tuple[int | None, dict[str, int]]:
    if weights is not None and weights.parameters:
        return weights.parameters, weights.dtypes
    counted = registry.parameters or {}
    return (sum(counted.values()) or None), dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))


def _architecture(config: Config) -> str:
    named = config.architectures
    if named:
        return named[0]
    return config.model_type or next(
        (v for k in ("_class_name", "architecture") if isinstance(v := config.values.get(k), str)), ""
    )


def _formats(weights: Weights | None) -> tuple[str, ...]:
    found = {inspection.format for inspection in weights.inspections} if weights is not None else set()
    return tuple(sorted(kind.value for kind in found - {Format.UNRECOGNISED}))


def _weight_bytes(facts: Facts, weights: Weights | None) -> int | None:
    """Bytes of one complete copy where it was inspected, else of all weight files as listed."""
    if weights is not None and weights.model:
        return sum(inspection.size for inspection in weights.model) + _external(facts, weights.model)
    manifest = facts.maybe(Manifest)
    sizes = [file.size for file in (*manifest.weights, *manifest.weight_data)] if manifest is not None else []
    return sum(size for size in sizes if size is not None) if sizes and None not in sizes else None


def _external(facts: Facts, inspections: Iterable[Inspection]) -> int:
    """Bytes of the raw data files that stand beside the inspected ones."""
    manifest = facts.maybe(Manifest)
    folders = {inspection.path[: inspection.path.rfind("/") + 1] for inspection in inspections if inspection.references}
    data = manifest.weight_data if manifest is not None else ()
    return sum(file.size or 0 for file in data if file.path[: file.path.rfind("/") + 1] in folders)


def _quantisation(weights: Weights | None, config: Config) -> str:
    for inspection in weights.model if weights is not None else ():
        if inspection.quantisation:
            return inspection.quantisation
    stated = config.values.get("quantization_config")
    method = stated.get("quant_method") if isinstance(stated, dict) else None
    return method if isinstance(method, str) else ""


def _stated(weights: Weights | None, ending: str) -> int | None:
    """Return a whole number that a file states of itself under a key such as `llama.context_length`."""
    for inspection in weights.model if weights is not None else ():
        for key, value in inspection.metadata.items():
            if key.endswith(ending) and _is_count(value):
                return int(value)
    return None


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _licence(facts: Facts, metadata: Metadata) -> str:
    licence = facts.maybe(Licence)
    if licence is None:
        return metadata.text("license")
    terms = [term.key or term.identifier for term in licence.declared]
    if terms == ["other"] and licence.name:
        return licence.name
    # Where no card declares one the text binds, whatever a package's METADATA says.
    elsewhere = [text.key for text in licence.texts] + [term.key for term in licence.others]
    return ", ".join(terms) or next(filter(None, elsewhere), "")


def _base_models(facts: Facts, metadata: Metadata) -> tuple[str, ...]:
    lineage = facts.maybe(Lineage)
    names = [parent.name for parent in lineage.parents] if lineage is not None else metadata.texts("base_model")
    return tuple(dict.fromkeys(names))[:NAMES_SHOWN]


def _datasets(facts: Facts, metadata: Metadata) -> tuple[str, ...]:
    lineage = facts.maybe(Lineage)
    names = [dataset.name for dataset in lineage.datasets] if lineage is not None else metadata.texts("datasets")
    return tuple(dict.fromkeys(names))[:NAMES_SHOWN]


def _largest(weights: Weights | None) -> tuple[tuple[str, int], ...]:
    """Return the names and elements of the largest tensors of the model."""
    sizes = [(tensor.name, tensor.elements) for i in (weights.model if weights else ()) for tensor in i.tensors]
    return tuple(sorted(sizes, key=lambda item: (-item[1], item[0]))[:TENSORS_SHOWN])
