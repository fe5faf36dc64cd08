"""The report for pull requests, issues and pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from weighbridge.model import Audit, Score, Verdict
from weighbridge.render.links import file_link, model_link
from weighbridge.render.summary import Summary, no_score, overview_rows, provenance_rows, summarise
from weighbridge.render.text import plural, printable, size_text

_SHOWN_DIFFERENCES = 100
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!$&@])")
_AUTOLINK = re.compile(r"(?i)\b(https?|ftp|mailto|www)(:|\.)")


def render_markdown(audit: Audit) -> str:
    """Return the whole report as GitHub-flavoured Markdown."""
    summary = summarise(audit)
    parts = [
        f"# {_heading(audit)}",
        f"**{safe(summary.headline)}**",
        table(("", "what it is"), overview_rows(audit)) if overview_rows(audit) else "",
        "## Scores",
        table(
            ("attribute", "score", "looked at", "held down by"), [_score_row(audit, score) for score in audit.scores]
        ),
        *_differences(audit, summary),
        *_verdicts("May I use it?", summary.permissions),
        *_portability(audit, summary),
        *_missing(summary),
        *_unknown(audit, summary),
        *_verdicts("Verified", summary.verified, is_folded=True),
        *_verdicts("Claimed, not confirmed", summary.claimed, is_folded=True),
        *(["## Notes", bullets(safe(note) for note in audit.notes)] if audit.notes else []),
        *_steps(summary),
        "---",
        table(("", "how it was got"), provenance_rows(audit)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def safe(text: object, limit: int = 1000) -> str:
    """Return text that Markdown shows as it is: no markup, no link, no mention, no HTML, no control character."""
    shown = _SPECIAL.sub(r"\\\1", printable(text, limit))
    return _AUTOLINK.sub(lambda found: f"{found[1]}<!-- -->{found[2]}", shown).replace("  ", " ")


def code(text: object, limit: int = 300) -> str:
    """Return text as inline code, fenced by more backquotes than it holds."""
    shown = printable(text, limit)
    longest = max((len(run) for run in re.findall("`+", shown)), default=0)
    fence = "`" * (longest + 1)
    padding = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{padding}{shown}{padding}{fence}" if shown else ""


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a pipe table; cells are escaped unless they are `Raw`."""
    lines = [f"| {' | '.join(header)} |", f"|{'---|' * len(header)}"]
    lines += [f"| {' | '.join(cell if isinstance(cell, Raw) else safe(cell) for cell in row)} |" for row in rows]
    return "\n".join(lines)


def bullets(lines: Iterable[str]) -> str:
    """Return a list of lines that are Markdown already."""
    return "\n".join(f"- {line}" for line in lines)


class Raw(str):
    """A cell that is Markdown already."""

    __slots__ = ()


def _heading(audit: Audit) -> str:
    name, link = safe(audit.ref.name, 200), model_link(audit)
    return f"[{name}](<{link}>)" if link else name


def _score_row(audit: Audit, score: Score) -> tuple[object, ...]:
    if not score.is_told or score.value is None:
        return score.attribute.value, no_score(audit, score.attribute), "", ""
    cap = f"{score.capped_by} (at most {score.cap:.0f})" if score.cap is not None else ""
    return score.attribute.value, f"{score.value:.0f}", f"{score.coverage:.0%}", cap


def _differences(audit: Audit, summary: Summary) -> list[str]:
    if not summary.differences and not summary.waived:
        return []
    parts = ["## Where claims and findings differ"]
    for verdict in summary.differences[:_SHOWN_DIFFERENCES]:
        lines = [f"**claim** {_found(audit, verdict.claim.text, verdict.claim)}"] if verdict.claim else []
        lines += [f"**finding** {_found(audit, found.text, found)}" for found in verdict.evidence[:10]]
        lines += [f"**remedy** {safe(verdict.remedy)}"] if verdict.remedy else []
        parts += [f"### {verdict.severity.label}: {verdict.code} {safe(verdict.message)}", bullets(lines)]
    if len(summary.differences) > _SHOWN_DIFFERENCES:
        parts.append(f"and {len(summary.differences) - _SHOWN_DIFFERENCES:,} more")
    if summary.waived:
        waived = [f"{v.code} {safe(v.message)} Waived: {safe(v.waived)}" for v in summary.waived]
        parts += ["### waived", bullets(waived)]
    return parts


def _found(audit: Audit, text: str, holder: object) -> str:
    where = getattr(holder, "where", None)
    if where is None:
        return code(text)
    link = file_link(audit.ref, where)
    place = code(where, 200)
    return f"{code(text)} in {f'[{place}](<{link}>)' if link else place}"


def _verdicts(title: str, verdicts: Sequence[Verdict], *, is_folded: bool = False) -> list[str]:
    if not verdicts:
        return []
    rows = [(v.state.value, v.code, v.message) for v in verdicts]
    body = table(("verdict", "check", "finding"), rows)
    if is_folded:
        return [f"<details><summary>{title} ({len(verdicts)})</summary>", body, "</details>"]
    return [f"## {title}", body]


def _portability(audit: Audit, summary: Summary) -> list[str]:
    needs = [
        (n.precision, size_text(n.inference), size_text(n.lora), size_text(n.fine_tuning))
        for n in audit.overview.memory
    ]
    if not needs and not summary.portability:
        return []
    memory = table(("memory at", "to run", "to fine-tune with LoRA", "to fine-tune fully"), needs) if needs else ""
    listed = _verdicts("", summary.portability)[1:]
    return ["## Will it run for me?", memory, *listed]


def _missing(summary: Summary) -> list[str]:
    if not summary.missing:
        return []
    rows = [(v.code, v.attribute.value, v.message, v.remedy) for v in summary.missing]
    return [f"## What is missing ({len(rows)})", table(("check", "attribute", "finding", "remedy"), rows)]


def _unknown(audit: Audit, summary: Summary) -> list[str]:
    rows = [
        (v.code, v.message, question.depth.label if question.depth is not None else "")
        for question in summary.open_questions
        for v in question.verdicts
    ]
    rows += [("skipped", f"{skip.path}: {skip.reason}", "") for skip in audit.skipped[:100]]
    if not rows:
        return []
    more = len(audit.skipped) - 100
    parts = ["## What could not be looked at", table(("check", "why", "told by depth"), rows)]
    return [*parts, f"and {plural(more, 'more file', 'more files')}"] if more > 0 else parts


def _steps(summary: Summary) -> list[str]:
    if not summary.steps:
        return []
    lines = [f"{number}. {commands(step)}" for number, step in enumerate(summary.steps, 1)]
    return ["## What next", "\n".join(lines), commands(summary.publisher)]


def commands(text: str) -> str:
    """Return our own sentence with what stands between backquotes as code, the rest escaped."""
    parts = text.split("`")
    return "".join(code(part) if position % 2 else safe(part) for position, part in enumerate(parts))
