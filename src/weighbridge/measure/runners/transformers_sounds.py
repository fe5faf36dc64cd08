"""Models of transformers that listen: what is said, and what a sound is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from weighbridge.measure.runners.contract import Job, Model, Prediction, ranked


class _Listener(Model):
    _pipeline_name = ""

    def __init__(self, job: Job) -> None:
        from transformers import pipeline

        self._pipeline = pipeline(
            self._pipeline_name, model=job.folder, trust_remote_code=job.trusts_code, device="cpu"
        )

    def _inputs(self, items: Sequence[Any]) -> list[dict[str, Any]]:
        from weighbridge.measure.sounds import heard

        rate = int(self._pipeline.feature_extractor.sampling_rate)
        return [{"raw": heard(item, rate), "sampling_rate": rate} for item in items]


class Transcriber(_Listener):
    """What is said."""

    _pipeline_name = "automatic-speech-recognition"

    def predict(self, items: Sequence[Any]) -> list[Prediction]:
        """Return an answer an item."""
        return [Prediction(text=str(self._pipeline(held)["text"]).strip()) for held in self._inputs(items)]


class SoundClassifier(_Listener):
    """What a sound is."""

    _pipeline_name = "audio-classification"

    def __init__(self, job: Job) -> None:
        super().__init__(job)
        self.labels = tuple(str(name) for _, name in sorted(self._pipeline.model.config.id2label.items()))

    def predict(self, items: Sequence[Any]) -> list[Prediction]:
        """Return an answer an item."""
        answers = [self._pipeline(held, top_k=len(self.labels)) for held in self._inputs(items)]
        return [ranked({held["label"]: float(held["score"]) for held in answer}) for answer in answers]
