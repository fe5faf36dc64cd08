"""What a text means to a library that is told to load it: a model of a registry, or something on disk."""

from __future__ import annotations

import re
from typing import NamedTuple

from weighbridge.facts.ids import is_id, is_model_id, model_of
from weighbridge.uses.loaders import Loader, table

_PREFIX = re.compile(r"(?:hf[-_]hub:|hf://(?:models/)?|huggingface/(?=[^/]+/)|models/(?=[^/]+/[^/]+$))")
_BARE = re.compile(r"[A-Za-z0-9][\w.+-]{0,120}")
_CLIP = re.compile(r"(?:ViT|RN|EVA|convnext|coca|xlm|roberta|MobileCLIP)[\w./@+-]{1,60}", re.IGNORECASE)
_CHECKPOINT = re.compile(r"(?:yolo|rtdetr|rt-detr|sam|mobile_sam|FastSAM|yolov)[\w.-]{0,40}\.pt", re.IGNORECASE)
_IN_REPOSITORY = re.compile(
    r"https?://(?:www\.)?(?:huggingface\.co|hf\.co)/([\w.-]{1,96}/[\w.-]{1,96})(?:\.git)?(?:/(?:resolve|blob|tree|raw)/([\w./-]{1,64}?)(?:/|$|\?))?"
)
_URL = re.compile(r"https?://[^\s\"'<>]{4,500}")
_ON_DISK = (
    ".pt", ".pth", ".bin", ".ckpt", ".onnx", ".safetensors", ".json", ".yaml", ".yml", ".txt", ".h5", ".pkl", ".tar", ".gz", ".zip",
    ".py", ".png", ".jpg", ".jpeg", ".wav", ".mp3", ".csv", ".toml", ".md", ".html", ".js", ".ts", ".css", ".tflite", ".pb", ".nemo",
    ".ipynb", ".log", ".xml", ".tsv", ".jsonl", ".sh", ".so", ".npz", ".npy", ".model", ".hdf5", ".parquet", ".keras", ".gguf", ".svg",
)  # fmt: skip
_PLACEHOLDER = re.compile(
    r"(?:path|path[-_]to|path/to|to|your|your[-_ ]?\w*|my[-_]?(?:org|user|username|name)|user|username|user[-_]?name|org|organi[sz]ation|owner|namespace|hf[-_]?user(?:name)?|xxx|foo|some[-_]?\w*|<.*)/.*"
    r"|.*(?:/path/|/your[-_]|<|>|\{|\}|\$).*|.*/(?:model[-_]?name|repo|repo[-_]?name|model|my[-_]model|your[-_]?\w*|name)",
    re.IGNORECASE,
)
# Names that a library with models of its own takes for the Hub's oldest ones.
_OLD = re.compile(
    r"(?:albert|bert|distilbert|roberta|distilroberta|xlm-roberta|camembert|gpt2|distilgpt2|t5|xlnet|xlm|ctrl|openai-gpt|transfo-xl)"
    r"(?:-(?:tiny|small|base|medium|large|xl|xxl|3b|11b|v1|v2|cased|uncased|chinese|german|multilingual|mlm|xnli15))*"
)
# Bare words that people write for a folder, not for a model.
_FOLDER_WORDS = (
    "model models output outputs checkpoint checkpoints results saved weights pretrained tokenizer test tmp data best last final "
    "local none auto default cpu cuda"
)
_WORDS = frozenset(_FOLDER_WORDS.split())


class Named(NamedTuple):
    """A model of a registry, as far as a text tells."""

    registry: str
    model: str
    revision: str = ""


def named(text: str, loader: Loader) -> Named | None:
    """Return the model that a text means to a loader; None for a path on disk, a placeholder, or no name at all."""
    text = text.strip()
    if not text or len(text) > 500 or "\n" in text:
        return None
    if text.startswith(("http://", "https://")):
        return _of_url(text, loader)
    prefix = _PREFIX.match(text)
    if prefix is not None:
        return _on_hub(text[prefix.end() :])
    if text.startswith((".", "/", "~", "\\")) or "://" in text or "\\" in text:
        return None
    return _NAMES[loader.names](text, loader)


def named_anyhow(text: str) -> Named | None:
    """Return the model that a text must mean wherever it stands: `owner/name` that looks like no path."""
    return _on_hub(text) if len(text) < 250 and "/" in text and not _is_hosted(text) else None


def in_repository(text: str) -> Named | None:
    """Return the model whose file an address leads to, with the revision in it."""
    match = _IN_REPOSITORY.match(text)
    if match is None or not model_of(text):
        return None
    return Named("huggingface", match[1].removesuffix(".git"), match[2] or "")


def _is_hosted(text: str) -> bool:
    return text.lower().startswith(table().keys.hosted)


def _of_url(text: str, loader: Loader) -> Named | None:
    found = in_repository(text)
    if found is not None:
        return found
    return Named(loader.registry, text) if loader.names == "url" and _URL.fullmatch(text) else None


def _on_hub(text: str) -> Named | None:
    """Return a model of the Hub: `owner/name`, or one of the old names without an owner; `@revision` may follow."""
    model, _, revision = text.partition("@")
    if model.lower().endswith(_ON_DISK) or _PLACEHOLDER.fullmatch(model) or not is_model_id(model):
        return None
    return Named("huggingface", model, revision)


def _owned(text: str, loader: Loader) -> Named | None:  # noqa: ARG001 - one of the table's functions
    return _on_hub(text) if "/" in text else None


def _hub(text: str, loader: Loader) -> Named | None:  # noqa: ARG001 - one of the table's functions
    return _on_hub(text)


def _with_owner(text: str, loader: Loader) -> Named | None:
    if "/" in text:
        return _on_hub(text)
    if not _is_bare(text):
        return None
    if not loader.owner or _OLD.fullmatch(text):
        return _on_hub(text)
    return Named("huggingface", f"{loader.owner}/{text}")


def _bare(text: str, loader: Loader) -> Named | None:
    if loader.registry in {"open_clip", "openai-clip"}:
        return Named(loader.registry, text) if _CLIP.fullmatch(text) else None
    if "/" in text:
        if loader.registry == "keras-hub":
            return None
        return _on_hub(text)
    return Named(loader.registry, text) if _is_bare(text) else None


def _is_bare(text: str) -> bool:
    is_word = text.lower() in _WORDS or text.lower().startswith(("checkpoint-", "my_", "my-", "your"))
    return _BARE.fullmatch(text) is not None and not is_word and not text.lower().endswith(_ON_DISK)


def _prefixed(text: str, loader: Loader) -> Named | None:
    return Named("huggingface", f"{loader.owner}{text}") if is_id(text) and len(text) < 12 and "/" not in text else None


def _url(text: str, loader: Loader) -> Named | None:  # noqa: ARG001 - one of the table's functions
    return None


def _checkpoint(text: str, loader: Loader) -> Named | None:
    if _CHECKPOINT.fullmatch(text):
        return Named(loader.registry, text)
    return _owned(text, loader)


def _fairseq(text: str, loader: Loader) -> Named | None:
    found = _on_hub(text) if "/" in text else None
    is_known = "." in text and _BARE.fullmatch(text) and not text.lower().endswith(_ON_DISK)
    return found or (Named(loader.registry, text) if is_known else None)


_NAMES = {
    "hub": _hub,
    "owned": _owned,
    "named": _with_owner,
    "bare": _bare,
    "prefixed": _prefixed,
    "url": _url,
    "checkpoint": _checkpoint,
    "fairseq": _fairseq,
}
