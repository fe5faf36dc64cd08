"""Several audits side by side: what each model is, how it scores, what speaks against it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from weighbridge.model import Attribute, Audit, Severity, State
from weighbridge.render.json import render_json
from weighbridge.render.links import model_link
from weighbridge.render.summary import overview_rows, stored_need
from weighbridge.render.text import printable, size_text

if TYPE_CHECKING:
    from weighbridge.facts.figures import PerformanceClaim
    from weighbridge.measure.side_by_side import Contender

_FACTS = (
    "task", "architecture", "library", "parameters", "precision", "quantisation", "formats", "weights", "context",
    "vocabulary", "licence", "base model", "datasets", "languages",
)  # fmt: skip

# So many figures are shown of what the models claim.
_CLAIMS = 25

Claims: TypeAlias = "Sequence[PerformanceClaim]"


class Line(msgspec.Struct, frozen=True):
    """One thing compared; `best` marks the models that do best in it, where that can be said."""

    label: str
    cells: tuple[str, ...]
    best: tuple[bool, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether the models differ in it."""
        return len(set(self.cells)) > 1


class Comparison(msgspec.Struct, frozen=True):
    """Models side by side, in the order given."""

    names: tuple[str, ...]
    links: tuple[str, ...]
    facts: tuple[Line, ...]
    scores: tuple[Line, ...]
    findings: tuple[Line, ...]
    verdicts: tuple[Line, ...]
    claimed: tuple[Line, ...] = ()
    measured: tuple[Line, ...] = ()


def compare(audits: Sequence[Audit], claimed: Sequence[Claims] = (), measured: Sequence[Contender] = ()) -> Comparison:
    """Put audits side by side; verdicts only where they differ. `claimed` and `measured` are what the same models claim, and do on somebody's data."""
    return Comparison(
        names=tuple(printable(audit.ref.name, 100) for audit in audits),
        links=tuple(model_link(audit) for audit in audits),
        facts=tuple(_facts(audits)),
        scores=tuple(_score_line(attribute, audits) for attribute in Attribute),
        findings=tuple(_findings(audits)),
        verdicts=tuple(_verdicts(audits)),
        claimed=tuple(_claimed(claimed)),
        measured=tuple(_measured(measured)),
    )


def render_comparison_json(
    audits: Sequence[Audit], claimed: Sequence[Claims] = (), measured: Sequence[Contender] = ()
) -> str:
    """Return an object: `audits`, complete, the performance `claims` of each, and `measured`, empty without data."""
    rest = msgspec.json.encode({"claims": claimed, "measured": measured}).decode()
    return f'{{"audits": {render_json(audits).rstrip()}, {rest[1:]}\n'


def render_comparison_markdown(
    audits: Sequence[Audit], claimed: Sequence[Claims] = (), measured: Sequence[Contender] = ()
) -> str:
    """Return the comparison as Markdown."""
    from weighbridge.render.markdown import Raw, safe, table

    found = compare(audits, claimed, measured)
    heads = [
        f"[{safe(name)}](<{link}>)" if link else safe(name) for name, link in zip(found.names, found.links, strict=True)
    ]
    parts = ["# Models side by side"]
    for title, lines in sections(found):
        rows = [[Raw(f"**{safe(line.label)}**"), *_marked(line, Raw, safe)] for line in lines]
        parts += [f"## {title}", table(("", *heads), rows)]
    return "\n\n".join(parts) + "\n"


def render_comparison_html(
    audits: Sequence[Audit], claimed: Sequence[Claims] = (), measured: Sequence[Contender] = ()
) -> str:
    """Return the comparison as one HTML file without scripts."""
    from weighbridge.render.html import environment

    found = compare(audits, claimed, measured)
    return environment().get_template("comparison.html.j2").render(
        comparison=found, sections=sections(found), tool=audits[0].tool_version if audits else ""
    )  # fmt: skip


