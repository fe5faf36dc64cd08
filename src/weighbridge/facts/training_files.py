"""What training leaves behind in a repository: states, logs, results, arguments, scripts."""

from __future__ import annotations

import math
import re
from typing import Any

from weighbridge.errors import FormatError, SourceError
from weighbridge.facts.config import read_document
from weighbridge.facts.jsontext import parse_json
from weighbridge.facts.manifest import Manifest
from weighbridge.model import RepoFile
from weighbridge.sources.repository import Repository

FILE_LIMIT = 20
EVENT_FILE_LIMIT = 10
TAG_LIMIT = 500
# Trainer states of long runs have tens of megabytes of log entries; their summary stands before and after those.
STATE_BYTES = 4 * 1024 * 1024
EDGE_BYTES = 64 * 1024

_RESULTS = frozenset(
    {"all_results.json", "train_results.json", "eval_results.json", "test_results.json", "predict_results.json"}
)
_LOGS = _RESULTS | {"trainer_state.json", "trainer_log.jsonl", "log_history.json"}
_LOG_NAME = re.compile(
    r"(?:^|/)(?:train(?:ing|er)?|loss|run|metrics)[\w.-]{0,40}\.(?:log|tsv|jsonl)$|(?:^|/)progress\.csv$|\.log$"
)
_CHECKPOINT = re.compile(r"(?:^|.*/)(?:checkpoint[-_]?\d+|global_step[-_]?\d+|(?:step|epoch|iter)[-_]?\d+)(?=/)")
_SCRIPT = re.compile(
    r"(?:^|(?<=[^_-])[_-])(?:train(?:er|ing)?|pre-?train(?:ing)?|fine-?_?tun(?:e|ing)|sft|dpo)(?=[_.-]|$)|^run_(?!infer|eval|demo|test|server)\w+\.(?:py|sh)$"
)  # fmt: skip
_STATE_KEYS = frozenset(
    {"epoch", "global_step", "best_metric", "best_model_checkpoint", "max_steps", "num_train_epochs", "total_flos",
     "train_batch_size", "logging_steps", "eval_steps", "save_steps"}
)  # fmt: skip
_RESULT_KEYS = frozenset(
    {"train_runtime", "train_loss", "train_samples", "train_samples_per_second", "train_steps_per_second", "total_flos",
     "eval_loss", "eval_runtime", "eval_samples", "epoch"}
)  # fmt: skip
_PAIR = re.compile(r'"(\w{1,40})":\s?(null|-?\d{1,40}(?:\.\d{1,40})?(?:[eE][-+]?\d{1,3})?|"[^"\\]{0,300}")')


def state_of(repository: Repository, manifest: Manifest) -> dict[str, Any]:
    """Return the summary of the trainer's state nearest the root, and the figures of result files."""
    summary: dict[str, Any] = {}
    for file in _nearest(manifest, _RESULTS):
        values = _document(repository, file)
        summary.update({key: value for key, value in values.items() if key in _RESULT_KEYS and _is_plain(value)})
    for file in _nearest(manifest, frozenset({"trainer_state.json"}))[:1]:
        summary.update(_trainer_state(repository, file))
    return dict(sorted(summary.items()))


def _nearest(manifest: Manifest, names: frozenset[str]) -> list[RepoFile]:
    found = [file for file in manifest.training_states if file.name in names]
    return sorted(found, key=lambda file: (file.path.count("/"), file.path))[:FILE_LIMIT]


def _trainer_state(repository: Repository, file: RepoFile) -> dict[str, Any]:
    try:
        source = repository.open(file.path)
        if source.size > STATE_BYTES:
            head = source.read_at(0, EDGE_BYTES).partition(b'"log_history"')[0]
            tail = source.read_at(source.size - EDGE_BYTES, EDGE_BYTES).rpartition(b"]")[2]
            return _pairs(head) | _pairs(tail)
        value = parse_json(source.read_at(0, source.size)).value
    except (SourceError, FormatError):
        return {}
    if not isinstance(value, dict):
        return {}
    summary = {key: value[key] for key in _STATE_KEYS if _is_plain(value.get(key))}
    history = value.get("log_history")
    if isinstance(history, list):
        summary["log_entries"] = len(history)
        last = [entry for entry in history[-10:] if isinstance(entry, dict) and _is_plain(entry.get("train_runtime"))]
        summary.update(
            {key: last[-1][key] for key in ("train_runtime", "train_loss") if last and _is_plain(last[-1].get(key))}
        )
    return summary


def _pairs(data: bytes) -> dict[str, Any]:
    """Return the plain values in a piece of a document that was not read as a whole."""
    found: dict[str, Any] = {}
    for key, written in _PAIR.findall(data.decode(errors="replace")):
        if key in _STATE_KEYS and written != "null":
            found[key] = (
                written[1:-1]
                if written.startswith('"')
                else float(written)
                if set(written) & set(".eE")
                else int(written)
            )
    return found


def _document(repository: Repository, file: RepoFile) -> dict[str, Any]:
    try:
        return read_document(repository, file.path).mapping()
    except SourceError:
        return {}


def _is_plain(value: Any) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    return (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, str) and bool(value))


def logs_of(manifest: Manifest) -> list[str]:
    """Return the paths of trainer states, result files, event files and text logs."""
    states = [file.path for file in manifest.training_states if file.name in _LOGS]
    events = [file.path for file in manifest.events]
    texts = [
        file.path
        for file in manifest.files
        if file.path.endswith((".log", ".tsv", ".jsonl", ".csv")) and _LOG_NAME.search(file.path)
    ]
    return sorted({*states, *events, *texts})


def checkpoints_of(manifest: Manifest) -> list[str]:
    """Return the folders of intermediate checkpoints."""
    found = dict.fromkeys(
        match[0] for file in manifest.files if "/" in file.path and (match := _CHECKPOINT.match(file.path))
    )
    return list(found)


def scripts_of(manifest: Manifest) -> list[str]:
    """Return code and notebooks named like training."""
    return [file.path for file in (*manifest.code, *manifest.notebooks) if _SCRIPT.search(file.name.lower())]


def arguments_of(repository: Repository, manifest: Manifest) -> dict[str, Any]:
    """Return the training arguments' file, read without unpickling, or its JSON sister."""
    for name in ("training_args.bin", "training_args.json"):
        for file in _nearest(manifest, frozenset({name}))[:1]:
            values = _document(repository, file) if name.endswith(".json") else _pickled(repository, file)
            if values:
                return values
    return {}


def _pickled(repository: Repository, file: RepoFile) -> dict[str, Any]:
    # Imported late: few repositories have such a file.
    from weighbridge.formats.pytorch import read_arguments

    try:
        return read_arguments(repository.open(file.path))
    except (SourceError, FormatError):
        return {}


def event_tags_of(repository: Repository, manifest: Manifest) -> list[str]:
    """Return the scalar tags in TensorBoard files."""
    # Imported late: few repositories have such a file.
    from weighbridge.formats.tensorboard import read_events

    found: dict[str, None] = {}
    for file in manifest.events[:EVENT_FILE_LIMIT]:
        try:
            scalars = read_events(repository.open(file.path)).scalars
        except (SourceError, FormatError):
            continue
        found.update(dict.fromkeys(tag[:200] for tag in scalars))
    return sorted(found)[:TAG_LIMIT]
