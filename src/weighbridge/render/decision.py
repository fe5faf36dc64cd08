"""A decision as Markdown, HTML and JSON with a shipped schema."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from weighbridge.decide.explain import Explanation, explain
from weighbridge.decide.figures import keeps_up
from weighbridge.decide.record import SCHEMA_VERSION, Conversion, Decision, State
from weighbridge.errors import FormatError
from weighbridge.measure.figure import MeasuredFigure
from weighbridge.model.units import count_text, size_text
from weighbridge.render.pareto import Dot, pareto
from weighbridge.render.text import redact

SCHEMA_PATH = Path(__file__).parent / "schemas" / f"decision-{SCHEMA_VERSION}.schema.json"
_LIMIT = 64 * 1024 * 1024

Row = tuple[str, ...]


class Section(msgspec.Struct, frozen=True):
    """A part of the report: a table, sentences, or both."""

    title: str
    header: Row = ()
    rows: tuple[Row, ...] = ()
    sentences: tuple[str, ...] = ()


def render_json(decision: Decision) -> str:
    """Return the record for programs, keys sorted."""
    return redact(json.dumps(msgspec.to_builtins(decision), indent=2, sort_keys=True, ensure_ascii=True)) + "\n"


def read_json(data: bytes, path: str) -> Decision:
    """Return a record that `render_json` wrote. Raises `FormatError`."""
    try:
        if len(data) > _LIMIT:
            raise FormatError(f"{path} has {len(data):,} bytes; a record has at most {_LIMIT:,}", where=path)
        return msgspec.json.decode(data, type=Decision)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        hint = "Write one with `weighbridge decide run weighbridge.toml`."
        raise FormatError(f"{path} is no record of a decision: {error}", where=path, hint=hint) from None


def schema_text() -> str:
    """Return the schema's text as the shipped file has to have it."""
    (root,), parts = msgspec.json.schema_components([Decision], ref_template="#/$defs/{name}")
    held = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"https://weighbridge.dev/schemas/decision-{SCHEMA_VERSION}.schema.json",
        "title": "Weighbridge decision",
        **root,
        "$defs": {name: _tidy(part) for name, part in sorted(parts.items())},
    }
    return json.dumps(held, indent=2, sort_keys=True) + "\n"


def _tidy(part: dict[str, Any]) -> dict[str, Any]:
    return {**part, "description": " ".join(part["description"].split())} if "description" in part else part


def render_markdown(decision: Decision) -> str:
    """Return the record for people and pull requests."""
    from weighbridge.render.markdown import bullets, safe, table

    parts = [f"# {headline(decision)}", safe(decision.sentence)]
    for section in sections(decision):
        parts.append(f"## {section.title}")
        if section.rows:
            parts.append(table(section.header, section.rows))
        if section.sentences:
            parts.append(bullets(safe(sentence) for sentence in section.sentences))
    return "\n\n".join(parts) + "\n"


def render_html(decision: Decision) -> str:
    """Return the record as one HTML file without scripts."""
    from markupsafe import Markup

    from weighbridge.render.html import environment

    picture = pareto(dots(decision), "Predicted quality against time an item")
    return environment().get_template("decision.html.j2").render(
        decision=decision, headline=headline(decision), sections=sections(decision),
        picture=Markup(picture),  # noqa: S704 - made of numbers and escaped names
    )  # fmt: skip


def headline(decision: Decision) -> str:
    """Return the answer in one line."""
    from weighbridge.render.markdown import safe

    if decision.chosen:
        return f"Reuse {safe(decision.chosen)} by {decision.technique}"
    return "Make a model from scratch" if decision.answer == "from scratch" else "Neither reuse nor scratch"


def dots(decision: Decision) -> list[Dot]:
    """Return the candidates for the picture: cross-validated linear probe against the measured time of a forward pass."""
    found = []
    for candidate in decision.candidates:
        probe = candidate.estimates.get("linear-probe")
        if probe and candidate.latency:
            size = f", {size_text(candidate.weight_bytes)}" if candidate.weight_bytes else ""
            trust = f", security {candidate.trust:.0f}" if candidate.trust is not None else ""
            low, high = (probe.value if bound is None else bound for bound in (probe.low, probe.high))
            found.append(Dot(candidate.name, candidate.latency * 1000, probe.value, low, high, size + trust))
    return found


def sections(decision: Decision) -> list[Section]:
    """Return the report's parts that hold something."""
    told = explain(decision)
    parts = [
        Section("Why", sentences=told.why),
        Section("The task", ("", ""), tuple(_task_rows(decision))),
        Section("Candidates", ("candidate", "licence", "parameters", "security", "predicted", "outcome"), tuple(_candidate_rows(decision))),
        Section("Predicted transfer", *_estimates(decision)),
        Section("Trials", ("candidate", "technique", "chosen by", "against the baseline", "against the untouched model", "reported", "seconds"), tuple(_trial_rows(decision))),
        Section("Forms, each proved on the items held out", ("form", "size", "largest difference", "same answers", "loss", "outcome"), tuple(_form_rows(decision))),
        Section("Deployment", ("", ""), tuple(_deployment_rows(decision))),
        Section("What can be swapped", ("part", "tried here"), tuple((swap.part, swap.outcome) for swap in decision.swaps)),
        *_reasons(told),
        Section("Every step", ("stage", "about", "outcome", "back to"), tuple(_steps(decision))),
    ]  # fmt: skip
    return [part for part in parts if part.rows or part.sentences]


