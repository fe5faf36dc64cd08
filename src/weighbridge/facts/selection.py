"""Which of a repository's weight files make up the model once.

Repositories hold copies in several formats and precisions, intermediate checkpoints, and parts (a vision encoder, a pooling
layer). The parameter count of a model is that of one complete copy, so one has to be chosen: by layout first (diffusers
pipelines and sentence-transformers consist of several folders), then the folder nearest the root, then format, then name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from weighbridge.facts.manifest import Manifest
from weighbridge.facts.roles import is_quantised
from weighbridge.model import Format, Inspection

_FORMATS = (
    Format.SAFETENSORS, Format.PYTORCH_ZIP, Format.PYTORCH_LEGACY, Format.GGUF, Format.ONNX, Format.TORCHSCRIPT,
    Format.KERAS, Format.HDF5, Format.SAVED_MODEL, Format.TENSORFLOW_CHECKPOINT, Format.FLAX_MSGPACK, Format.TFLITE,
    Format.OPENVINO, Format.COREML, Format.NUMPY_ZIP, Format.NUMPY, Format.JOBLIB, Format.PICKLE, Format.ARCHIVE,
)  # fmt: skip
_RANK = {kind: number for number, kind in enumerate(_FORMATS)} | {Format.PYTORCH_LEGACY: 1}

_SHARD = re.compile(r"[-_.]?\d{5}-of-\d{5}|(?<=consolidated)\.\d{2}")
_CHECKPOINT = re.compile(
    r"(?:^|/)(?:checkpoint|ckpt|global_step|epoch|step|runs?|wandb|lightning_logs)[-_]?[^/]*/|(?:^|/)original/"
)
_CANONICAL = frozenset(
    {"model", "pytorch_model", "tf_model", "flax_model", "diffusion_pytorch_model", "open_clip_pytorch_model",
     "open_clip_model", "consolidated", "saved_model", "weights"}
)  # fmt: skip
_VARIANT = re.compile(
    r"(?:^|[._-])(?:fp16|fp8|bf16|fp32|ema|non_ema|opt|optimized|half|distilled|lora|mmproj)(?=[._-]|$)"
)
_MODULE_FOLDER = re.compile(r"\d+_[A-Za-z]+/")

Group = tuple[Inspection, ...]


def choose(inspections: Sequence[Inspection], manifest: Manifest) -> Group:
    """Return the inspections that together make up the model once; () where there are none."""
    known = [i for i in inspections if i.format is not Format.UNRECOGNISED]
    candidates = [i for i in known if not _CHECKPOINT.search(i.path)] or known
    if "model_index.json" in manifest:
        nested = [i for i in candidates if i.path.count("/") == 1]
        if nested:
            return _best_of_each_folder(nested)
    if "modules.json" in manifest:
        return _sentence_transformer(candidates)
    return _best(candidates)


def _best_of_each_folder(candidates: Iterable[Inspection]) -> Group:
    folders: dict[str, list[Inspection]] = {}
    for inspection in candidates:
        folders.setdefault(_folder(inspection.path), []).append(inspection)
    return tuple(inspection for _, held in sorted(folders.items()) for inspection in _best(held))


def _sentence_transformer(candidates: Sequence[Inspection]) -> Group:
    modules = [i for i in candidates if _MODULE_FOLDER.fullmatch(_folder(i.path))]
    root = [i for i in candidates if "/" not in i.path]
    return _best(root) + _best_of_each_folder(modules) if root or modules else _best(candidates)


def _best(candidates: Sequence[Inspection]) -> Group:
    if not candidates:
        return ()
    groups: dict[tuple[str, Format, str], list[Inspection]] = {}
    for inspection in candidates:
        key = (_folder(inspection.path), inspection.format, _SHARD.sub("", inspection.path.rpartition("/")[2]))
        groups.setdefault(key, []).append(inspection)
    best = min(groups.values(), key=_order)
    return tuple(sorted(best, key=lambda inspection: inspection.path))


def _order(group: list[Inspection]) -> tuple[bool, int, int, int, int, str]:
    """Order groups by preference, the best first; the largest of equals, for quantised ones the most precise."""
    first = group[0]
    counted = sum(inspection.parameters for inspection in group)
    return (
        counted == 0,
        first.path.count("/"),
        _RANK.get(first.format, len(_FORMATS)),
        _name_rank(first.path),
        -sum(inspection.size for inspection in group),
        first.path,
    )


def _name_rank(path: str) -> int:
    stem = _SHARD.sub("", _stem(path)).lower()
    if stem in _CANONICAL:
        return 0
    if _VARIANT.search(stem) or (is_quantised(path) and not path.endswith(".gguf")):
        return 3
    return 1 if stem == "adapter_model" else 2


def _folder(path: str) -> str:
    return path[: path.rfind("/") + 1]


def _stem(path: str) -> str:
    name = path.rpartition("/")[2]
    return name.rpartition(".")[0] or name
