"""Stage 4: the chosen classifier in the form that is deployed, proved, packed, and measured in an environment of its own."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from weighbridge.decide.environment import clean_python, measure, pinned
from weighbridge.decide.evaluation import Court, Tried
from weighbridge.decide.fetching import digests_in
from weighbridge.decide.figures import keeps_up
from weighbridge.decide.prediction import identity
from weighbridge.decide.record import Conversion, Deployment, State
from weighbridge.decide.session import Session
from weighbridge.decide.task import Limits, Task, chosen_techniques
from weighbridge.measure.tasks import Item
from weighbridge.model.units import size_text
from weighbridge.reuse.contract import Stage
from weighbridge.reuse.families import ConvertingTechnique
from weighbridge.reuse.jobs import Job, probabilities
from weighbridge.reuse.material import Material
from weighbridge.reuse.onnxfile import ABOUT, MODEL
from weighbridge.reuse.tokens import TOKENIZER

_ITEMS = 60
# Between the converted classifier's own predictions and those of the packed artefact, item by item.
_TOLERANCE = 1e-3
_PROGRAMS = {
    Item.TEXT: ("predict-text.txt", ("numpy", "onnxruntime", "tokenizers")),
    Item.IMAGE: ("predict-image.txt", ("numpy", "onnxruntime", "pillow")),
}
_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, eq=False)
class Form:
    """A form in which the classifier can be deployed: where its files lie, and what it predicts."""

    name: str
    place: Path
    rows: Any
    program: str
    requirements: tuple[str, ...]


def convert(
    session: Session, material: Material, items: str, chosen: Tried, court: Court
) -> tuple[list[Conversion], list[Form]]:
    """Try every conversion; return the records, and the forms that are as good as the original, the smallest first."""
    found: list[Conversion] = []
    forms: list[Form] = []
    for technique in _conversions(session.task):
        record, place = _converted(session, material, items, chosen, court, technique, has_form=bool(forms))
        found.append(record)
        if place is None:
            continue
        good = keeps_up(record, session.task.margin)
        session.say(
            4, technique.title,
            f"{size_text(record.size)}, outputs differ by {record.largest_difference:.2g} at most, {record.agreement:.1%} of answers the "
            f"same, {record.reason or 'kept' if good else 'refused: it loses more than the margin'}",
        )  # fmt: skip
        if good and not technique.not_packed:
            program, needed = _PROGRAMS[material.kind]
            forms.append(Form(technique.name, place, probabilities(place), program, pinned(*needed)))
    return found, sorted(forms, key=lambda form: (form.place / MODEL).stat().st_size)


def _converted(
    session: Session, material: Material, items: str, chosen: Tried, court: Court, technique: ConvertingTechnique, *, has_form: bool
) -> tuple[Conversion, Path | None]:  # fmt: skip
    """Return the record of one conversion, and where it lies if it was made; the first form is made whatever it costs."""
    one, task = chosen.prepared, session.task
    cost = technique.cost(one.profile, material)
    reason = technique.needs(one.profile, material)
    if not reason and has_form and cost.seconds > session.left(4):
        reason = f"about {cost.seconds:.0f} s are more than the budget leaves"
    if reason:
        return Conversion(technique=technique.name, state=State.SKIPPED, reason=reason), None
    session.show(f"{one.name}: {technique.title}")
    made_from = ("form", identity(one.candidate), items, chosen.trial.technique, technique.name, str(task.seed))
    place = session.workshop.place(*made_from)
    job = Job(
        one.profile, items, str(place), technique.name, start=chosen.place, seed=task.seed,
        seconds=max(60.0, session.left(4)), threads=session.workshop.threads,
    )  # fmt: skip
    done = session.workshop.do(job)
    if done.failure:
        session.say(4, technique.title, f"failed: {done.failure}", back=4)
        return Conversion(technique=technique.name, state=State.FAILED, reason=done.failure), None
    return _proved(technique, place, probabilities(Path(chosen.place)), court), place


def _conversions(task: Task) -> list[ConvertingTechnique]:
    return [known for known in chosen_techniques(task, Stage.CONVERT) if isinstance(known, ConvertingTechnique)]


def _proved(technique: ConvertingTechnique, place: Path, original: Any, court: Court) -> Conversion:
    import numpy as np

    rows = probabilities(place)
    predicted, before = rows.argmax(axis=1), original.argmax(axis=1)
    chosen_by, reported = court.figures(predicted)
    return Conversion(
        technique=technique.name,
        state=State.MEASURED,
        reason=technique.not_packed,
        size=(place / technique.product).stat().st_size,
        largest_difference=float(np.abs(rows - original).max()),
        agreement=float((predicted == before).mean()),
        chosen_by=chosen_by,
        reported=reported,
        loss=court.compare(predicted, before),
    )


def pack(session: Session, material: Material, form: Form, folder: Path) -> Deployment:
    """Put the artefact and its program into a folder and measure it there, in a clean environment."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in (MODEL, TOKENIZER, ABOUT):
        if (form.place / name).is_file():
            shutil.copyfile(form.place / name, folder / name)
    shutil.copyfile(_TEMPLATES / form.program, folder / "predict.py")
    (folder / "requirements.txt").write_text("\n".join(form.requirements) + "\n", encoding="utf-8")
    session.show("making a clean environment")
    python, unclean = clean_python(session.workshop, form.requirements)
    items = session.workshop.folder / "smoke.json"
    items.write_text(json.dumps(_items(material)), encoding="utf-8")
    session.show("measuring the artefact")
    told, failure = measure(session.workshop, python, folder, items)
    size = sum(path.stat().st_size for path in folder.iterdir() if path.is_file())
    unfaithful = failure or _smoke(told, form, material)
    deployment = Deployment(
        form=form.name, folder=folder.name, size=size, environment=", ".join(form.requirements), is_clean=not unclean,
        is_faithful=not unfaithful, smoke_test=unfaithful or unclean or "passed",
        latency=told.get("latency"), latency_p95=told.get("p95"), peak_memory=told.get("peak"), start=told.get("start"),
        files=digests_in(folder),
    )  # fmt: skip
    return msgspec.structs.replace(deployment, met=dict(_met(deployment, session.task.limits)))