def _reasons(told: Explanation) -> Iterator[Section]:
    yield Section("Why not the others", sentences=told.why_not)
    yield Section("What would change the answer", sentences=told.would_change)


def figure_text(figure: MeasuredFigure | None) -> str:
    """Write a figure with its interval and its items."""
    if figure is None:
        return "-"
    held = figure.interval()
    span = f" ({held.low:.3f} to {held.high:.3f})" if held else ""
    return f"{figure.value:.3f}{span}, n = {figure.n}"


def _task_rows(decision: Decision) -> Iterator[Row]:
    task, data = decision.task, decision.data
    yield "task", f"{task.task}, judged by {task.metric}"
    if data:
        yield (
            "data",
            f"{data.items:,} items of {len(data.classes)} classes: {data.learn:,} to learn from, {data.choose:,} to choose by, {data.report:,} to report on",
        )
    yield (
        "baseline",
        f"{decision.baseline_name}: cross-validated {figure_text(decision.baseline_cross_validated)}; reported {figure_text(decision.baseline_reported)}",
    )
    yield "budget", f"{task.budget}; {decision.seconds:.0f} s used"


def _candidate_rows(decision: Decision) -> Iterator[Row]:
    for found in decision.candidates:
        size = count_text(found.parameters) if found.parameters else "?"
        predicted = "-" if found.predicted is None else f"rank {found.rank} ({found.predicted:.2f})"
        trust = "-" if found.trust is None else f"{found.trust:.0f}"
        yield found.name, found.licence or "none stated", size, trust, predicted, "; ".join(found.rejections) or "tried"


def _estimates(decision: Decision) -> tuple[Row, tuple[Row, ...]]:
    held = [c for c in decision.candidates if c.estimates]
    names = sorted({name for c in held for name in c.estimates})
    rows = tuple((name, *(_estimate_text(c.estimates.get(name)) for c in held)) for name in names)
    return ("estimator", *(c.name for c in held)), rows


def _estimate_text(found: Any) -> str:
    if found is None:
        return "-"
    return f"{found.value:.3f}" if found.low is None else f"{found.value:.3f} ({found.low:.3f} to {found.high:.3f})"


def _trial_rows(decision: Decision) -> Iterator[Row]:
    for t in decision.trials:
        if t.state is State.MEASURED:
            yield (
                t.candidate, t.technique, figure_text(t.chosen_by), _difference(t.against_baseline), _difference(t.against_untouched),
                figure_text(t.reported), f"{t.seconds:.0f}",
            )  # fmt: skip
        else:
            yield t.candidate, t.technique, f"{t.state.value}: {t.reason}", "-", "-", "-", f"{t.seconds:.0f}"


def _difference(found: Any) -> str:
    return "-" if found is None else f"{found.value:+.3f} (p = {found.p_value:.2g})"


def _form_rows(decision: Decision) -> Iterator[Row]:
    for found in decision.conversions:
        if found.state is not State.MEASURED:
            yield found.technique, "-", "-", "-", "-", f"{found.state.value}: {found.reason}"
            continue
        yield (
            found.technique, size_text(found.size), f"{found.largest_difference:.2g}", f"{found.agreement:.1%}",
            _difference(found.loss), _came_of(found, decision),
        )  # fmt: skip


def _came_of(form: Conversion, decision: Decision) -> str:
    if decision.deployment and decision.deployment.form == form.technique:
        return "deployed"
    return form.reason or "kept" if keeps_up(form, decision.task.margin) else "refused: it loses more than the margin"


def _deployment_rows(decision: Decision) -> Iterator[Row]:
    found = decision.deployment
    if found is None:
        return
    yield "form", f"{found.form}, {size_text(found.size)} in {found.folder}"
    yield "environment", f"{'clean' if found.is_clean else 'not clean'}: {found.environment}"
    if found.latency is not None and found.latency_p95 is not None:
        yield (
            "latency",
            f"{found.latency * 1000:.1f} ms an item at the median, {found.latency_p95 * 1000:.1f} ms at the 95th percentile",
        )
    if found.peak_memory:
        yield "memory", f"{size_text(found.peak_memory)} at the peak; {found.start or 0:.2f} s to the first answer"
    yield "smoke test", found.smoke_test
    for name, met in found.met.items():
        yield f"limit: {name}", "could not be told" if met is None else "met" if met else "not met"


def _steps(decision: Decision) -> Sequence[Row]:
    return [(str(s.stage), s.subject, s.outcome, str(s.back) if s.back else "") for s in decision.steps]
