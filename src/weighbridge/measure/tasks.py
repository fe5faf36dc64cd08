"""What a model can be asked to do, what an item of each task is, and what comes out."""

from __future__ import annotations

from enum import StrEnum


class Item(StrEnum):
    """What a model is given."""

    TEXT = "text"
    PAIR = "pair of texts"
    IMAGE = "image"
    ROW = "row of numbers"
    WORDS = "words of a sentence"
    MASKED = "text with one [MASK]"
    QUESTION = "question and context"
    AUDIO = "sound"


class Answer(StrEnum):
    """What a model gives back."""

    CLASS = "class"
    NUMBER = "number"
    TEXT = "text"
    TAGS = "tag a word"
    COUNTS = "surprise and tokens"


class Task(StrEnum):
    """A task, by its name in the registry."""

    TEXT_CLASSIFICATION = "text-classification"
    TEXT_SCORING = "text-scoring"
    SENTENCE_SIMILARITY = "sentence-similarity"
    IMAGE_CLASSIFICATION = "image-classification"
    TABULAR_CLASSIFICATION = "tabular-classification"
    TABULAR_REGRESSION = "tabular-regression"
    TOKEN_CLASSIFICATION = "token-classification"  # noqa: S105 - no secret
    QUESTION_ANSWERING = "question-answering"
    FILL_MASK = "fill-mask"
    SUMMARIZATION = "summarization"
    TRANSLATION = "translation"
    TEXT_GENERATION = "text-generation"
    LANGUAGE_MODELLING = "language-modelling"
    AUDIO_CLASSIFICATION = "audio-classification"
    SPEECH_RECOGNITION = "automatic-speech-recognition"

    @property
    def item(self) -> Item:
        """What an item is."""
        return _ITEMS[self]

    @property
    def answer(self) -> Answer:
        """What is asked for."""
        return _ANSWERS.get(self, Answer.CLASS)

    @property
    def is_classification(self) -> bool:
        """Whether one class an item is asked for."""
        return self.answer is Answer.CLASS

    @property
    def is_counted(self) -> bool:
        """Whether answers are compared by counts an item (`meters`), and not as classes or numbers."""
        return self.answer in {Answer.TEXT, Answer.TAGS, Answer.COUNTS}


_ITEMS = {
    Task.TEXT_CLASSIFICATION: Item.TEXT,
    Task.TEXT_SCORING: Item.TEXT,
    Task.SENTENCE_SIMILARITY: Item.PAIR,
    Task.IMAGE_CLASSIFICATION: Item.IMAGE,
    Task.TABULAR_CLASSIFICATION: Item.ROW,
    Task.TABULAR_REGRESSION: Item.ROW,
    Task.TOKEN_CLASSIFICATION: Item.WORDS,
    Task.QUESTION_ANSWERING: Item.QUESTION,
    Task.FILL_MASK: Item.MASKED,
    Task.SUMMARIZATION: Item.TEXT,
    Task.TRANSLATION: Item.TEXT,
    Task.TEXT_GENERATION: Item.TEXT,
    Task.LANGUAGE_MODELLING: Item.TEXT,
    Task.AUDIO_CLASSIFICATION: Item.AUDIO,
    Task.SPEECH_RECOGNITION: Item.AUDIO,
}
_ANSWERS = {
    Task.TEXT_SCORING: Answer.NUMBER,
    Task.SENTENCE_SIMILARITY: Answer.NUMBER,
    Task.TABULAR_REGRESSION: Answer.NUMBER,
    Task.TOKEN_CLASSIFICATION: Answer.TAGS,
    Task.LANGUAGE_MODELLING: Answer.COUNTS,
    Task.QUESTION_ANSWERING: Answer.TEXT,
    Task.FILL_MASK: Answer.TEXT,
    Task.SUMMARIZATION: Answer.TEXT,
    Task.TRANSLATION: Answer.TEXT,
    Task.TEXT_GENERATION: Answer.TEXT,
    Task.SPEECH_RECOGNITION: Answer.TEXT,
}
