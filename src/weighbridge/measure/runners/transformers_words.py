"""Models of transformers that answer about words: a tag for each, the span that answers a question, the word that is masked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from weighbridge.measure.runners.contract import Job, Model, Prediction

_STRIDE, _SPAN = 64, 30


class Tagger(Model):
    """A tag a word, that of the word's first part; words beyond what the model reads are tagged `O`."""

    def __init__(self, job: Job) -> None:
        from transformers import AutoModelForTokenClassification, AutoTokenizer

        given = {"trust_remote_code": job.trusts_code}
        # Tokenizers that mark the beginning of a word want to be told that words come apart.
        self._tokenizer = AutoTokenizer.from_pretrained(job.folder, add_prefix_space=True, **given)
        self._model = AutoModelForTokenClassification.from_pretrained(job.folder, **given).eval()
        self.labels = tuple(str(name) for _, name in sorted(self._model.config.id2label.items()))

    def predict(self, items: Sequence[Any]) -> list[Prediction]:
        """Return an answer an item."""
        import torch

        batch = self._tokenizer(
            [list(words) for words in items],
            is_split_into_words=True,
            truncation=True,
            padding=True,
            return_tensors="pt",
        )
        with torch.inference_mode():
            best = self._model(**batch).logits.argmax(-1).tolist()
        return [self._tags(batch.word_ids(at), best[at], len(words)) for at, words in enumerate(items)]

    def _tags(self, places: Sequence[int | None], best: Sequence[int], count: int) -> Prediction:
        first: dict[int, str] = {}
        for place, number in zip(places, best, strict=True):
            if place is not None:
                first.setdefault(place, self.labels[number])
        return Prediction(tags=tuple(first.get(at, "O") for at in range(count)))


class Reader(Model):
    """The span of the context that answers a question, over windows of what the model reads at once."""

    def __init__(self, job: Job) -> None:
        from transformers import AutoModelForQuestionAnswering, AutoTokenizer

        given = {"trust_remote_code": job.trusts_code}
        self._tokenizer = AutoTokenizer.from_pretrained(job.folder, **given)
        self._model = AutoModelForQuestionAnswering.from_pretrained(job.folder, **given).eval()

    def predict(self, items: Sequence[Any]) -> list[Prediction]:
        """Return an answer an item."""
        return [Prediction(text=self._answer(question, context)) for question, context in items]

    def _answer(self, question: str, context: str) -> str:
        import torch

        longest = min(self._tokenizer.model_max_length, getattr(self._model.config, "max_position_embeddings", 512))
        batch = self._tokenizer(
            question, context, truncation="only_second", max_length=longest, stride=min(_STRIDE, longest // 4),
            return_overflowing_tokens=True, return_offsets_mapping=True, padding=True, return_tensors="pt",
        )  # fmt: skip
        batch.pop("overflow_to_sample_mapping", None)
        offsets = batch.pop("offset_mapping")
        with torch.inference_mode():
            found = self._model(**batch)
        spans = []
        for at in range(len(offsets)):
            outside = torch.tensor([place != 1 for place in batch.sequence_ids(at)])
            begins, ends = (
                held[at].masked_fill(outside, -torch.inf) for held in (found.start_logits, found.end_logits)
            )
            scores = (
                torch.triu(torch.ones(len(begins), len(begins))).tril(_SPAN).log() + begins[:, None] + ends[None, :]
            )
            begin, end = divmod(int(scores.argmax()), len(begins))
            spans.append((float(scores.max()), int(offsets[at][begin][0]), int(offsets[at][end][1])))
        _, first, last = max(spans)
        return context[first:last]


class Guesser(Model):
    """The likeliest word in place of `[MASK]`."""

    def __init__(self, job: Job) -> None:
        from transformers import pipeline

        self._pipeline = pipeline("fill-mask", model=job.folder, trust_remote_code=job.trusts_code, device="cpu")

    def predict(self, items: Sequence[Any]) -> list[Prediction]:
        """Return an answer an item."""
        mask = self._pipeline.tokenizer.mask_token
        answers = self._pipeline([item.replace("[MASK]", mask) for item in items], top_k=1, batch_size=len(items))
        best = [answer[0] if isinstance(answer, list) else answer for answer in answers]
        return [Prediction(text=held["token_str"].strip()) for held in best]
