"""A scan's report: a verdict for each file, what made it, and how many there are of each."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from weighbridge.model import Audit, State, Verdict
from weighbridge.render.terminal import MAX_WIDTH, MIN_WIDTH, TerminalOptions, draw
from weighbridge.render.text import plural, printable, redact
from weighbridge.scoring.danger import Danger, FileDanger, ScanResult, dangers
from weighbridge.scoring.record import encode, schema

SCHEMA_VERSION = "1.0"
SCHEMA_PATH = Path(__file__).parent / "schemas" / f"scan-{SCHEMA_VERSION}.schema.json"

_STYLES = {
    Danger.MALICIOUS: "bold red",
    Danger.REVIEW: "bold yellow",
    Danger.NOT_SCANNED: "magenta",
    Danger.SAFE: "green",
}
# The check whose agreement is told in the report too: who vouches for the whole.
_VOUCHES = "SE044"
_SHOWN = 200
_REASONS = 4


def render_scan(audit: Audit, options: TerminalOptions | None = None) -> str:
    """Return the report for people at a terminal, every line within the width."""
    options = options or TerminalOptions()
    result = dangers(audit)
    width = max(MIN_WIDTH, min(options.width, MAX_WIDTH))
    parts: list[RenderableType] = [Text(printable(audit.ref, width), style="bold")]
    shown = [file for file in result.files if file.danger is not Danger.SAFE or options.verbose]
    if shown:
        parts.append(_table(shown[:_SHOWN]))
    if len(shown) > _SHOWN:
        parts.append(Text(f"and {plural(len(shown) - _SHOWN, 'more file')}", style="dim"))
    parts += [_general(verdict) for verdict in result.general[:_SHOWN]]
    parts += [Text(printable(verdict.message, 500)) for verdict in audit.verdicts if _vouches(verdict)]
    parts.append(Text(_conclusion(result), style=_STYLES[result.worst]))
    notes = [*audit.notes, *(f"{skip.path}: {skip.reason}" for skip in audit.skipped[:_SHOWN])]
    parts += [Text(printable(note, 500), style="dim") for note in notes]
    return draw(parts, options)


def _vouches(verdict: Verdict) -> bool:
    return verdict.code == _VOUCHES and verdict.state is State.VERIFIED


def render_scan_quiet(audit: Audit) -> str:
    """Return one line: the target and what was found."""
    return f"{printable(audit.ref)}: {_conclusion(dangers(audit))}\n"


def _table(files: Iterable[FileDanger]) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold", ratio=1)
    for file in files:
        what = Text(printable(file.path, 300), style="bold")
        for verdict in file.reasons[:_REASONS]:
            what.append(f"\n{_reason(verdict, file.path)}")
        if len(file.reasons) > _REASONS:
            what.append(f"\nand {plural(len(file.reasons) - _REASONS, 'more finding')}", style="dim")
        table.add_row(Text(file.danger.value, style=_STYLES[file.danger]), what)
    return table


def _reason(verdict: Verdict, path: str = "") -> str:
    """Say what was found; the file's own name, which stands above, is not said again."""
    message = printable(verdict.message.removeprefix(path).lstrip(":! "), 300)
    return message if verdict.state is State.UNKNOWN else f"{verdict.code} {verdict.severity.label}: {message}"


def _general(verdict: Verdict) -> Padding:
    return Padding(Text(_reason(verdict)), (0, 0, 0, 2))


def _conclusion(result: ScanResult) -> str:
    """Say what was found in one line; never that there is nothing when something was not looked at."""
    counts = [f"{count:,} {danger.value}" for danger, count in result.counts.items() if count]
    told = f"{plural(len(result.files), 'file')}: {', '.join(counts)}" if counts else "no file was scanned"
    if result.general:
        told += f"; {plural(len(result.general), 'finding')} about the whole"
    return told + ("." if result.worst is not Danger.NOT_SCANNED else ". What was not scanned is not known to be safe.")


def render_scan_json(audits: Audit | Iterable[Audit]) -> str:
    """Return the audit document, which a baseline can be made of, with each file's verdict under `scan`; several as an array."""
    listed = [audits] if isinstance(audits, Audit) else list(audits)
    documents = [json.loads(encode(audit)) | {"scan": _summary(dangers(audit))} for audit in listed]
    document = documents[0] if isinstance(audits, Audit) else documents
    return redact(json.dumps(document, indent=2, sort_keys=True, ensure_ascii=True)) + "\n"


def _summary(result: ScanResult) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "verdict": result.worst.value,
        "counts": {danger.value: count for danger, count in result.counts.items()},
        "files": [
            {"path": file.path, "verdict": file.danger.value, "codes": sorted({v.code for v in file.reasons})}
            for file in result.files
        ],
    }


def schema_text() -> str:
    """Return the schema's text as the shipped file has to have it: the audit's, with what a scan adds."""
    words = {"type": "string", "enum": [danger.value for danger in Danger]}
    file = {"path": {"type": "string"}, "verdict": words, "codes": {"type": "array", "items": {"type": "string"}}}
    added = {
        "schema_version": {"const": SCHEMA_VERSION},
        "verdict": words,
        "counts": {"type": "object", "additionalProperties": {"type": "integer", "minimum": 0}},
        "files": {"type": "array", "items": {"type": "object", "properties": file, "required": sorted(file)}},
    }
    whole = schema()
    whole["$id"] = whole["$id"].replace("audit-", "scan-")
    audit = whole["$defs"]["Audit"]
    audit["properties"]["scan"] = {"type": "object", "properties": added, "required": sorted(added)}
    audit["required"] = sorted({*audit["required"], "scan"})
    return json.dumps(whole, indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    SCHEMA_PATH.write_text(schema_text(), encoding="utf-8")
