"""The parts of pages that are made from the code: between `<!-- generated: NAME -->` and `<!-- end -->`."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from docs.inventories import TOLD
from docs.limits import limit_rows
from docs.threats import BEYOND, TABLE_IV, Row, Threat
from weighbridge.checks.catalogue import CHECKS
from weighbridge.decide.transferability.catalogue import ESTIMATORS
from weighbridge.errors import UsageError
from weighbridge.formats.binary import LIMITS, Limits
from weighbridge.formats.catalogue import ROWS
from weighbridge.model import Attribute, Depth, Format, Severity
from weighbridge.reuse.catalogue import TECHNIQUES
from weighbridge.scoring.weights import CAPS, FACTOR_WEIGHTS, SEVERITY_WEIGHTS
from weighbridge.sources.options import SourceOptions

_PART = re.compile(r"(<!-- generated: ([a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
_REPORT = Path(__file__).parent / "example-report.txt"
_RULE = re.compile(r"^(\S.*?) ─{8,}$", re.MULTILINE)
_SHOWN_GAPS = 3


def fill(text: str) -> str:
    """Return a page with its generated parts made anew. Raises `UsageError` for a part that nothing makes."""
    return _PART.sub(lambda part: f"{part[1]}{_made(part[2])}\n{part[3]}", text)


def _made(name: str) -> str:
    if name not in PARTS:
        raise UsageError(f"no part of a page is called {name!r}", hint=f"There are {', '.join(sorted(PARTS))}.")
    return PARTS[name]().strip("\n")


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a pipe table of cells that are Markdown already."""
    lines = [f"| {' | '.join(header)} |", f"|{'---|' * len(header)}"]
    lines += [f"| {' | '.join(str(cell) for cell in row)} |" for row in rows]
    return "\n".join(lines)


def attributes() -> str:
    """Return the attributes with the question that each answers, and the factors it is made of."""
    rows = [(f"**{a.value}**", a.question, ", ".join(f.value for f in FACTOR_WEIGHTS[a])) for a in Attribute]
    return table(("attribute", "answers", "from"), rows)


def depths() -> str:
    """Return the depths with what each reads."""
    return table(("`--depth`", "reads"), [(f"`{depth.label}`", depth.reads) for depth in Depth if depth != Depth.RUN])


def factor_weights() -> str:
    """Return the weights of the factors, by the keys under which a policy changes them."""
    rows = [(f'`"{a}.{f}"`', f"{weight:g}") for a, held in FACTOR_WEIGHTS.items() for f, weight in held.items()]
    return table(("key in `[weights.factors]`", "weight"), rows)


def severity_weights() -> str:
    """Return what a severity weighs, and where it holds a score down."""
    rows = [
        (s.label, f"{SEVERITY_WEIGHTS[s]:g}", f"{CAPS[s]:g}" if s in CAPS else "not held")
        for s in sorted(Severity, reverse=True)
    ]
    return table(("severity", "weight of the check", "score held at or below"), rows)


def formats() -> str:
    """Return the formats with their readers' usual extensions, and whether loading them can run code."""
    rows = []
    for kind, reader in _readers():
        suffixes = " ".join(f"`{suffix}`" for suffix in reader.suffixes)
        rows.append((f"`{kind.value}`", suffixes, "**yes**" if kind.runs_code else "no", _purpose(reader)))
    return table(("format", "usual extensions", "loading can run code", "what is read"), rows)


def inventories() -> str:
    """Return what is told about the tensors, the precision and the metadata of each format."""
    rows = [(f"`{kind.value}`", *TOLD.get(kind, ("", "", ""))) for kind, _ in _readers() if kind in TOLD]
    return table(("format", "tensors", "precision and quantisation from", "metadata, and what else"), rows)


def _readers() -> Iterator[tuple[Format, Any]]:
    """Yield every format that is read with the first reader that returns it."""
    readers = [reader for row in ROWS if (reader := _reader(row.module)) is not None]
    for kind in Format:
        reader = next((reader for reader in readers if kind in reader.formats), None)
        if reader is not None:
            yield kind, reader


def _reader(module: str) -> Any:
    """Return a module's reader, None where the program has no such module."""
    try:
        return getattr(importlib.import_module(f"weighbridge.formats.{module}"), "READER", None)
    except ModuleNotFoundError:
        return None


def _purpose(reader: Any) -> str:
    """Return the first sentence of the reader's module, without its full stop."""
    first = (inspect.getmodule(type(reader)).__doc__ or "").partition("\n\n")[0]  # type: ignore[union-attr]
    return " ".join(first.split()).rstrip(".").replace("|", "\\|")


def file_limits() -> str:
    """Return the limits of one file's inspection."""
    meaning = {
        "header_bytes": "bytes of one header, directory or metadata block held in memory",
        "items": "items listed: keys, nodes, opcodes' results, entries of an index",
        "tensors": "tensors listed",
        "depth": "levels of nesting followed",
        "text": "characters of one metadata value kept",
        "members": "members of an archive listed",
        "inflated_bytes": "bytes that compressed parts may unpack to",
    }
    names = [field.name for field in msgspec.structs.fields(Limits)]
    return table(
        ("`Limits`", "what is limited", "limit"),
        [
            (f"`{n}`", meaning.get(n, n.replace("_", " ")), _amount(meaning.get(n, ""), getattr(LIMITS, n)))
            for n in names
        ],
    )


def source_limits() -> str:
    """Return the limits of reaching a repository."""
    options = SourceOptions()
    rows = [
        ("`timeout`", "seconds for one request", f"{options.timeout:g}"),
        ("`max_wait`", "seconds slept in all when the registry asks to wait", f"{options.max_wait:g}"),
        ("`max_files`", "files listed", f"{options.max_files:,}"),
    ]
    return table(("`SourceOptions`", "what is limited", "limit"), rows)


