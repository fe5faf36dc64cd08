"""The terminal report's sections, in the order of a reader's questions."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from weighbridge.model import Attribute, Audit, Depth, Score, State, Verdict
from weighbridge.render.style import SEVERITY_STYLES, STATE_STYLES, UNICODE, Signs, bar, score_style
from weighbridge.render.summary import (
    OpenQuestions,
    Summary,
    counts,
    no_score,
    overview_rows,
    stored_need,
    target_text,
)
from weighbridge.render.text import plural, printable, size_text

# From here on two columns of facts fit side by side.
_WIDE = 100
_SHOWN_MISSING = 12
_SHOWN_DIFFERENCES = 40
_SHOWN_SKIPS = 10


class Page(msgspec.Struct, frozen=True):
    """What a section draws from, and with."""

    audit: Audit
    summary: Summary
    width: int
    signs: Signs

    @property
    def box(self) -> box.Box:
        """The frame's characters."""
        return box.ROUNDED if self.signs is UNICODE else box.ASCII


def overview(page: Page) -> RenderableType:
    """Tell what it is."""
    rows = overview_rows(page.audit) or [("", "Nothing could be read that says what it is.")]
    body: RenderableType = _pairs(rows)
    if page.width >= _WIDE and len(rows) > 3:
        half = (len(rows) + 1) // 2
        body = Table.grid(padding=(0, 4), expand=True)
        body.add_column(ratio=1)
        body.add_column(ratio=1)
        body.add_row(_pairs(rows[:half]), _pairs(rows[half:]))
    how = Text(page.signs.separator.join(_how(page.audit)), style="dim", overflow="fold")
    title = Text(f" {printable(page.audit.ref.name, page.width - 10)} ", style="bold")
    return Panel(Group(body, Text(), how), box=page.box, title=title, title_align="left", padding=(1, 2))


def headline(page: Page) -> RenderableType:
    """Tell how many verdicts there are of each kind."""
    alarms = page.audit.alarms()
    parts = []
    for state, words in counts(page.audit):
        style = STATE_STYLES[state]
        if state is State.CONTRADICTED:
            state = State.CONTRADICTED if alarms else State.VERIFIED if page.audit.is_complete else State.CLAIMED
            style = SEVERITY_STYLES[alarms[0].severity] if alarms else f"bold {STATE_STYLES[state]}"
        parts.append(Text(f"{page.signs.states[state]} {words}".replace(" ", "\u00a0"), style=style))
    return Padding(Text("   ").join(parts), (0, 0, 0, 1))


def scores(page: Page) -> RenderableType:
    """Tell how each attribute stands, and how much of it could be looked at."""
    table = Table(box=None, padding=(0, 1), show_edge=False, header_style="dim", pad_edge=True)
    table.add_column("")
    table.add_column("score", justify="right")
    cells = 30 if page.width >= 112 else 20 if page.width >= _WIDE else 24
    table.add_column("", width=cells, no_wrap=True)
    table.add_column("looked at", justify="right")
    table.add_column("", overflow="fold")
    for score in page.audit.scores:
        table.add_row(*_score_row(page, score, cells))
    key = f" {page.signs.full} earned  {page.signs.open} open: could still be earned by a deeper look"
    return Group(_title(page, "Scores"), table, Text(f" {key}", style="dim"))


def explanation(page: Page) -> RenderableType:
    """Tell which verdict moved which score by how much."""
    parts: list[RenderableType] = [_title(page, "What moved the scores (points of 100)")]
    names = {verdict.code: verdict.name for verdict in page.audit.verdicts}
    for score in page.audit.scores:
        if not score.is_told or score.value is None:
            continue
        table = Table(box=None, padding=(0, 1), show_edge=False, header_style="dim", title_justify="left")
        for heading, justify in (("", "left"), ("check", "left"), ("earned", "right"), ("lost", "right")):
            table.add_column(heading, justify=justify)  # type: ignore[arg-type]
        ordered = sorted(score.contributions, key=lambda c: (c.points - c.possible, c.code))
        for item in ordered:
            lost = item.possible - item.points
            table.add_row(
                Text(page.signs.states[item.state], style=STATE_STYLES[item.state]),
                Text.assemble((item.code, "bold"), " ", names.get(item.code, "")),
                Text(f"{item.points:.1f}"),
                Text(f"-{lost:.1f}" if lost >= 0.05 else "", style="red"),
            )
        head = Text.assemble((f"  {score.attribute.value} {score.value:.0f}  ", "bold"), _cap_text(score))
        parts += [head, Padding(table, (0, 0, 1, 2))]
    return Group(*parts)


