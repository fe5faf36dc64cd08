"""Models of sentence-transformers: how alike two texts are, by the cosine of their embeddings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from weighbridge.measure.runners.contract import Job, Model, Prediction, Runner
from weighbridge.measure.tasks import Task


class SentenceTransformers(Runner):
    """A folder with a `modules.json`."""

    name = "sentence-transformers"
    tasks = frozenset({Task.SENTENCE_SIMILARITY})
    modules = ("torch", "sentence_transformers")

    def can_run(self, folder: Path) -> str:
        """The list of its modules tells."""
        return "" if (folder / "modules.json").is_file() else "finds no modules.json"

    def load(self, job: Job) -> Model:
        """Load the model from the folder alone."""
        import torch
        from sentence_transformers import SentenceTransformer

        torch.manual_seed(job.seed)
        torch.set_num_threads(job.threads)
        return _Encoder(
            SentenceTransformer(job.folder, device="cpu", trust_remote_code=job.trusts_code, local_files_only=True)
        )


class _Encoder(Model):
    def __init__(self, encoder: Any) -> None:
        self._encoder = encoder

    def predict(self, items: Sequence[Any]) -> list[Prediction]:
        """Encode both sides in one pass, and hold them against each other as the model itself does."""
        texts = [pair[0] for pair in items] + [pair[1] for pair in items]
        found = self._encoder.encode(texts, batch_size=len(texts), show_progress_bar=False, convert_to_tensor=True)
        alike = self._encoder.similarity_pairwise(found[: len(items)], found[len(items) :])
        return [Prediction(value=float(value)) for value in alike]
