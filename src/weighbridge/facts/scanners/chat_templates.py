"""Where chat templates stand: in files of their own, in configurations, in GGUF's metadata.

Under a key that names a template, everything in it is observed. Any other text with Jinja's braces could be rendered by
somebody too, but need not be Jinja at all: of those, only what reaches for Python's machinery is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from weighbridge.errors import FormatError
from weighbridge.facts.scan import Observation
from weighbridge.facts.scanners.subject import Subject
from weighbridge.facts.yamltext import escape

_GRAVE = ("template.dunder", "template.attr", "template.import")
_BRACES = ("{{", "{%")
_NAMED = "template"


def scan(subject: Subject) -> Iterator[Observation]:
    """Yield what a template file reaches for. Raises `LimitExceeded` for one that is too long."""
    return judge_text(subject, subject.text(), None, is_template=True)


def is_template_key(key: str) -> bool:
    """Whether a key names a template."""
    return _NAMED in key.lower()


def scan_mapping(subject: Subject, mapping: dict[str, Any], pointer: str) -> Iterator[Observation]:
    """Yield what the templates among a mapping's own values reach for."""
    in_template = is_template_key(pointer)
    for key, value in mapping.items():
        place = f"{pointer}/{escape(str(key))}"
        is_named = in_template or is_template_key(str(key))
        texts = value if isinstance(value, list) else [value]
        for number, text in enumerate(texts):
            if isinstance(text, str) and any(braces in text for braces in _BRACES):
                where = f"{place}/{number}" if isinstance(value, list) else place
                yield from judge_text(subject, text, where, is_template=is_named)


def judge_text(subject: Subject, text: str, pointer: str | None, *, is_template: bool) -> Iterator[Observation]:
    """Yield what one template reaches for; of a text that only might be one, what is grave."""
    from weighbridge.facts.scanners import templates  # the parser is large, and few files hold a template

    try:
        found = list(templates.scan(text, subject.job.path, pointer))
    except FormatError as error:
        if is_template:
            subject.job.tell(error.message)
        return
    for observation in found:
        if is_template or observation.kind in _GRAVE:
            where = msgspec.structs.replace(observation.where, member=subject.member or None)
            yield msgspec.structs.replace(observation, where=where)