def differences(page: Page) -> RenderableType | None:
    """Tell where claim and finding differ."""
    if not page.summary.differences and not page.summary.waived:
        return None
    blocks: list[RenderableType] = [_title(page, "Where claims and findings differ")]
    found = page.summary.differences
    blocks += [_difference(verdict) for verdict in found[:_SHOWN_DIFFERENCES]]
    if len(found) > _SHOWN_DIFFERENCES:
        blocks.append(
            _note(f"and {len(found) - _SHOWN_DIFFERENCES:,} more, the gravest shown (--format json tells all)")
        )
    for verdict in page.summary.waived:
        line = Text.assemble(("waived ", "dim"), (verdict.code, "bold"), f" {printable(verdict.message)} ")
        line.append(f"({printable(verdict.waived)})", style="dim")
        blocks.append(Padding(line, (0, 0, 0, 1)))
    return Group(*blocks)


def permissions(page: Page) -> RenderableType | None:
    """Tell whether it may be used."""
    if not page.summary.permissions:
        return None
    return Group(_title(page, "May I use it?"), _list(page, page.summary.permissions))


def portability(page: Page) -> RenderableType | None:
    """Tell what it takes to run."""
    needs = page.audit.overview.memory
    if not needs and not page.summary.portability:
        return None
    parts: list[RenderableType] = [_title(page, "Will it run for me?")]
    if needs:
        stored = stored_need(page.audit)
        table = Table(box=None, padding=(0, 2), show_edge=False, header_style="dim")
        table.add_column("memory at")
        for heading in ("to run", "to fine-tune with LoRA", "to fine-tune fully"):
            table.add_column(heading, justify="right")
        for need in needs:
            style = "bold" if need is stored else ""
            sizes = [size_text(size) for size in (need.inference, need.lora, need.fine_tuning)]
            table.add_row(*(Text(cell, style=style) for cell in (need.precision, *sizes)))
        note = "Weights with a fifth on top; activations and caches come on top. Bold: the precision it is stored in."
        parts += [table, Padding(Text(note, style="dim"), (0, 0, 1, 2))]
    if page.summary.portability:
        parts.append(_list(page, page.summary.portability))
    return Group(*parts)


def missing(page: Page, *, everything: bool) -> RenderableType | None:
    """Tell what is missing."""
    found = page.summary.missing
    if not found:
        return None
    gravest = sorted(found, key=lambda verdict: (-verdict.severity, found.index(verdict)))
    shown = gravest if everything else gravest[:_SHOWN_MISSING]
    table = _lines()
    for attribute in Attribute:
        for verdict in (v for v in shown if v.attribute is attribute):
            table.add_row(_code(verdict, page.signs), _with_remedy(verdict, page.signs))
    parts = [_title(page, f"What is missing ({len(found)})"), table]
    if len(shown) < len(found):
        codes = ", ".join(v.code for v in gravest[len(shown) :])
        parts.append(_note(f"and {len(found) - len(shown)} lesser ones (--verbose tells): {codes}"))
    return Group(*parts)


def open_questions(page: Page) -> RenderableType | None:
    """Tell what could not be looked at, and what would tell."""
    questions, skipped = page.summary.open_questions, page.audit.skipped
    if not questions and not skipped:
        return None
    count = sum(len(question.verdicts) for question in questions)
    parts: list[RenderableType] = [_title(page, f"What could not be looked at ({count})")]
    parts += [_question(page, question) for question in questions]
    if skipped:
        table = _lines()
        for skip in skipped[:_SHOWN_SKIPS]:
            path = Text(printable(skip.path, 200), style="bold", overflow="fold")
            sign = Text.assemble(" ", (page.signs.states[State.UNKNOWN], "magenta"))
            table.add_row(sign, Text.assemble(path, f"  skipped: {printable(skip.reason)}", overflow="fold"))
        parts.append(table)
        if len(skipped) > _SHOWN_SKIPS:
            parts.append(_note(f"and {plural(len(skipped) - _SHOWN_SKIPS, 'more file', 'more files')} skipped"))
    return Group(*parts)


def settled(page: Page) -> RenderableType:
    """Tell what agrees, and what is only said."""
    parts: list[RenderableType] = []
    for title, verdicts in (("Verified", page.summary.verified), ("Claimed, not confirmed", page.summary.claimed)):
        if verdicts:
            parts += [_title(page, f"{title} ({len(verdicts)})"), _list(page, verdicts), Text()]
    return Group(*parts[:-1])


def notes(page: Page) -> RenderableType | None:
    """Tell what else has to be known about this audit."""
    if not page.audit.notes:
        return None
    lines = [Padding(Text(printable(note), overflow="fold"), (0, 0, 0, 2)) for note in page.audit.notes]
    return Group(_title(page, "Notes"), *lines)


def steps(page: Page) -> RenderableType | None:
    """Tell what to do next."""
    if not page.summary.steps and not page.summary.publisher:
        return None
    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right", width=3)
    table.add_column(overflow="fold")
    for number, step in enumerate(page.summary.steps, 1):
        table.add_row(Text(f"{number}.", style="bold"), _command(step))
    if page.summary.publisher:
        table.add_row("", Text.assemble(_command(page.summary.publisher), style="dim"))
    return Group(_title(page, "What next"), table)


def _title(page: Page, text: str) -> RenderableType:
    rest = page.signs.rule * max(0, page.width - len(text) - 2)
    return Text.assemble((text, "bold"), " ", (rest, "dim"), no_wrap=True, overflow="crop")


