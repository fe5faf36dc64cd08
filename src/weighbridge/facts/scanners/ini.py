"""spaCy's and other training configurations: functions that they ask for by their registered name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from weighbridge.facts.scan import Observation
from weighbridge.facts.scanners.subject import Subject

_REGISTERED = re.compile(r"""^\s*@(\w+)\s*=\s*["']?([^"'\s#]+)""", re.MULTILINE)


def scan(subject: Subject) -> Iterator[Observation]:
    """Yield the registered functions that are to be called. Raises `LimitExceeded` for a file that is too long."""
    text = subject.text()
    for match in _REGISTERED.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        told = f"loading calls the function registered as {match[2]} among the {match[1]}"
        yield subject.observe("spacy.registered", match[2], told, subject.where(line=line))