def _items(material: Material) -> list[Any]:
    held = material.test.items[:_ITEMS]
    return held.tolist() if material.kind is Item.ROW else list(held)


def _smoke(told: dict[str, Any], form: Form, material: Material) -> str:
    """Return why the packed artefact's answers are not those that were judged; empty when they are."""
    import numpy as np

    rows = np.asarray(told.get("rows", []))
    about = json.loads((form.place / ABOUT).read_text(encoding="utf-8"))
    columns = [material.labels.index(label) for label in about["labels"]]
    expected = form.rows[: len(rows)][:, columns]
    if rows.shape != expected.shape or not len(rows):
        return f"the artefact gave {rows.shape} probabilities, not {expected.shape}"
    # int8 graphs choose their scales a batch: alone, an item is not quantised as in company
    same = float((rows.argmax(axis=1) == expected.argmax(axis=1)).mean())
    gap = float(np.abs(rows - expected).max())
    if gap <= _TOLERANCE or (form.name == "int8-dynamic" and same >= 0.9):
        return ""
    return f"the packed artefact's probabilities differ by {gap:.2g} from those that were judged ({same:.0%} of answers the same)"


def _met(found: Deployment, limits: Limits) -> Iterator[tuple[str, bool | None]]:
    if limits.size_bytes is not None:
        yield "size", found.size <= limits.size_bytes
    if limits.memory_bytes is not None:
        yield "memory", None if found.peak_memory is None else found.peak_memory <= limits.memory_bytes
    if limits.latency is not None:
        yield "latency", None if found.latency is None else found.latency * 1000 <= limits.latency


def is_fit(found: Deployment) -> bool:
    """Tell whether the artefact answers as it was judged and meets every limit; a limit that could not be told is not met."""
    return found.is_faithful and all(found.met.values())
