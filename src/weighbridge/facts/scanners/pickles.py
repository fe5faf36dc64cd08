"""Pickles of every kind: what loading them would import, call, change; plain, with joblib's arrays, as torch lays them out.

The scan interprets, it never unpickles. What an unpickler does before it fails is observed, and that it fails as well. Pickles
carried in byte strings and texts are interpreted too; they are told apart by whether something loads them.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from weighbridge.errors import FormatError
from weighbridge.facts.scan import Observation
from weighbridge.facts.scanners import magics, pickle_nested
from weighbridge.facts.scanners.pickle_events import acts, flaws
from weighbridge.facts.scanners.subject import Subject
from weighbridge.formats.binary import Window
from weighbridge.formats.joblib import analyse_joblib
from weighbridge.formats.numpy import read_header
from weighbridge.formats.pickle import PickleFacts, read_pickles
from weighbridge.model import ByteSource, Format

# torch's legacy layout: a magic number, a version, the writer's machine, the objects, the keys of the storages behind.
_LEGACY_PICKLES = 5
_BLANKS = 64 * 1024
_LEGACY_MAGIC = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."
# Files of torch's first layout, a tar: pickles with raw numbers between them.
_TAR_PARTS = frozenset({"storages", "tensors"})


def scan(subject: Subject) -> Iterator[Observation]:
    """Yield what loading would do. Raises `FormatError` for binary content that is neither a pickle nor anything known."""
    source, base = _pickled(subject)
    facts = _read(subject, source)
    if not _is_pickle(subject, facts):
        if not magics.is_harmless(subject) and not magics.executable(subject):
            raise FormatError("its content is of no kind known here")
        return
    yield from observed(subject, facts, source, base)


def observed(subject: Subject, facts: PickleFacts, source: ByteSource, base: int) -> Iterator[Observation]:
    """Yield the acts and flaws of pickles that begin at `base`, and of those that they carry."""
    container = "torch" if subject.container == "torch" or subject.head.startswith(_LEGACY_MAGIC) else subject.container
    if source.size - facts.end <= _BLANKS and not source.read_at(facts.end, _BLANKS).strip(b"\0 \t\r\n"):
        facts = msgspec.structs.replace(facts, events=tuple(e for e in facts.events if e.kind != "trailing"))
    yield from acts(subject, facts.events, base, container)
    if _has_arrays(facts):
        yield from _without_joblib(subject, facts, source, container)
    if subject.name not in _TAR_PARTS or not facts.pickles:
        yield from flaws(subject, facts, source, base)
    is_loaded = any(event.subject == "torch.storage._load_from_bytes" for event in facts.events)
    yield from pickle_nested.scan(subject, facts.events, source, base, is_loaded=is_loaded)
    if not facts.complete:
        message = facts.problems[-1].message if facts.problems else "more different acts than are listed"
        subject.job.tell(f"{subject.member}: {message}" if subject.member else message)


def _pickled(subject: Subject) -> tuple[ByteSource, int]:
    """Return the part of the content that is pickled, and where it begins: behind the header of an array of objects."""
    if subject.format is not Format.NUMPY:
        return subject.source, 0
    start = read_header(subject.source).start
    return Window(subject.source, subject.source.path, start, subject.size - start), start


def _read(subject: Subject, source: ByteSource) -> PickleFacts:
    if subject.head.startswith(_LEGACY_MAGIC):
        return read_pickles(source, _LEGACY_PICKLES, subject.limits, room=20_000)
    facts = analyse_joblib(source, subject.limits)
    if _has_arrays(facts):
        # joblib's arrays stand inside of frames, and reach across their ends.
        facts = msgspec.structs.replace(facts, events=tuple(e for e in facts.events if e.kind != "frame"))
    return facts


def _has_arrays(facts: PickleFacts) -> bool:
    return any(event.subject.endswith("NumpyArrayWrapper") for event in facts.events)


def _without_joblib(subject: Subject, facts: PickleFacts, source: ByteSource, container: str) -> Iterator[Observation]:
    """Yield what an unpickler would do that takes the arrays' bytes for opcodes, as all but joblib's do.

    An array of objects is a pickle of its own. Read on with the memo of the one around it, it says by chance what it does not
    mean, so what it would do then weighs as little as what is carried as data.
    """
    known = {(event.kind, event.subject) for event in facts.events}
    plain = read_pickles(source, 1, subject.limits, room=20_000).events
    more = [event for event in plain if event.kind in ("global", "call") and (event.kind, event.subject) not in known]
    is_chance = any(event.kind == "protocol" for event in plain)
    for observation in acts(subject, [e for e in more if not (is_chance and e.computed)], 0, container):
        yield pickle_nested.weakened(subject, observation, "without joblib, {}") if is_chance else observation


def _is_pickle(subject: Subject, facts: PickleFacts) -> bool:
    """Whether the content is a pickle: one comes to its end, or begins as one and does something.

    Text may begin with the letters of opcodes; what it would import then is no name.
    """
    if subject.head.startswith(b"\x80") and subject.format is Format.PICKLE:
        return True
    first = next((event for event in facts.events if event.kind == "global"), None)
    if first is not None and not first.computed:
        return all(part.isidentifier() for part in f"{first.module}.{first.name}".split("."))
    if any(event.kind in ("call", "extension", "resumed") for event in facts.events):
        return True
    is_whole = bool(facts.pickles) and facts.pickles[0].end > 1
    return is_whole and (not subject.looks_like_text or facts.end >= subject.size - 2 or not facts.complete)
