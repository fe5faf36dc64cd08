"""Stage 2, first half: candidates, hard limits, policy gates; each rejection with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from weighbridge.decide.candidates import targets
from weighbridge.decide.fetching import fetch
from weighbridge.decide.record import CandidateRecord
from weighbridge.decide.session import Session
from weighbridge.decide.task import Task
from weighbridge.errors import WeighbridgeError
from weighbridge.measure.tasks import Item
from weighbridge.model import Attribute, Audit
from weighbridge.model.units import count_text, size_text
from weighbridge.reuse.tokens import TOKENIZER

# Tasks whose models turn items of a kind into features, whatever they were made for; of a model without a task, its files tell.
_ENCODERS = {
    Item.TEXT: {
        "feature-extraction", "sentence-similarity", "fill-mask", "text-classification", "zero-shot-classification",
        "token-classification", "text-ranking", "question-answering", "text-generation", "",
    },
    Item.IMAGE: {
        "image-feature-extraction", "feature-extraction", "image-classification", "zero-shot-image-classification", "image-to-text",
        "object-detection", "image-segmentation", "depth-estimation", "image-to-image", "",
    },
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Candidate:
    """A candidate that has passed the gates: its record, its files on disk, and their hashes."""

    target: str
    record: CandidateRecord
    folder: Path
    digests: dict[str, str]
    audit: Audit

    @property
    def name(self) -> str:
        """What it is called in the record."""
        return self.record.name

    @property
    def is_trainable(self) -> bool:
        """Whether it is a network whose layers can be trained, and not a table of vectors or a graph."""
        return (self.folder / "config.json").is_file() and self.audit.overview.architecture != ""


def survey(session: Session, base: Path) -> tuple[dict[str, CandidateRecord], list[Candidate]]:
    """Weigh every candidate; return the records of all by target, and those that pass with their files fetched."""
    records: dict[str, CandidateRecord] = {}
    passed: list[Candidate] = []
    for target in targets(session, base):
        session.show(f"weighing {target}")
        record, candidate = _named_apart(*_consider(target, session), {held.name for held in records.values()})
        if candidate:
            passed.append(candidate)
        records[target] = record
        session.say(2, record.name, "; ".join(record.rejections) or "passes limits and policy")
    return records, passed


def _named_apart(
    record: CandidateRecord, candidate: Candidate | None, taken: set[str]
) -> tuple[CandidateRecord, Candidate | None]:
    """Return a candidate under a name that no other has: folders of one name stand in different places."""
    if record.name not in taken:
        return record, candidate
    names = (f"{record.name} ({number})" for number in range(2, len(taken) + 3))
    record = msgspec.structs.replace(record, name=next(name for name in names if name not in taken))
    return record, replace(candidate, record=record) if candidate else None


def _consider(target: str, session: Session) -> tuple[CandidateRecord, Candidate | None]:
    from weighbridge.api import audit
    from weighbridge.sources.target import open_repository

    try:
        repository = open_repository(target, session.sources)
        weighed = audit(repository, policy=session.policy)
    except WeighbridgeError as error:
        return CandidateRecord(name=_short(target), rejections=(f"could not be read: {error.message}",)), None
    record = described(weighed)
    if reasons := tuple(rejections(weighed, session.task, session)):
        return msgspec.structs.replace(record, rejections=reasons), None
    folder = session.workshop.place("candidate", str(weighed.ref), target)
    try:
        digests = fetch(repository, folder, session.task.asked.item)
    except (WeighbridgeError, OSError) as error:
        said = error.message if isinstance(error, WeighbridgeError) else str(error.strerror)
        reason = f"its files could not be fetched: {said}; what has been fetched is kept"
        return msgspec.structs.replace(record, rejections=(reason,)), None
    if reason := _unloadable(folder, session.task.asked.item):
        return msgspec.structs.replace(record, rejections=(reason,)), None
    return record, Candidate(target, record, folder, digests, weighed)


def described(audit: Audit) -> CandidateRecord:
    """Return what an audit tells of a candidate."""
    scores = {s.attribute.value: round(s.value, 1) for s in audit.scores if s.is_told and s.value is not None}
    security = scores.get(Attribute.SECURITY.value)
    return CandidateRecord(
        name=audit.ref.name,
        pin=audit.ref.commit or "",
        licence=audit.overview.licence,
        parameters=audit.overview.parameters,
        weight_bytes=audit.overview.weight_bytes,
        scores=scores,
        trust=security,
    )


def rejections(audit: Audit, task: Task, session: Session) -> Iterator[str]:
    """Yield every reason against a candidate; what cannot be told where a limit is set is a reason too."""
    overview, limits = audit.overview, task.limits
    if overview.task not in _ENCODERS.get(task.asked.item, {""}):
        yield f"its task is {overview.task}: it does not turn {task.task.split('-')[0]} items into features"
    yield from _over(overview.parameters, limits.parameters, "parameters", count_text)
    yield from _over(overview.weight_bytes, limits.size_bytes, "bytes of weights", size_text)
    need = next((need.inference for need in overview.memory if need.precision == "F32"), None)
    yield from _over(need, limits.memory_bytes, "bytes of memory to run", size_text)
    yield from _licence(overview.licence, limits.licences)
    if task.languages and overview.languages and not set(task.languages) & set(overview.languages):
        yield f"it is made for {', '.join(overview.languages[:5])}, not for {', '.join(task.languages)}"
    for alarm in session.policy.failures(audit)[:5]:
        yield f"{alarm.code} ({alarm.severity.label}): {alarm.message}"
    held = {score.attribute.value: score.value for score in audit.scores if score.is_told}
    for name, least in sorted(task.scores.items()):
        value = held.get(name)
        if value is None or value < least:
            yield f"its score of {name} is {'unknown' if value is None else f'{value:.0f}'}; the policy asks for {least:.0f}"


def _over(value: int | None, limit: int | None, what: str, shown: object) -> Iterator[str]:
    assert callable(shown)  # noqa: S101 - given by the caller above
    if limit is None:
        return
    if value is None:
        yield f"how many {what} it has is not known, and a limit is set"
    elif value > limit:
        yield f"{shown(value)} {what} are more than {shown(limit)}"


def _licence(licence: str, allowed: tuple[str, ...]) -> Iterator[str]:
    if not allowed:
        return
    named = {part.strip().lower() for part in licence.split(",") if part.strip()}
    if not named:
        yield f"no licence is stated; allowed are {', '.join(allowed)}"
    elif not named <= {name.lower() for name in allowed}:
        yield f"its licence is {licence}; allowed are {', '.join(allowed)}"


def _unloadable(folder: Path, item: Item) -> str:
    graphs = len(list(folder.rglob("*.onnx"))) if item is Item.IMAGE else 0
    if graphs:
        return "" if graphs == 1 else f"it holds {graphs} ONNX graphs: give the folder of one, or its file"
    if not any(folder.rglob("*.safetensors")):
        return "it has no weights in safetensors; other formats are not loaded, since loading them can execute code"
    needed = "config.json" if item is Item.IMAGE else TOKENIZER
    return "" if (folder / needed).is_file() else f"it has no {needed}"


def _short(target: str) -> str:
    return Path(target).name if Path(target).exists() else target
