"""What a file is for, told by its path alone: the tables behind the manifest."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

# What a path is for stands at its end; no more of it is looked at, however long a record makes it.
PATH_LENGTH = 1000


class Role(StrEnum):
    """What a file is for; every file has exactly one."""

    WEIGHTS = "weights"
    WEIGHT_DATA = "weight data"
    SHARD_INDEX = "shard index"
    TRAINING_STATE = "training state"
    CONFIG = "configuration"
    TOKENIZER = "tokenizer"
    LICENCE = "licence"
    NOTICE = "notice"
    CODE = "code"
    NOTEBOOK = "notebook"
    ENVIRONMENT = "environment"
    EVENTS = "events"
    IMAGE = "image"
    MEDIA = "media"
    DATA = "data"
    DOCUMENT = "document"
    ARCHIVE = "archive"
    HOUSEKEEPING = "housekeeping"
    OTHER = "other"


def _table(**suffixes: str) -> dict[str, Role]:
    return {f".{suffix}": Role[role] for role, words in suffixes.items() for suffix in words.split()}


_BY_SUFFIX = _table(
    WEIGHTS="safetensors bin pt pth ckpt gguf ggml onnx ort h5 hdf5 keras pb pbtxt tflite msgpack ot npz npy joblib pkl "
    "pickle skops mlmodel pdparams pdiparams pdmodel nemo params caffemodel torchscript ptl pte t7 model bst ubj cbm "
    "weights jit engine mar dduf litertlm task pmml rten llamafile",
    WEIGHT_DATA="onnx_data blob",
    CONFIG="json yaml yml toml cfg ini jsonnet conf",
    TOKENIZER="spm tiktoken vocab bpe codes",
    CODE="py pyx c cc cpp cu cuh h hpp js ts mjs rs go java sh bash ps1 bat r jl swift kt rb lua php ipynb_py mojo",
    NOTEBOOK="ipynb",
    IMAGE="png jpg jpeg gif svg webp bmp tif tiff ico heic",
    MEDIA="wav mp3 flac ogg mp4 avi mov webm m4a mkv",
    DATA="csv tsv parquet arrow jsonl feather txt xml arpa db sqlite feather conll ndjson xls xlsx",
    DOCUMENT="md rst pdf html htm tex bib docx markdown",
    ARCHIVE="zip tar gz tgz bz2 xz 7z zst rar lz4 whl egg",
)

_BY_NAME = {
    name: role
    for role, names in {
        Role.TRAINING_STATE: "training_args.bin optimizer.pt optimizer.bin optimizer.pth scheduler.pt scheduler.bin "
        "scaler.pt trainer_state.json latest zero_to_fp32.py optimizer.safetensors trainer_log.jsonl log_history.json "
        "all_results.json train_results.json eval_results.json test_results.json predict_results.json "
        "training_args.json zero_to_fp32.json",
        Role.TOKENIZER: "tokenizer.json vocab.json vocab.txt merges.txt tokenizer_config.json special_tokens_map.json "
        "added_tokens.json tokenizer.bin tokenizer.pkl tokenizer.pickle tokenizer.model spiece.model vocab.pkl "
        "vocab.bin vocab.pt dict.txt dict.pt vocab.bpe encoder.json bpe.codes sentencepiece.bpe.model emoji.json "
        "bpecodes vocab.pth normalizer.json chat_template.jinja chat_template.json source.spm target.spm tekken.json "
        "vocab.npz words.txt tokens.txt vocabulary.txt vocabulary.json tokenizer.txt ",
        Role.ENVIRONMENT: "requirements.txt environment.yml environment.yaml conda.yaml conda.yml pyproject.toml "
        "setup.py setup.cfg poetry.lock uv.lock pipfile pipfile.lock pdm.lock pixi.toml pixi.lock conda-lock.yml "
        "dockerfile containerfile docker-compose.yml docker-compose.yaml compose.yaml package.json python_env.yaml "
        ".python-version apt.txt packages.txt environment-dev.yml constraints.txt runtime.txt",
        Role.HOUSEKEEPING: ".gitattributes .gitignore .ds_store .gitkeep .gitmodules .keep thumbs.db "
        ".pre-commit-config.yaml .editorconfig",
        Role.CODE: "makefile",
        Role.DATA: "unigrams.txt attrs.json",
        Role.DOCUMENT: "readme readme.txt changelog changelog.txt citation.cff citation.bib authors contributors "
        "model_card.txt usage_policy.txt",
    }.items()
    for name in names.split()
}  # fmt: skip

# First match wins; searched in the lower-cased path, after the tables of whole names.
_BY_PATTERN: tuple[tuple[re.Pattern[str], Role], ...] = tuple(
    (re.compile(pattern), role)
    for pattern, role in (
        (r"(?:^|/)events\.out\.tfevents\.", Role.EVENTS),
        (r"\.index\.json$|(?:^|/)model\.index(?:\.\w+)?\.json$", Role.SHARD_INDEX),
        (r"(?:^|/)[^/]*(?:licen[cs]e|copying)[^/]*$", Role.LICENCE),
        (r"(?:^|/)(?:notice|third.?party.?notices?|use.?policy|acceptable.?use.?policy|attribution)(?:\.\w+)?$", Role.NOTICE),
        (r"(?:^|/)(?:rng_state|random_states?)[^/]*$", Role.TRAINING_STATE),
        (r"(?:^|/)[^/]*(?:optim(?:izer)?(?:_states?)?|scheduler|grad_scaler|trainer_state)(?:[._-]\d+)*"
         r"\.(?:pt|pth|bin|ckpt|safetensors|pkl)$", Role.TRAINING_STATE),
        (r"(?:^|/)(?:[^/]*_)?optim_states\.pt$|(?:^|/)global_step\d+/", Role.TRAINING_STATE),
        (r"(?:^|/)requirements[^/]*\.(?:txt|in)$|(?:^|/)dockerfile[^/]*$|\.dockerfile$", Role.ENVIRONMENT),
        (r"(?:^|/)[^/]*(?:spiece|sentencepiece|spm|bpe|token)[^/]*\.(?:model|vocab)$", Role.TOKENIZER),
        (r"(?:^|/)(?:additional_chat_templates/|[^/]*chat_template[^/]*\.jinja)", Role.TOKENIZER),
        (r"(?:^|/)language_model/", Role.DATA),
        (r"\.data-\d{5}-of-\d{5}$|\.onnx[._]data(?:[._]?\d+)?$|\.mlpackage/.*/weight\.bin$", Role.WEIGHT_DATA),
        (r"\.mlpackage/.*\.(?:json|plist)$|\.mlmodelc/.*\.(?:json|mil|plist)$", Role.CONFIG),
        (r"(?:^|/)[^/]*(?:ckpt|checkpoint|variables|model)[^/]*\.index$", Role.WEIGHTS),
        (r"openvino[^/]*\.bin$", Role.WEIGHT_DATA),
        (r"openvino[^/]*\.xml$", Role.WEIGHTS),
    )
)  # fmt: skip

_TESTS = re.compile(r"(?:^|/)(?:tests?/|test_[^/]*\.py$|[^/]*_test\.py$|conftest\.py$)")
_EXAMPLES = re.compile(
    r"(?:^|/)(?:examples?|demos?|samples?|tutorials?|notebooks?)/|(?:^|/)(?:example|demo)[^/]*\.(?:py|ipynb)$"
)
_QUANTISED = re.compile(
    r"(?:^|[/._-])(?:i?q[1-8](?:_[0-9k](?:_[a-z]{1,3})?|_[01])|quantized|quantised|quant|u?int[48]|q8|[48]bit|gptq|awq|"
    r"bnb4|qint8|fp8|nf4|dynamic_int8)(?=[/._-]|$)"
)


@lru_cache(maxsize=8192)
def role_of(path: str) -> Role:
    """Return what a file at that path is for."""
    lowered = path[-PATH_LENGTH:].lower()
    name = lowered.rpartition("/")[2]
    role = _BY_NAME.get(name)
    if role is not None:
        return role
    suffix = f".{name.rpartition('.')[2]}" if "." in name[1:] else ""
    for pattern, found in _BY_PATTERN:
        if pattern.search(lowered) and not (found is Role.LICENCE and _is_not_prose(suffix)):
            return found
    return _BY_SUFFIX.get(suffix, Role.OTHER)


def _is_not_prose(suffix: str) -> bool:
    """A licence is a text: `license_detector.py` or `license_plate.pt` is none."""
    return suffix not in {"", ".md", ".txt", ".rst", ".pdf", ".html"} and _BY_SUFFIX.get(suffix) is not None


_ON_LOADING = frozenset({Role.WEIGHTS, Role.WEIGHT_DATA, Role.CODE, Role.CONFIG, Role.TOKENIZER, Role.SHARD_INDEX})


def acts_on_loading(path: str) -> bool:
    """Whether the file at that path takes part when a model is loaded, as far as its name tells."""
    return role_of(path) in _ON_LOADING


@lru_cache(maxsize=8192)
def is_test(path: str) -> bool:
    """Whether the path is one of test code."""
    return _TESTS.search(path[-PATH_LENGTH:].lower()) is not None


@lru_cache(maxsize=8192)
def is_example(path: str) -> bool:
    """Whether the path is one of an example or a demonstration."""
    return _EXAMPLES.search(path[-PATH_LENGTH:].lower()) is not None


@lru_cache(maxsize=8192)
def is_quantised(path: str) -> bool:
    """Whether the path calls its content quantised."""
    return _QUANTISED.search(path[-PATH_LENGTH:].lower()) is not None