def render_comparison_terminal(
    audits: Sequence[Audit],
    claimed: Sequence[Claims] = (),
    measured: Sequence[Contender] = (),
    *,
    width: int,
    color: bool,
    encoding: str,
) -> str:
    """Return the comparison for a terminal: one column a model where that fits, one block a model where not."""
    from rich.table import Table
    from rich.text import Text

    from weighbridge.render.terminal import TerminalOptions, draw

    found = compare(audits, claimed, measured)
    table = Table(box=None, padding=(0, 1), show_edge=False, header_style="bold", expand=False)
    table.add_column("", style="dim", overflow="fold", max_width=max(24, width // 3))
    for name in found.names:
        table.add_column(Text(name, overflow="fold"), overflow="fold", ratio=1)
    for title, lines in sections(found):
        table.add_row(Text(title, style="bold"))
        for line in lines:
            best = line.best or (False,) * len(line.cells)
            cells = [Text(c, style="bold green" if b else "") for c, b in zip(line.cells, best, strict=True)]
            table.add_row(f"  {line.label}", *cells)
        table.add_row("")
    return draw([table], TerminalOptions(width=width, color=color, encoding=encoding))


def sections(found: Comparison) -> list[tuple[str, tuple[Line, ...]]]:
    """Return the comparison's parts that hold something, with their titles."""
    parts = [
        ("What they are", found.facts),
        ("What they claim", found.claimed),
        ("On your data", found.measured),
        ("Scores", found.scores),
        ("Findings", found.findings),
        ("Verdicts that differ", found.verdicts),
    ]
    return [(title, lines) for title, lines in parts if lines]


def _marked(line: Line, raw: type[str], safe: object) -> list[str]:
    assert callable(safe)  # noqa: S101 - given by the caller above
    best = line.best or (False,) * len(line.cells)
    return [raw(f"**{safe(c)}**" if b else safe(c)) for c, b in zip(line.cells, best, strict=True)]


def _facts(audits: Sequence[Audit]) -> list[Line]:
    held = [dict(overview_rows(audit)) for audit in audits]
    lines = [
        Line(label, tuple(rows.get(label, "-") for rows in held))
        for label in _FACTS
        if any(label in rows for rows in held)
    ]
    needs = [stored_need(audit) for audit in audits]
    if any(needs):
        cells = tuple(f"{size_text(need.inference)} ({need.precision})" if need else "-" for need in needs)
        lines.append(Line("memory to run", cells))
    return lines


def _claimed(claimed: Sequence[Claims]) -> list[Line]:
    """Return a line a metric and data set, those first that most models name; several values of one are all told."""
    held = [_by_subject(claims) for claims in claimed]
    counts = Counter(subject for values in held for subject in values)
    subjects = sorted(counts, key=lambda subject: (-counts[subject], subject))
    lines = [
        Line(printable(subject, 80), tuple(printable(values.get(subject, "-"), 80) for values in held))
        for subject in subjects[:_CLAIMS]
    ]
    more = len(subjects) - len(lines)
    return [*lines, Line(f"and {more} more", ("",) * len(held))] if more > 0 else lines


def _by_subject(claims: Claims) -> dict[str, str]:
    from weighbridge.render.claims import value_text

    found: dict[str, dict[str, None]] = {}
    for claim in claims:
        on = f" on {claim.dataset}" if claim.dataset else ""
        split = f" {claim.split}" if claim.split else ""
        found.setdefault(f"{claim.metric.lower()}{on}{split}", {})[value_text(claim)] = None
    return {subject: ", ".join(texts) for subject, texts in found.items()}


def _measured(measured: Sequence[Contender]) -> list[Line]:
    """Return figures, distance to the best and cost; those not behind the best beyond chance are marked."""
    if not measured:
        return []
    leading = [not one.is_behind and one.is_whole for one in measured]
    marks = tuple(leading) if sum(one.is_whole for one in measured) > 1 else ()
    names = dict.fromkeys(f.metric for one in measured if one.measurement for f in one.measurement.figures)
    lines = [
        Line(name, tuple(_figure(one, name) for one in measured), marks if not at else ())
        for at, name in enumerate(names)
    ]
    lines.append(
        Line("behind the best", tuple(_behind(one, leads) for one, leads in zip(measured, leading, strict=True)))
    )
    lines.append(Line("memory at the peak", tuple(_peak(one) for one in measured)))
    if any(one.failure or (one.measurement and one.measurement.failure) for one in measured):
        told = (one.failure or (one.measurement.failure if one.measurement else "") for one in measured)
        lines.append(Line("not measured to the end", tuple(printable(text, 300) or "-" for text in told)))
    return lines


def _figure(one: Contender, name: str) -> str:
    figure = next((f for f in one.measurement.figures if f.metric == name), None) if one.measurement else None
    span = figure.interval() if figure else None
    value = f"{figure.value:.3f}" if figure else "-"
    return f"{value} ({span.low:.3f} to {span.high:.3f})" if span else value


def _behind(one: Contender, is_leading: bool) -> str:
    if one.behind is None:
        return "the best" if is_leading else "-"
    chance = "beyond chance" if one.is_behind else "within chance"
    return f"{one.behind.difference:.3f}, {chance} (p = {one.behind.p_value:.2g})"


def _peak(one: Contender) -> str:
    found = one.measurement.performance if one.measurement else None
    return size_text(found.memory) if found else "-"


def _score_line(attribute: Attribute, audits: Sequence[Audit]) -> Line:
    scores = [next((s for s in audit.scores if s.attribute is attribute), None) for audit in audits]
    values = [score.value if score else None for score in scores]
    known = [value for value in values if value is not None]
    top = max(known, default=None) if len(known) > 1 and len(set(known)) > 1 else None
    cells = tuple(
        "n/a"
        if score is None or not score.is_told or score.value is None
        else f"{score.value:.0f} ({score.coverage:.0%} seen)"
        for score in scores
    )
    return Line(attribute.value, cells, tuple(top is not None and value == top for value in values))


def _findings(audits: Sequence[Audit]) -> list[Line]:
    lines = [
        Line(f"{severity.label} contradictions", tuple(str(count) for count in counts))
        for severity in sorted(Severity, reverse=True)
        if any(counts := [sum(v.severity is severity for v in audit.alarms()) for audit in audits])
    ]
    states = (State.MISSING, State.UNKNOWN, State.CLAIMED, State.VERIFIED)
    return lines + [Line(s.value, tuple(str(len(audit.in_state(s))) for audit in audits)) for s in states]


def _verdicts(audits: Sequence[Audit]) -> list[Line]:
    """Return the checks on which the models differ, by their worst state each."""
    worst = [_worst_states(audit) for audit in audits]
    names = {verdict.code: verdict.name for audit in audits for verdict in audit.verdicts}
    lines = [
        Line(f"{code} {names[code]}", tuple(states.get(code, "-").replace("_", " ") for states in worst))
        for code in sorted(names)
    ]
    return [line for line in lines if line.differs]


_BADNESS = (State.NOT_APPLICABLE, State.VERIFIED, State.CLAIMED, State.MISSING, State.UNKNOWN, State.CONTRADICTED)


def _worst_states(audit: Audit) -> dict[str, str]:
    states: dict[str, State] = {}
    for verdict in audit.verdicts:
        held = states.get(verdict.code)
        if held is None or _BADNESS.index(verdict.state) > _BADNESS.index(held):
            states[verdict.code] = verdict.state
    return {code: state.value for code, state in states.items()}
