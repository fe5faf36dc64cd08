"""ONNX: operators outside the standard, and data that lie in other files."""

from __future__ import annotations

from collections.abc import Iterator

from weighbridge.facts.scan import Observation
from weighbridge.facts.scanners.outside import data_outside
from weighbridge.facts.scanners.subject import Subject
from weighbridge.model import Inspection


def scan(subject: Subject) -> Iterator[Observation]:
    """Yield custom operators and external data. Raises `FormatError` when there is no graph to be read."""
    inspection = subject.inspect()
    for name, count in inspection.metadata.get("custom_operators", {}).items():
        domain, _, operator = name.partition("::")
        kind = "onnx.python" if domain == "ai.onnx.contrib" else "onnx.custom"
        yield subject.observe(kind, name, f"runs {operator} of the domain {domain}, {count} times", domain=domain)
    yield from data_outside(subject, inspection.references)
    yield from _ranges(subject, inspection)
    yield from _cut(subject, inspection)


def _ranges(subject: Subject, inspection: Inspection) -> Iterator[Observation]:
    for problem in inspection.problems:
        if " needs bytes " in problem.message or "set aside for it elsewhere" in problem.message:
            yield subject.observe("external.range", problem.where, problem.message)


def _cut(subject: Subject, inspection: Inspection) -> Iterator[Observation]:
    for problem in inspection.problems:
        if problem.message.startswith(("not read to its end", "more kinds of operators")):
            subject.job.tell(problem.message)
    yield from ()
