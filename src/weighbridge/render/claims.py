"""A model's performance claims: each with its place, its precision, and what it would take to check it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import msgspec
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from weighbridge.facts.checkability import items_behind, missing_of
from weighbridge.facts.figures import PerformanceClaim
from weighbridge.facts.metrics import metric_of, plain_dataset, plain_split
from weighbridge.measure.claimed import Claimed
from weighbridge.render.terminal import TerminalOptions, draw
from weighbridge.render.text import plural, printable, redact

SHOWN = 500


def render_claims(report: Claimed, options: TerminalOptions) -> str:
    """Return the report for people at a terminal; `verbose` lists the figures of other models too."""
    numbered = report.numbered(everything=options.verbose)
    parts: list[RenderableType] = [Text(printable(report.ref, options.width), style="bold")]
    if numbered:
        parts.append(_table(numbered[:SHOWN]))
    parts.append(Text("\n".join(_summary(report, len(numbered), everything=options.verbose))))
    parts += [
        Text(f"{verdict.code} {verdict.severity.label}: {printable(verdict.message, 400)}", style="bold yellow")
        for verdict in report.contradictions
    ]
    parts += [Text(f"not read: {printable(problem, 300)}", style="dim") for problem in report.claims.problems[:SHOWN]]
    return draw(parts, options)


def _table(numbered: Sequence[tuple[int, PerformanceClaim]]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for name in ("", "metric", "value", "on", "where", "to check it"):
        table.add_column(name, justify="right" if name in {"", "value"} else "left", overflow="fold")
    for number, claim in numbered:
        table.add_row(
            str(number), printable(claim.metric or "?", 60), printable(value_text(claim), 40), printable(_data(claim), 120),
            printable(claim.where or "", 120), printable(to_check(claim), 200),
        )  # fmt: skip
    return table


def value_text(claim: PerformanceClaim) -> str:
    """Return a claim's value as written, with its unit."""
    return claim.text if not claim.unit or claim.unit.lower() in claim.text.lower() else f"{claim.text} {claim.unit}"


def _data(claim: PerformanceClaim) -> str:
    parts = [claim.dataset, claim.config, claim.split, f"{claim.n:,} items" if claim.n else "", claim.hardware]
    about = f"[{claim.model}] " if claim.model else ""
    return about + ", ".join(part for part in parts if part)


def to_check(claim: PerformanceClaim) -> str:
    """Say what is missing for the claim to be checkable, or that nothing is."""
    missing = missing_of(claim)
    return f"say {' and '.join(missing)}" if missing else "can be measured"


def _summary(report: Claimed, shown: int, *, everything: bool) -> list[str]:
    claims = report.claims
    whole = sum(1 for claim in claims.claims if not missing_of(claim))
    lines = [
        f"{plural(len(claims.claims), 'claim')} about this model, {whole} of them checkable as written; "
        f"{plural(len(claims.logged), 'figure')} that training logged."
    ]
    if claims.others:
        hint = "" if everything else "; --all lists them"
        lines.append(f"{plural(len(claims.others), 'figure')} of other models or variants{hint}.")
    if shown > SHOWN:
        lines.append(f"Only the first {SHOWN} are shown; --format json holds all.")
    return lines


def render_claims_markdown(report: Claimed, *, everything: bool = False) -> str:
    """Return the report as Markdown."""
    from weighbridge.render.markdown import safe, table

    numbered = report.numbered(everything=everything)
    rows = [(n, c.metric or "?", value_text(c), _data(c), str(c.where or ""), to_check(c)) for n, c in numbered]
    parts = [f"# Claims of {safe(report.ref)}"]
    parts += [table(("", "metric", "value", "on", "where", "to check it"), rows)] if rows else []
    parts += [safe(line) for line in _summary(report, 0, everything=everything)]
    parts += [f"- **{v.code}** {v.severity.label}: {safe(v.message)}" for v in report.contradictions]
    return "\n\n".join(parts) + "\n"


def render_claims_json(reports: Sequence[Claimed], *, is_many: bool) -> str:
    """Return one report as a JSON object, several as an array; the figures of all models are in it."""
    documents = [_document(report) for report in reports]
    whole: Any = documents if is_many else documents[0]
    return redact(json.dumps(whole, indent=2, sort_keys=True, ensure_ascii=True)) + "\n"


def _document(report: Claimed) -> dict[str, Any]:
    return {
        "target": str(report.ref),
        "claims": [_entry(number, claim) for number, claim in report.numbered(everything=True)],
        "problems": list(report.claims.problems),
        "contradictions": [msgspec.to_builtins(verdict) for verdict in report.contradictions],
    }


def _entry(number: int, claim: PerformanceClaim) -> dict[str, Any]:
    metric = metric_of(claim.metric)
    normalised = {
        "metric": metric.name if metric else None,
        "scale": metric.scale if metric else None,
        "dataset": plain_dataset(claim.dataset) if claim.dataset else None,
        "split": plain_split(claim.split) if claim.split else None,
        "items": items_behind(claim),
    }
    held: dict[str, Any] = msgspec.to_builtins(claim)
    return held | {"number": number, "normalised": normalised, "missing": list(missing_of(claim))}
