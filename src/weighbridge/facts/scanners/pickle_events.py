"""From a pickle's events to observations: what would be called, referred to, changed; what is wrong with the stream."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from weighbridge.facts.scan import Observation
from weighbridge.facts.scanners.executables import executable_kind
from weighbridge.facts.scanners.subject import Subject
from weighbridge.formats.pickle import Event, PickleFacts
from weighbridge.model import ByteSource
from weighbridge.model.units import with_article

_SNIFFED = 4096
_STRUCTURE = {
    "mutate": ("change", "loading changes the running program: {}"),
    "extension": ("extension", "loading takes {}, which only the loading program knows"),
}


def acts(subject: Subject, events: Iterable[Event], base: int, container: str) -> Iterator[Observation]:
    """Yield one observation for each different act; a name that is called is not told again as imported."""
    events = tuple(events)
    called = {event.subject for event in events if event.kind == "call"}
    for event in events:
        for kind, name, text in _named(event, called):
            observation = subject.observe(
                f"pickle.{kind}", name, text, subject.where(offset=base + event.offset),
                path=event.subject, passed=list(event.passed), opcode=event.opcode, name=event.name,
                expression=event.text, container=container,
            )  # fmt: skip
            yield msgspec.structs.replace(observation, count=event.count)


def _named(event: Event, called: set[str]) -> Iterator[tuple[str, str, str]]:
    """Yield kind, subject and text of what an event is observed as; what is harmless wherever it stands is left out."""
    match event.kind:
        case "call" if event.computed:
            yield "structure", "computed call", f"loading calls what another call returned: {event.text}"
        case "call":
            yield "call", _called(event), f"loading calls {event.text}"
        case "global" if event.computed:
            yield "structure", "computed name", f"loading imports a name that is put together: {event.subject}"
        case "global":
            if "." in event.name:
                yield "structure", event.subject, f"loading reaches through {event.module} for {event.name}"
            if event.subject not in called:
                yield "global", event.subject, f"loading imports {event.subject}"
        case "mutate" | "extension":
            subject, text = _STRUCTURE[event.kind]
            yield "structure", f"{subject} of {event.subject}", text.format(event.text)
        case "persistent":
            yield "persistent", event.subject, f"loading asks for a {event.text}"
        case "frame":
            yield "flaw", f"frame {event.subject}", event.text
        case "protocol" | "trailing" | "resumed":
            yield "flaw", event.kind, event.text


def _called(event: Event) -> str:
    """Return what is called, with what it depends on: the names that it is given, or what it is told to do."""
    if event.subject.endswith((".getattr", ".encode", "._load_from_bytes", ".type")):
        return event.text
    return f"{event.subject}({', '.join(event.passed)})" if event.passed else event.subject


def flaws(subject: Subject, facts: PickleFacts, source: ByteSource, base: int) -> Iterator[Observation]:
    """Yield what stops an unpickler, and what stands behind the last pickle."""
    if not facts.problems or not facts.complete:
        return
    problem = facts.problems[-1]
    where = subject.where(offset=base + _offset(problem.where))
    if not facts.pickles or _breaks_later(facts):
        yield subject.observe("pickle.flaw", "broken", f"an unpickler fails: {problem.message}", where)
    tail = source.read_at(facts.end, _SNIFFED)
    kind = executable_kind(tail, source.size - facts.end) if facts.pickles else ""
    if kind:
        text = f"{with_article(kind)} stands behind the last pickle"
        yield subject.observe("executable.trailing", kind.partition(" ")[0].lower(), text, where)


def _breaks_later(facts: PickleFacts) -> bool:
    """Whether a pickle behind the first did something before it broke; other bytes behind the last are no pickle."""
    last = len(facts.pickles)
    return any(event.stream == last and event.kind in ("global", "call") for event in facts.events)


def _offset(where: str) -> int:
    try:
        return int(where, 16)
    except ValueError:
        return 0
