"""TFLite: operators that the runtime does not bring along, and those that run TensorFlow's own."""

from __future__ import annotations

from collections.abc import Iterator

from weighbridge.facts.scan import Observation
from weighbridge.facts.scanners.subject import Subject


def scan(subject: Subject) -> Iterator[Observation]:
    """Yield custom operators. Raises `FormatError` when there is no model to be read."""
    inspection = subject.inspect()
    for name in inspection.metadata.get("custom_operators", []):
        if name.startswith("Flex"):
            text = f"runs TensorFlow's operator {name.removeprefix('Flex')}"
            yield subject.observe("tflite.flex", name.removeprefix("Flex"), text)
        else:
            yield subject.observe("tflite.custom", name, f"runs the custom operator {name}")
    for problem in inspection.problems:
        if problem.message.startswith(("not read to its end", "more kinds of operators")):
            subject.job.tell(problem.message)
