"""Models of transformers that write: translations, summaries, what follows a prompt; and how surprised they are by a text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from weighbridge.measure.runners.contract import Job, Model, Prediction

_NEW_TOKENS = 128


class Rewriter(Model):
    """An encoder and a decoder: what the model makes of a text, with its own settings and without drawing."""

    def __init__(self, job: Job) -> None:
        from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

        given = {"trust_remote_code": job.trusts_code}
        self._tokenizer = AutoTokenizer.from_pretrained(job.folder, **given)
        self._model = AutoModelForSeq2SeqLM.from_pretrained(job.folder, **given).eval()

    def predict(self, items: Sequence[Any]) -> list[Prediction]:
        """Return an answer an item."""
        import torch

        batch = self._tokenizer(list(items), truncation=True, padding=True, return_tensors="pt")
        batch.pop("token_type_ids", None)
        with torch.inference_mode():
            made = self._model.generate(**batch, do_sample=False, max_new_tokens=_NEW_TOKENS)
        return [Prediction(text=text.strip()) for text in self._tokenizer.batch_decode(made, skip_special_tokens=True)]


class _Causal(Model):
    def __init__(self, job: Job) -> None:
        from transformers import AutoModelForCausalLM, AutoTokenizer

        given = {"trust_remote_code": job.trusts_code}
        self._tokenizer = AutoTokenizer.from_pretrained(job.folder, padding_side="left", **given)
        if self._tokenizer.pad_token is None:
            self._tokenizer.pad_token = self._tokenizer.eos_token
        self._model = AutoModelForCausalLM.from_pretrained(job.folder, **given).eval()
        self._longest = min(
            self._tokenizer.model_max_length, getattr(self._model.config, "max_position_embeddings", 1024)
        )


class Writer(_Causal):
    """The first line that follows a prompt, taken greedily."""

    def predict(self, items: Sequence[Any]) -> list[Prediction]:
        """Return an answer an item."""
        import torch

        room = min(_NEW_TOKENS, self._longest // 2)
        batch = self._tokenizer(
            list(items), truncation=True, max_length=self._longest - room, padding=True, return_tensors="pt"
        )
        batch.pop("token_type_ids", None)
        with torch.inference_mode():
            made = self._model.generate(
                **batch, do_sample=False, max_new_tokens=room, pad_token_id=self._tokenizer.pad_token_id
            )
        written = self._tokenizer.batch_decode(made[:, batch["input_ids"].shape[1] :], skip_special_tokens=True)
        return [Prediction(text=text.strip().partition("\n")[0].strip()) for text in written]


class Surprise(_Causal):
    """The negative log-likelihood of a text and the tokens it is over; a text longer than the model reads is cut."""

    def predict(self, items: Sequence[Any]) -> list[Prediction]:
        """Return an answer an item."""
        return [Prediction(counts=self._surprise(item)) for item in items]

    def _surprise(self, text: str) -> tuple[float, float]:
        import torch

        tokens = self._tokenizer(text, truncation=True, max_length=self._longest, return_tensors="pt")["input_ids"]
        if tokens.shape[1] < 2:  # nothing is foretold
            return 0.0, 0.0
        with torch.inference_mode():
            loss = self._model(input_ids=tokens, labels=tokens).loss
        return float(loss) * (tokens.shape[1] - 1), float(tokens.shape[1] - 1)
