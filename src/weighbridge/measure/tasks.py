"""What a model can be asked to do, what an item of each task is, and what comes out."""

from __future__ import annotations

from enum import StrEnum


class Item(StrEnum):
    """What a model is given."""

    TEXT = "text"
    PAIR = "pair of texts"
    IMAGE = "image"
    ROW = "row of numbers"


class Task(StrEnum):
    """A task, by its name in the registry."""

    TEXT_CLASSIFICATION = "text-classification"
    TEXT_SCORING = "text-scoring"
    SENTENCE_SIMILARITY = "sentence-similarity"
    IMAGE_CLASSIFICATION = "image-classification"
    TABULAR_CLASSIFICATION = "tabular-classification"
    TABULAR_REGRESSION = "tabular-regression"

    @property
    def item(self) -> Item:
        """What an item is."""
        return _ITEMS[self]

    @property
    def is_classification(self) -> bool:
        """Whether a class is asked for; otherwise a number is."""
        return self.value.endswith("classification")


_ITEMS = {
    Task.TEXT_CLASSIFICATION: Item.TEXT,
    Task.TEXT_SCORING: Item.TEXT,
    Task.SENTENCE_SIMILARITY: Item.PAIR,
    Task.IMAGE_CLASSIFICATION: Item.IMAGE,
    Task.TABULAR_CLASSIFICATION: Item.ROW,
    Task.TABULAR_REGRESSION: Item.ROW,
}
