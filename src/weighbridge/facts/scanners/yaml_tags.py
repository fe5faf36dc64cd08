"""YAML tags that make PyYAML build objects and call functions."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from weighbridge.errors import LimitExceeded
from weighbridge.facts.scan import Observation
from weighbridge.facts.scanners.subject import Subject

_PYTHON = "tag:yaml.org,2002:python/"
# Tags by which parsers of other languages build objects: SnakeYAML takes any dotted name for a class.
_FOREIGN = ("!ruby/", "!php/", "!perl/", "!!ruby/", "tag:ruby.yaml.org,2002:", "tag:yaml.org,2002:ruby/")
_STANDARD = "tag:yaml.org,2002:"
_TEXT = 8 * 1024 * 1024
_EVENTS = 1_000_000


def scan(subject: Subject) -> Iterator[Observation]:
    """Yield every tag for Python objects, up to where the document breaks off. Raises `LimitExceeded`."""
    text = subject.text()
    if len(text) > _TEXT:
        raise LimitExceeded(f"{len(text):,} characters of YAML are more than are read: {_TEXT:,}")
    if "!" not in text:
        return
    for event in itertools.islice(_events(text), _EVENTS):
        tag = getattr(event, "tag", None)
        if isinstance(tag, str) and tag.startswith(_PYTHON):
            yield _observation(subject, event, tag.removeprefix(_PYTHON))
        elif isinstance(tag, str) and (
            tag.startswith(_FOREIGN) or (tag.startswith(_STANDARD) and "." in tag.removeprefix(_STANDARD))
        ):
            where = subject.where(line=event.start_mark.line + 1)
            yield subject.observe("yaml.foreign", tag.removeprefix(_STANDARD), f"another language builds {tag}", where)


def _events(text: str) -> Iterator[Any]:
    """Yield parser events; a loader has acted on those before an error by the time it meets it."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        yield from yaml.parse(text, Loader=loader)
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError):
        return


def _observation(subject: Subject, event: Any, tag: str) -> Observation:
    kind, _, name = tag.partition(":")
    where = subject.where(line=event.start_mark.line + 1)
    acting = {
        "object/apply": "calls",
        "object/new": "builds",
        "object": "builds",
        "name": "imports",
        "module": "imports",
    }
    text = f"an unsafe loader {acting.get(kind, 'builds')} {name or kind}"
    return subject.observe(f"yaml.{kind.replace('/', '-')}", name or kind, text, where)
