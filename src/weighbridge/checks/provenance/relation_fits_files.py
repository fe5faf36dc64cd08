"""PV055: the declared relation to the base model fits the files."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.config import Config
from weighbridge.facts.identity import Identity
from weighbridge.facts.manifest import Manifest
from weighbridge.facts.metadata import Metadata
from weighbridge.model import (
    Attribute,
    Claim,
    Confidence,
    Depth,
    Evidence,
    Factor,
    Outcome,
    Severity,
    contradicted,
    not_applicable,
    unknown,
    verified,
)

_NONE = not_applicable("The front matter declares no relation to a base model.")
_UNSETTLED = not_applicable("Files do not show whether this relation holds.")
_UNREAD = unknown("The configuration was not looked at.", depth=Depth.CARD)
_ADAPTERS = (
    "adapter_config.json",
    "adapter_model.safetensors",
    "adapter_model.bin",
    "pytorch_lora_weights.safetensors",
    "pytorch_lora_weights.bin",
)
_QUANTISED = (".gguf", ".ggml", ".mlmodel", ".tflite", ".onnx", ".llamafile", ".engine", ".pte")


@check(code="PV055", attribute=Attribute.PROVENANCE, factor=Factor.LINEAGE, severity=Severity.LOW)
def relation_fits_files(metadata: Metadata, manifest: Manifest, config: Config | None, identity: Identity) -> Outcome:
    """The declared relation to the base model fits the files.

    What it asks: whether a model declared as adapter has adapter files, and one declared as quantised a quantisation.
    Why it matters: tools load by the relation; an adapter treated as a full model fails, and the reverse.
    Evidence: `base_model_relation` in the front matter; the files; `quantization_config` in the configuration.
    Remedy: correct `base_model_relation` in the front matter.
    Limits: `finetune` and `merge` leave no certain trace in files, except that adapter files contradict them.
    Source: Hugging Face Hub, `base_model_relation`; this project.
    """
    relation = metadata.text("base_model_relation")
    if not relation:
        return _NONE
    claim = Claim(f"base_model_relation: {relation}", metadata.where("base_model_relation"))
    names = {file.name for file in manifest.files}
    adapters = [name for name in _ADAPTERS if name in names]
    if relation == "adapter":
        # LoRAs of diffusion models are one file of any name.
        if adapters or any("lora" in file.path.lower() for file in manifest.weights):
            return verified("Declared as adapter; the files are one.", claim=claim)
        if any(file.suffix == ".safetensors" for file in manifest.weights) and "config.json" not in names:
            return _UNSETTLED
        return _misfit("Declared as adapter, but there is no adapter file.", claim)
    if relation == "quantized":
        return _quantised(manifest, config, identity, claim)
    if relation in ("finetune", "merge") and adapters and not _has_model(manifest):
        return _misfit(f"Declared as {relation}, but the only weights are {adapters[0]}.", claim)
    return _UNSETTLED


def _has_model(manifest: Manifest) -> bool:
    return any(file.name not in _ADAPTERS for file in manifest.weights)


def _quantised(manifest: Manifest, config: Config | None, identity: Identity, claim: Claim) -> Outcome:
    scheme = (
        config.values.get("quantization_config") or config.values.get("quantization") if config is not None else None
    )
    files = [file for file in manifest.weights if file.suffix in _QUANTISED] or list(manifest.quantised)
    if scheme or files:
        text = files[0].path if files else "`quantization_config`"
        return verified(f"Declared as quantised; {text} shows it.", Evidence(text), claim=claim)
    if config is None or config.is_partial or identity.quantisation:
        return _UNREAD if config is None or config.is_partial else _UNSETTLED
    return _misfit("Declared as quantised, but neither configuration nor files show a quantisation.", claim)


def _misfit(message: str, claim: Claim) -> Outcome:
    return contradicted(
        message, claim=claim, remedy="Correct `base_model_relation` in the front matter.", confidence=Confidence.MEDIUM
    )
