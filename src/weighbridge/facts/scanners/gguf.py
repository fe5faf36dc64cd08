"""GGUF: the templates among its key-value pairs, and where its structure is not as it should be."""

from __future__ import annotations

from collections.abc import Iterator

from weighbridge.facts.scan import Observation
from weighbridge.facts.scanners.chat_templates import is_template_key, judge_text
from weighbridge.facts.scanners.subject import Subject
from weighbridge.formats.gguf import TEMPLATE_LIMIT

_CUT = "…"


def scan(subject: Subject) -> Iterator[Observation]:
    """Yield what its templates reach for. Raises `FormatError` when the key-value pairs cannot be read."""
    inspection = subject.inspect()
    for key, value in inspection.metadata.items():
        if not is_template_key(key) or not isinstance(value, str):
            continue
        if value.endswith(_CUT) or len(value) >= TEMPLATE_LIMIT:
            subject.job.tell(f"the template {key} is too long to be read whole")
        yield from judge_text(subject, value, f"/{key}", is_template=True)
    for problem in inspection.problems:
        if "is there twice" in problem.message and is_template_key(problem.message):
            subject.job.tell(f"{problem.message}: which of them is taken depends on the reader")
    for problem in inspection.problems[:20]:
        yield subject.observe("gguf.malformed", problem.where, problem.message)