def other_limits() -> str:
    """Return every other limit, by the module that keeps it."""
    return table(
        ("kept by", "what is limited", "limit"),
        [(f"`{module}`", what, _amount(what, value)) for module, what, value in limit_rows()],
    )


def _amount(what: str, value: float) -> str:
    """Write bytes with a unit where they come out even."""
    if what.startswith("bytes") and isinstance(value, int) and value % 1024 == 0:
        return f"{value // 1024**2:,} MiB" if value % 1024**2 == 0 else f"{value // 1024:,} KiB"
    return f"{value:,g}" if isinstance(value, float) else f"{value:,}"


def report() -> str:
    """Return the example report, shortened: what it is, the counts, the scores, the differences, a few gaps, the next steps."""
    if not _REPORT.exists():
        return "_No example report was generated yet._"
    pieces = _RULE.split(_REPORT.read_text(encoding="utf-8"))
    head, titles, bodies = pieces[0], pieces[1::2], pieces[2::2]
    shown = [head.rstrip("\n")]
    for title, body in zip(titles, bodies, strict=True):
        shown.append(f"\n{title} ".ljust(100, "─"))
        shown.append(_shortened(title, body).strip("\n"))
    return "```text\n" + "\n".join(shown) + "\n```"


def _shortened(title: str, body: str) -> str:
    if not title.startswith(("What is missing", "May I", "What could not", "Will it")):
        return body
    lines = [line for line in body.splitlines() if line.strip()]
    starts = [i for i, line in enumerate(lines) if re.match(r" [✓✗○?•] ", line)]
    if len(starts) <= _SHOWN_GAPS:
        return "\n".join(lines)
    return "\n".join([*lines[: starts[_SHOWN_GAPS]], f"   … {len(starts) - _SHOWN_GAPS} lines more"])


def claim_power() -> str:
    """Return the exact power against over-claims, and the share of true claims that are contradicted, by the number of items."""
    from weighbridge.measure.decision import Proportion

    rows = []
    for n in (200, 872, 2_000, 10_000, 50_000):
        evidence = Proportion(0, n)
        shares = [
            evidence.power(0.85 + over - 0.0005, 0.85 + over + 0.0005, -over, 0.05) for over in (0, 0.01, 0.03, 0.1)
        ]
        rows.append((f"{n:,}", *(f"{100 * share:.1f} %" for share in shares)))
    return table(("items", "true claim", "1 point", "3 points", "10 points"), rows)


def table_iv() -> str:
    """Return the study's Table IV with the checks that ask the same of one repository."""
    rows = [(r.mitigation, _letters(r), r.measured, _ranges(r.codes), r.blind) for r in TABLE_IV]
    return table(("Table IV", "against", "measured in August 2022", "checks", "what they cannot tell"), rows)


def beyond_table_iv() -> str:
    """Return what the study's table leaves out."""
    rows = [(r.mitigation, _letters(r), _ranges(r.codes), r.blind) for r in BEYOND]
    return table(("beyond it", "against", "checks", "what they cannot tell"), rows)


_UNANSWERED = "No check of one repository answers it. A file that would exhaust the program is stopped by [limits](limits.md), and told."


def stride() -> str:
    """Return every threat with the checks that answer it, each in its own words."""
    checks = {check.code: check for check in CHECKS}
    parts = []
    for threat in Threat:
        codes = sorted({code for row in (*TABLE_IV, *BEYOND) if threat in row.threats for code in row.codes})
        rows = [(_linked(code), checks[code].docs["summary"], checks[code].docs["Limits"]) for code in codes]
        told = table(("check", "what it tells", "its limits"), rows) if rows else _UNANSWERED
        parts.append(f"### {threat.value}\n\n{told}")
    return "\n\n".join(parts)


def _letters(row: Row) -> str:
    return ", ".join(threat.value.lower() for threat in row.threats) or "—"


def _linked(code: str) -> str:
    return f"[{code}](checks/{code}.md)"


def _ranges(codes: Sequence[str]) -> str:
    """Return codes with links, those that follow each other drawn together."""
    runs: list[list[str]] = []
    for code in codes:
        if runs and code == f"{runs[-1][-1][:2]}{int(runs[-1][-1][2:]) + 1:03}":
            runs[-1].append(code)
        else:
            runs.append([code])
    shown = [
        [_linked(run[0]), " to ", _linked(run[-1])] if len(run) > 2 else [", ".join(map(_linked, run))] for run in runs
    ]
    return ", ".join("".join(parts) for parts in shown)


def techniques() -> str:
    """Return the techniques by which a model is reused."""
    rows = [
        (f"`{t.name}`", t.title, t.docs["summary"], t.docs["Does"], t.docs["Source"], t.docs["Limits"])
        for t in TECHNIQUES
    ]
    return table(("name", "technique", "what it is", "does", "source", "limits"), rows)


def estimators() -> str:
    """Return the estimators of transferability."""
    rows = [(e.title, e.docs["Measures"], e.docs["Source"], e.docs["Cost"], e.docs["Limits"]) for e in ESTIMATORS]
    return table(("estimator", "measures", "source", "cost", "limits"), rows)


PARTS: dict[str, Callable[[], str]] = {
    "estimators": estimators,
    "techniques": techniques,
    "attributes": attributes,
    "depths": depths,
    "factor-weights": factor_weights,
    "severity-weights": severity_weights,
    "formats": formats,
    "inventories": inventories,
    "file-limits": file_limits,
    "source-limits": source_limits,
    "other-limits": other_limits,
    "report": report,
    "claim-power": claim_power,
    "table-iv": table_iv,
    "beyond-table-iv": beyond_table_iv,
    "stride": stride,
}
