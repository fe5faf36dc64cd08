"""The checks themselves: a table of all, and a page about one, made of the checks' own documentation."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from weighbridge.checks.contract import SECTIONS, Check
from weighbridge.model import Attribute


def describe_check(check: Check) -> dict[str, Any]:
    """Return everything about a check as plain values."""
    facts = {kind.__name__: is_needed for kind, is_needed in check.needs.values()}
    return {
        "code": check.code,
        "name": check.name,
        "attribute": check.attribute.value,
        "factor": check.factor.value,
        "severity": check.severity.label,
        "version": check.version,
        "needs": sorted(name for name, is_needed in facts.items() if is_needed),
        "uses": sorted(name for name, is_needed in facts.items() if not is_needed),
        "documentation": check.docs,
    }


def render_checks_json(checks: Sequence[Check]) -> str:
    """Return the checks as a JSON array."""
    return json.dumps([describe_check(check) for check in checks], indent=2, sort_keys=True) + "\n"


def render_checks_markdown(checks: Sequence[Check], page: str = "{code}.md") -> str:
    """Return the table of checks as Markdown; `page` is where a check's own page is."""
    from weighbridge.render.markdown import safe

    parts = []
    for attribute, held in by_attribute(checks):
        rows = [
            f"| [{check.code}]({page.format(code=check.code)}) | {safe(check.docs['summary'])} | {check.factor.value} "
            f"| {check.severity.label} |"
            for check in held
        ]
        head = "| code | what is checked | factor | severity |\n|---|---|---|---|"
        parts.append(f"## {attribute.value.capitalize()}: {attribute.question}\n\n{head}\n" + "\n".join(rows))
    return "\n\n".join(parts) + "\n"


def render_check_markdown(check: Check) -> str:
    """Return one check's page as Markdown."""
    about = describe_check(check)
    rows = [(label, about[label]) for label in ("attribute", "factor", "severity", "version")]
    rows.append(("needs", ", ".join(about["needs"]) or "nothing"))
    if about["uses"]:
        rows.append(("uses where there", ", ".join(about["uses"])))
    table = "| | |\n|---|---|\n" + "\n".join(f"| {label} | {value} |" for label, value in rows)
    parts = [f"# {check.code}: {check.name}", check.docs["summary"], table]
    parts += [f"**{title}.** {_sentence(check.docs[title])}" for title in SECTIONS if check.docs.get(title)]
    return "\n\n".join(parts) + "\n"


def render_checks_terminal(checks: Sequence[Check], width: int, *, color: bool, encoding: str) -> str:
    """Return the table of checks for a terminal."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    from weighbridge.render.style import SEVERITY_STYLES
    from weighbridge.render.terminal import TerminalOptions, draw

    parts: list[Any] = []
    for attribute, held in by_attribute(checks):
        table = Table.grid(padding=(0, 1))
        table.add_column(width=7, no_wrap=True)
        table.add_column(width=8, no_wrap=True)
        table.add_column(overflow="fold")
        for check in held:
            severity = Text(check.severity.label, style=SEVERITY_STYLES[check.severity])
            table.add_row(Text(f"  {check.code}", style="bold"), severity, Text(check.docs["summary"]))
        title = Text.assemble((attribute.value.capitalize(), "bold"), (f"  {attribute.question}", "dim"))
        parts.append(Group(title, table))
    parts.append(Text(f"{len(checks)} checks; `weighbridge checks show CODE` explains one.", style="dim"))
    return draw(parts, TerminalOptions(width=width, color=color, encoding=encoding))


def render_check_terminal(check: Check, width: int, *, color: bool, encoding: str) -> str:
    """Return one check's page for a terminal."""
    from rich.text import Text

    from weighbridge.render.style import SEVERITY_STYLES
    from weighbridge.render.terminal import TerminalOptions, draw

    about = describe_check(check)
    head = Text.assemble((check.code, "bold"), " ", (check.name, "bold"), "  ")
    head.append(check.severity.label, style=SEVERITY_STYLES[check.severity])
    place = Text(f"{about['attribute']} / {about['factor']}, version {check.version}", style="dim")
    parts: list[Any] = [head, place, Text(check.docs["summary"])]
    for title in SECTIONS:
        if text := check.docs.get(title):
            parts += [Text.assemble((title, "bold"), f"\n{_sentence(text)}")]
    needs = ", ".join([*about["needs"], *(f"{name} (where there)" for name in about["uses"])]) or "nothing"
    parts.append(Text.assemble(("Facts it reads", "bold"), f"\n{needs}"))
    return draw(parts, TerminalOptions(width=width, color=color, encoding=encoding))


def by_attribute(checks: Sequence[Check]) -> list[tuple[Attribute, list[Check]]]:
    """Return the checks an attribute, in the order of their codes."""
    groups = [(a, sorted((c for c in checks if c.attribute is a), key=lambda c: c.code)) for a in Attribute]
    return [(attribute, held) for attribute, held in groups if held]


def _sentence(text: str) -> str:
    """Begin with a capital letter; the sections of a docstring go on after a colon."""
    return text[:1].upper() + text[1:]
