"""What runs in the sandbox when a part of a deployed classifier is exchanged: another size of image may ask for any memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

WORKER = "weighbridge.reuse.exchanges:serve"


class Exchange(msgspec.Struct, frozen=True):
    """A deployed classifier's folder, what prepares its items instead (`settings`, with files in `source`), and the items."""

    place: str
    source: str
    settings: dict[str, Any]
    items: list[str]


class Outcome(msgspec.Struct, frozen=True):
    """The number of the class of each item, or why there are none."""

    classes: list[int] = []
    failure: str = ""


def serve(requests: Iterator[Any], answer: Callable[[Any], None]) -> None:
    """Answer exchanges, one after the other."""
    for request in requests:
        answer(msgspec.to_builtins(_done(msgspec.convert(request, Exchange))))


def _done(asked: Exchange) -> Outcome:
    from weighbridge.reuse.onnxfile import OnnxClassifier
    from weighbridge.reuse.preprocessing import load_preprocessor

    try:
        classifier = OnnxClassifier(Path(asked.place), threads=1)
        classifier.preprocessor = load_preprocessor(Path(asked.source), asked.settings)
        return Outcome(classifier.probabilities(asked.items).argmax(axis=1).tolist())
    except Exception as error:  # noqa: BLE001 - the runtime raises types of its own; the outcome is what is asked for
        return Outcome(failure=str(error))
