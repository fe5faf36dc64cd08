"""Models of transformers: classes of texts and images here, other tasks in a module for each kind of answer."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from weighbridge.measure.runners.contract import Job, Model, Prediction, Runner, ranked
from weighbridge.measure.tasks import Task

_PIPELINES = {
    Task.TEXT_CLASSIFICATION: "text-classification",
    Task.TEXT_SCORING: "text-classification",
    Task.IMAGE_CLASSIFICATION: "image-classification",
}
_OTHERS = {
    Task.TOKEN_CLASSIFICATION: "transformers_words:Tagger",
    Task.QUESTION_ANSWERING: "transformers_words:Reader",
    Task.FILL_MASK: "transformers_words:Guesser",
    Task.SUMMARIZATION: "transformers_texts:Rewriter",
    Task.TRANSLATION: "transformers_texts:Rewriter",
    Task.TEXT_GENERATION: "transformers_texts:Writer",
    Task.LANGUAGE_MODELLING: "transformers_texts:Surprise",
    Task.AUDIO_CLASSIFICATION: "transformers_sounds:SoundClassifier",
    Task.SPEECH_RECOGNITION: "transformers_sounds:Transcriber",
}


class Transformers(Runner):
    """A folder with a `config.json` that names a model type."""

    name = "transformers"
    tasks = frozenset({*_PIPELINES, *_OTHERS})
    modules = ("torch", "transformers")

    def can_run(self, folder: Path) -> str:
        """A configuration with a model type tells."""
        try:
            config = msgspec.json.decode((folder / "config.json").read_bytes())
        except (OSError, msgspec.DecodeError):
            return "finds no config.json"
        return "" if isinstance(config, dict) and "model_type" in config else "finds no model_type in config.json"

    def load(self, job: Job) -> Model:
        """Load tokenizer or image processor, and weights, from the folder alone."""
        import torch
        from transformers import pipeline

        torch.manual_seed(job.seed)
        torch.set_num_threads(job.threads)
        if job.task in _OTHERS:
            module, _, kind = _OTHERS[job.task].partition(":")
            model: Model = getattr(importlib.import_module(f"weighbridge.measure.runners.{module}"), kind)(job)
            return model
        made = pipeline(
            _PIPELINES[job.task],
            model=job.folder,
            trust_remote_code=job.trusts_code,
            device="cpu",
        )
        return _Classifier(made, job.task)


class _Classifier(Model):
    def __init__(self, made: Any, task: Task) -> None:
        self._pipeline = made
        self._task = task
        names = made.model.config.id2label
        self.labels = tuple(str(names[number]) for number in sorted(names))

    def predict(self, items: Sequence[Any]) -> list[Prediction]:
        if self._task is Task.IMAGE_CLASSIFICATION:
            from weighbridge.measure.images import opened

            answers = self._pipeline([opened(item) for item in items], batch_size=len(items), top_k=None)
        else:
            answers = self._pipeline(list(items), batch_size=len(items), top_k=None, truncation=True)
        if self._task is Task.TEXT_SCORING:
            return [Prediction(value=float(answer[0]["score"])) for answer in answers]
        return [ranked({held["label"]: float(held["score"]) for held in answer}) for answer in answers]
