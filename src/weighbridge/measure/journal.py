"""Predictions on disk, an item a line, written batch by batch: what a killed run has answered is not asked again."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from weighbridge.errors import UsageError
from weighbridge.measure.runners.contract import Prediction


class _Head(msgspec.Struct, frozen=True):
    run: str


class _Line(msgspec.Struct, frozen=True, omit_defaults=True):
    item: int
    prediction: Prediction
    seconds: float = 0.0


class Journal:
    """The file of one run; `run` tells model, data and settings apart from any other's.

    `predictions` are those that it holds already, and `seconds` what they took. A line that was cut off is asked again.
    """

    def __init__(self, path: Path, run: str) -> None:
        self.path = path
        self._run = run
        self.predictions: list[Prediction] = []
        self.seconds = 0.0

    def __enter__(self) -> Self:
        """Read what is there. Raises `UsageError` when it is of another run."""
        whole = self._read() if self.path.exists() else 0
        self._file = self.path.open("r+b" if self.path.exists() else "w+b")
        self._file.truncate(whole)
        self._file.seek(whole)
        if not whole:
            self._put(msgspec.json.encode(_Head(self._run)) + b"\n")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file; it stays."""
        self._file.close()

    def add(self, predictions: Sequence[Prediction], seconds: float) -> None:
        """Write a batch, and wait until it is on disk."""
        begun, share = len(self.predictions), seconds / max(1, len(predictions))
        lines = [msgspec.json.encode(_Line(begun + i, p, share)) + b"\n" for i, p in enumerate(predictions)]
        self._put(b"".join(lines))
        self.predictions += predictions
        self.seconds += seconds

    def _put(self, data: bytes) -> None:
        self._file.write(data)
        self._file.flush()
        os.fsync(self._file.fileno())

    def _read(self) -> int:
        """Take over the whole lines; return where they end."""
        data = self.path.read_bytes()
        first, _, rest = data.partition(b"\n")
        if not data:
            return 0
        try:
            run = msgspec.json.decode(first, type=_Head).run
        except msgspec.DecodeError:
            run = ""
        if run != self._run:
            raise UsageError(
                f"{self.path} holds predictions of another run", hint="Choose another --evidence folder, or --fresh."
            )
        end = len(first) + 1
        for line in rest.splitlines(keepends=True):
            try:
                read = msgspec.json.decode(line, type=_Line)
            except msgspec.DecodeError:
                break
            if not line.endswith(b"\n") or read.item != len(self.predictions):
                break
            self.predictions.append(read.prediction)
            self.seconds += read.seconds
            end += len(line)
        return end


def read_predictions(path: Path) -> list[Prediction]:
    """Return the predictions that a finished run wrote. Raises `UsageError`."""
    try:
        lines = path.read_bytes().splitlines()[1:]
        return [msgspec.json.decode(line, type=_Line).prediction for line in lines]
    except (OSError, msgspec.DecodeError) as error:
        raise UsageError(f"{path} holds no predictions: {error}", hint="Measure again with --fresh.") from None
