"""Pickles that a pickle carries in its byte strings and texts: decoded within a budget, and interpreted as well."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterable, Iterator

from weighbridge.errors import FormatError
from weighbridge.facts.scan import Observation
from weighbridge.facts.scanners.subject import Subject
from weighbridge.formats.binary import MemorySource, Window
from weighbridge.formats.joblib import analyse_joblib
from weighbridge.formats.pickle import Event, PickleFacts, read_pickles
from weighbridge.formats.pickle.operands import NESTED_HEAD, nested_encoding
from weighbridge.model import ByteSource

_CARRIED = 5000
_BYTES = 16 * 1024 * 1024
_DEPTH = 4
_LEGACY_PICKLES = 5
_TORCH = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."


def scan(
    subject: Subject, events: Iterable[Event], source: ByteSource, base: int, *, is_loaded: bool, depth: int = 0
) -> Iterator[Observation]:
    """Yield what the carried pickles would do: as acts of the file where something loads them, otherwise as carried."""
    carried = [event for event in events if event.kind == "nested"]
    if depth >= _DEPTH and carried:
        subject.job.tell(f"pickles in pickles beyond {_DEPTH} levels")
        return
    for number, event in enumerate(carried):
        if number >= _CARRIED:
            subject.job.tell(f"it carries more than {_CARRIED} pickles")
            return
        yield from _one(subject, event, source, base, is_loaded=is_loaded, depth=depth)


def _one(
    subject: Subject, event: Event, source: ByteSource, base: int, *, is_loaded: bool, depth: int
) -> Iterator[Observation]:
    from weighbridge.facts.scanners.pickle_events import acts

    subject.job.spend(unpacked=event.length if event.subject != "bytes" else 0)
    try:
        inner = decoded(source, event)
    except FormatError:
        return  # it only looked like one
    facts = _read(inner)
    member = f"@{base + event.offset:#x}"
    within = Subject(inner, subject.job, member=f"{subject.member}!{member}" if subject.member else member, depth=1)
    within.container = "torch" if inner.read_at(0, len(_TORCH)) == _TORCH else "carried"
    for observation in acts(within, facts.events, 0, within.container):
        sentence = f"a pickle in it ({event.subject}) is carried as data; unpickled, {{}}"
        yield observation if is_loaded else weakened(within, observation, sentence)
    yield from scan(within, facts.events, inner, 0, is_loaded=is_loaded, depth=depth + 1)


def _read(inner: ByteSource) -> PickleFacts:
    if inner.read_at(0, len(_TORCH)) == _TORCH:
        return read_pickles(inner, _LEGACY_PICKLES, room=20_000)
    return analyse_joblib(inner)


def weakened(subject: Subject, observation: Observation, sentence: str) -> Observation:
    """Return an act as one that somebody else would have to bring about; `sentence` says how."""
    details = {**observation.details, "act": observation.kind}
    text = sentence.format(observation.text)
    return subject.observe("pickle.carried", observation.subject, text, observation.where, **details)


def decoded(source: ByteSource, event: Event) -> ByteSource:
    """Return what a string holds that begins like a pickle. Raises `FormatError` for one that is none after all."""
    whole = Window(source, source.path, event.offset, min(event.length, source.size - event.offset))
    if event.subject == "bytes" and not _PACKED.match(whole.read_at(0, 4)):
        return whole
    if event.length > _BYTES:
        raise FormatError("too long to be decoded")
    data = _unpacked(_decode(whole.read_at(0, event.length), event.subject))
    if nested_encoding(data[:NESTED_HEAD]) != "bytes" or _PACKED.match(data):
        raise FormatError("it only looked like an encoded pickle")
    return MemorySource(source.path, data)


def _decode(raw: bytes, encoding: str) -> bytes:
    try:
        match encoding:
            case "latin-1":
                return raw.decode("utf-8", "surrogatepass").encode("latin-1")
            case "base64":
                return base64.b64decode(raw.translate(_URL_SAFE) + b"==")
            case "hex":
                return bytes.fromhex(raw.decode("ascii"))
    except (UnicodeError, binascii.Error, ValueError) as error:
        raise FormatError("it only looked like an encoded pickle") from error
    return raw


_URL_SAFE = bytes.maketrans(b"-_", b"+/")
_PACKED = re.compile(rb"x[\x01\x5e\x9c\xda]|\x1f\x8b\x08")
_EITHER = 47


def _unpacked(data: bytes) -> bytes:
    """Return what zlib or gzip packed, when it begins like a pickle; other bytes as they are."""
    if not _PACKED.match(data):
        return data
    try:
        if nested_encoding(zlib.decompressobj(_EITHER).decompress(data[:4096], NESTED_HEAD)) != "bytes":
            return data
        return zlib.decompressobj(_EITHER).decompress(data, _BYTES)
    except zlib.error:
        return data