def _pairs(rows: Iterable[tuple[str, str]]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for label, text in rows:
        table.add_row(label, Text(text, style="bold" if label in {"parameters", "licence"} else ""))
    return table


def _how(audit: Audit) -> list[str]:
    pin = (audit.ref.commit or "")[:12] or audit.ref.revision or ""
    pinned = [f"at {printable(pin, 40)}"] if pin else []
    day, tool = audit.as_of.isoformat(), f"weighbridge {audit.tool_version}"
    return [audit.ref.origin.value, *pinned, f"{audit.depth.label} depth", day, tool]


def _score_row(page: Page, score: Score, cells: int) -> tuple[RenderableType, ...]:
    if not score.is_told or score.value is None:
        return (
            Text(score.attribute.value, style="dim"),
            Text("-", style="dim"),
            "",
            "",
            Text(no_score(page.audit, score.attribute), style="dim"),
        )
    style = score_style(score.value)
    earned, open_part, lost = bar(score.value, score.best or score.value, cells, page.signs)
    picture = Text.assemble((earned, style), (open_part, "magenta"), (lost, "dim"))
    question = Text.assemble((f"{score.attribute.question}  " if page.width >= _WIDE else "", "dim"), _cap_text(score))
    number = Text(f"{score.value:.0f}", style=f"bold {style}")
    return Text(score.attribute.value), number, picture, f"{score.coverage:.0%}", question


def _cap_text(score: Score) -> Text:
    if score.cap is None:
        return Text()
    return Text(f"held at {score.cap:.0f} by {score.capped_by}", style="red")


def _difference(verdict: Verdict) -> RenderableType:
    head = _lines()
    severity = Text(f" {verdict.severity.label.upper()} ", style=SEVERITY_STYLES[verdict.severity])
    message = Text.assemble((verdict.code, "bold"), " ", (printable(verdict.message), "bold"), overflow="fold")
    head.add_row(severity, message)
    table = Table.grid(padding=(0, 1))
    table.add_column(style="dim", width=8, justify="right")
    table.add_column(overflow="fold")
    if verdict.claim:
        table.add_row("claim", _found(verdict.claim.text, verdict.claim.where))
    for evidence in verdict.evidence[:5]:
        table.add_row("finding", _found(evidence.text, evidence.where))
    if len(verdict.evidence) > 5:
        table.add_row("", Text(f"and {len(verdict.evidence) - 5} more", style="dim"))
    if verdict.remedy:
        table.add_row("remedy", Text(printable(verdict.remedy)))
    if verdict.confidence != "high":
        table.add_row("", Text(f"confidence: {verdict.confidence.value}", style="dim"))
    return Group(head, Padding(table, (0, 0, 1, 1)))


def _found(text: str, where: object) -> Text:
    found = Text(printable(text, 300), overflow="fold")
    if where is not None:
        found.append(f"  {printable(where, 200)}", style="blue")
    return found


def _list(page: Page, verdicts: Iterable[Verdict]) -> Table:
    table = _lines()
    for verdict in verdicts:
        table.add_row(_code(verdict, page.signs), Text(printable(verdict.message), overflow="fold"))
    return table


def _lines() -> Table:
    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    return table


def _code(verdict: Verdict, signs: Signs) -> Text:
    return Text.assemble(" ", (signs.states[verdict.state], STATE_STYLES[verdict.state]), " ", (verdict.code, "bold"))


def _with_remedy(verdict: Verdict, signs: Signs) -> Text:
    text = Text(printable(verdict.message), overflow="fold")
    if verdict.remedy:
        text.append(f" {signs.arrow} {printable(verdict.remedy)}", style="dim")
    return text


def _question(page: Page, question: OpenQuestions) -> RenderableType:
    """One line a reason: many questions have the same one."""
    by_reason: dict[str, list[str]] = {}
    for verdict in question.verdicts:
        reason = printable(verdict.message).removeprefix("could not be looked at: ")
        by_reason.setdefault(reason, []).append(verdict.code)
    table = _lines()
    for reason, codes in by_reason.items():
        sign = Text.assemble(" ", (page.signs.states[State.UNKNOWN], "magenta"))
        unique = ", ".join(dict.fromkeys(codes))
        table.add_row(sign, Text.assemble((unique, "bold"), f"  {reason}", overflow="fold"))
    if question.depth is None:
        return table
    return Group(table, _note(_deeper(page.audit, question.depth)))


def _deeper(audit: Audit, depth: Depth) -> str:
    return f"would be told by: weighbridge audit {target_text(audit)} --depth {depth.label}"


def _note(text: str) -> RenderableType:
    return Padding(Text(text, style="dim", overflow="fold"), (0, 0, 0, 3))


def _command(text: str) -> Text:
    """Show what stands between backquotes as something to type."""
    parts = text.split("`")
    shown = Text(overflow="fold")
    for position, part in enumerate(parts):
        shown.append(part, style="cyan" if position % 2 else "")
    return shown
