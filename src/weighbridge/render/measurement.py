"""A measurement's report: figures beside baselines, speed, robustness, what the answers hang on, and the verdict on a claim."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from weighbridge.measure.evidence import Measurement
from weighbridge.measure.figure import MeasuredFigure
from weighbridge.render.html import environment
from weighbridge.render.style import STATE_STYLES
from weighbridge.render.terminal import TerminalOptions, draw
from weighbridge.render.text import printable, size_text

_LEVEL = 0.95


class Section(msgspec.Struct, frozen=True):
    """A table of a report: title, heads of the columns, rows of text."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def render_measurement(made: Measurement, options: TerminalOptions | None = None) -> str:
    """Return the report for people at a terminal."""
    options = options or TerminalOptions()
    parts: list[RenderableType] = [Text(printable(_title(made), 300), style="bold")]
    for held in made.judged:
        verdict = held.judgement
        parts.append(
            Text(f"{verdict.state.value}: {printable(verdict.message, 600)}", style=STATE_STYLES[verdict.state])
        )
        parts += [Text(printable(note, 300), style="dim") for note in verdict.notes]
    for section in sections(made):
        parts += [Text(""), Text(section.title, style="bold"), _table(section)]
    parts += [Text(""), *(Text(printable(note, 400), style="dim") for note in _closing(made))]
    return draw(parts, options)


def render_measurement_html(made: Measurement) -> str:
    """Return the report as one HTML document."""
    return (
        environment()
        .get_template("measurement.html.j2")
        .render(made=made, title=_title(made), sections=sections(made), notes=_closing(made))
    )


def sections(made: Measurement) -> list[Section]:
    """Return the tables that have rows."""
    found = [_figures(made), _baselines(made), _speed(made), _robustness(made), _explanations(made)]
    return [section for section in found if section.rows]


def _title(made: Measurement) -> str:
    return f"{made.plan.target} on {made.plan.data}, {made.plan.task}: {made.items:,} of {made.asked:,} items"


def _table(section: Section) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for number, head in enumerate(section.heads):
        table.add_column(head, overflow="fold", justify="left" if number == 0 else "right")
    for row in section.rows:
        table.add_row(*(Text(printable(cell, 200)) for cell in row))
    return table


def _figures(made: Measurement) -> Section:
    rows = [(f.metric, f"{f.value:.4f}", _interval(f), f"{f.n or 0:,}") for f in made.figures]
    if made.calibration is not None:
        rows.append(("expected calibration error", f"{made.calibration.error:.4f}", "", ""))
        rows.append(("log loss", f"{made.calibration.log_loss:.4f}", "", ""))
    return Section("Figures", ("metric", "value", "95 % interval", "items"), tuple(rows))


def _interval(figure: MeasuredFigure) -> str:
    held = figure.interval(_LEVEL)
    return f"{held.low:.4f} to {held.high:.4f}" if held else ""


def _baselines(made: Measurement) -> Section:
    rows = [
        (b.name, b.metric, f"{b.value:.4f}", f"{b.ahead.difference:+.4f}", "yes" if b.is_beaten else "no")
        for b in made.baselines
    ]
    return Section(
        "Beside simple methods", ("method", "metric", "value", "the model is ahead by", "beaten"), tuple(rows)
    )


def _speed(made: Measurement) -> Section:
    held = made.performance
    if held is None:
        return Section("", (), ())
    rows = [(f"batch of {t.batch}", _time(t.p50), _time(t.p95), _time(t.p99), f"{t.rate:,.1f}") for t in held.latencies]
    return Section("Speed", ("", "p50", "p95", "p99", "items a second"), tuple(rows))


def _time(seconds: float) -> str:
    return f"{seconds * 1000:,.2f} ms" if seconds < 1 else f"{seconds:,.2f} s"


def _robustness(made: Measurement) -> Section:
    rows = [
        (r.change, r.metric, f"{r.before:.4f}", f"{r.after:.4f}", f"{-r.drop.difference:+.4f}", _span(-r.drop.interval.high, -r.drop.interval.low))
        for r in made.robustness
    ]  # fmt: skip
    return Section("Robustness", ("change", "metric", "before", "after", "difference", "95 % interval"), tuple(rows))


def _span(low: float, high: float) -> str:
    return f"{low:+.4f} to {high:+.4f}"


def _explanations(made: Measurement) -> Section:
    rows = [(str(e.item + 1), e.answer, _weightiest(e.parts)) for e in made.explanations]
    return Section(
        "What answers hang on", ("item", "answer", "parts whose absence changes the score most"), tuple(rows)
    )


def _weightiest(parts: Sequence[tuple[str, float]]) -> str:
    chosen = sorted(parts, key=lambda part: -abs(part[1]))[:5]
    return ", ".join(f"{name} {fall:+.3f}" for name, fall in chosen)


def _closing(made: Measurement) -> list[str]:
    notes = [f"{b.name} is as good: the model does not beat it." for b in made.baselines if not b.is_beaten]
    held = made.performance
    if held is not None:
        notes.append(
            f"Loaded in {held.load:.2f} s; at most {size_text(held.memory)} of memory; {100 * held.overhead:.1f} % beside the model's own time."
        )
        if held.energy is not None:
            notes.append(
                f"{held.energy:.3f} J an item, as the processor's counter says of everything that ran meanwhile."
            )
    notes += [f"Measured on {made.hardware}.", *made.notes]
    notes += [f"Not whole: {made.failure}"] if made.failure else []
    return [*notes, f"Again: {made.command}"]
