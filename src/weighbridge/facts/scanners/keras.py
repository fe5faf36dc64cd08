"""Keras models in HDF5, and HDF5 files of any kind: the model's configuration, and what leads out of the file.

A `.keras` archive is scanned member by member; its configuration is a JSON document and its weights are an HDF5 file.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from weighbridge.facts.scan import Observation
from weighbridge.facts.scanners.keras_config import scan_config
from weighbridge.facts.scanners.outside import data_outside
from weighbridge.facts.scanners.subject import Subject
from weighbridge.formats.hdf5_types import VALUE_LIMIT
from weighbridge.model import Inspection

_CONFIGS = ("model_config", "training_config")
_UNREAD = ("an attribute of", "cannot be listed", "cannot be read")
_VIRTUAL = "put together from parts of other datasets"


def scan(subject: Subject) -> Iterator[Observation]:
    """Yield what loading would run or read. Raises `FormatError` when the file cannot be read."""
    inspection = subject.inspect()
    if not subject.head.startswith(b"PK"):
        for key in _CONFIGS:
            yield from _config(subject, key, inspection.metadata.get(key))
    yield from _outside(subject, inspection)
    for problem in inspection.problems:
        if any(words in problem.message for words in _UNREAD):
            subject.job.tell(f"what it configures may not all have been read: {problem.message}")


def _config(subject: Subject, key: str, text: Any) -> Iterator[Observation]:
    if text is None or text == "":
        return
    if not isinstance(text, str) or len(text) >= VALUE_LIMIT:
        subject.job.tell(f"{key} is no text, or longer than {VALUE_LIMIT:,} bytes, and was not read whole")
        return
    yield from scan_config(subject, text, f"/{key}")


def _outside(subject: Subject, inspection: Inspection) -> Iterator[Observation]:
    """Links, raw data and parts of datasets that lie in other files."""
    told = {observation.subject: observation for observation in data_outside(subject, inspection.references)}
    yield from told.values()
    for reference in inspection.references:
        if reference not in told:
            yield subject.observe("external.beside", reference, f"loading reads the file {reference!r} beside it")
    for problem in inspection.problems:
        if _VIRTUAL in problem.message:
            yield subject.observe("external.beside", problem.where, f"loading reads other files: {problem.message}")
