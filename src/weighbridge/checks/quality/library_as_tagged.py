"""QU034: the files are those of the library that is named."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.manifest import Manifest
from weighbridge.facts.metadata import Metadata
from weighbridge.facts.registry import Registry
from weighbridge.model import (
    Attribute,
    Claim,
    Evidence,
    Factor,
    Outcome,
    Severity,
    contradicted,
    not_applicable,
    verified,
)

_SILENT = not_applicable("Neither front matter nor registry names a library whose files are known.")
# What a library's models cannot do without: names, or endings of names.
_NEEDED: dict[str, tuple[str, ...]] = {
    "transformers": ("config.json", ".gguf", "adapter_config.json", "tokenizer.json", "preprocessor_config.json", "tokenizer_config.json"),
    "diffusers": ("model_index.json", "config.json", ".safetensors", ".bin", ".ckpt"),
    "peft": ("adapter_config.json", "adapter_model.safetensors", "adapter_model.bin"),
    "sentence-transformers": ("modules.json", "config.json", "config_sentence_transformers.json"),
    "gguf": (".gguf",), "llama.cpp": (".gguf",), "onnx": (".onnx",), "openvino": (".xml",), "nemo": (".nemo",),
    "keras": (".keras", ".h5", "saved_model.pb", "config.json", ".tf", ".index"), "tflite": (".tflite",),
    "timm": (".bin", ".safetensors", ".pth", ".pt"), "open_clip": ("open_clip_config.json", ".bin", ".safetensors", ".pt"),
    "coreml": (".mlmodel", ".mlpackage", ".mlmodelc", "coremldata.bin", "model.mil"), "mlx": (".safetensors", ".npz"),
    "safetensors": (".safetensors",), "spacy": ("meta.json", ".whl", "config.cfg"), "stable-baselines3": (".zip",),
    "speechbrain": ("hyperparams.yaml", ".ckpt"), "fastai": (".pkl", ".pth", "pyproject.toml"), "ml-agents": (".onnx", ".nn"),
    "flair": (".bin", ".pt"), "paddlenlp": (".pdparams", ".safetensors", "model_state.pdparams"),
}  # fmt: skip
_TAGS = ("gguf", "onnx", "openvino", "coreml", "tflite", "safetensors")
_REMEDY = "Correct `library_name` and tags, or push the files that the library needs."


@check(code="QU034", attribute=Attribute.QUALITY, factor=Factor.STRUCTURE, severity=Severity.MEDIUM)
def library_as_tagged(metadata: Metadata, registry: Registry | None, manifest: Manifest) -> Outcome:
    """The files are those of the library that is named.

    What it asks: whether the files that models of the named library always have are there.
    Why it matters: registries offer code for the named library; with other files it fails.
    Evidence: `library_name` in the front matter or the registry's record; format tags; the list of files.
    Remedy: correct `library_name` and tags, or push the files that the library needs.
    Limits: only libraries whose files are known; whether the files load is not tried.
    Source: Hugging Face Hub, libraries; this project.
    """
    library = metadata.text("library_name") or (registry.library if registry is not None else "")
    tags = metadata.texts("tags")
    named = [library.lower()] if library.lower() in _NEEDED else []
    named += [tag for tag in _TAGS if tag in tags and tag not in named]
    if not named or not manifest.files:
        return _SILENT
    for name in named:
        if not _has(manifest, _NEEDED[name]):
            is_tag = name != library.lower()
            where = metadata.where("tags" if is_tag else "library_name")
            return contradicted(
                f"The card names {name}; no file is one that {name} needs ({', '.join(_NEEDED[name][:3])}).",
                Evidence(f"{len(manifest.files)} files listed"),
                claim=Claim(f"{'tag' if is_tag else 'library_name'}: {name}", where),
                remedy=_REMEDY,
                severity=Severity.LOW if is_tag else None,
            )
    return verified(f"The files are those of {', '.join(named)}.")


def _has(manifest: Manifest, needed: tuple[str, ...]) -> bool:
    if any(path.endswith(needed) for path in manifest.lowered):
        return True
    return ".mlpackage" in needed and any(".mlpackage/" in path for path in manifest.lowered)
