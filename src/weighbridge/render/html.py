"""The report as one HTML file: no script, nothing loaded from outside, readable in light and dark and by screen readers."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from weighbridge.model import Attribute, Audit, Location, State, Verdict
from weighbridge.render.links import file_link, model_link
from weighbridge.render.summary import no_score, overview_rows, provenance_rows, stored_need, summarise
from weighbridge.render.text import count_text, plural, printable, size_text
from weighbridge.render.treemap import treemap

_TEMPLATES = Path(__file__).parent / "templates"
_STATE_ORDER = (State.CONTRADICTED, State.MISSING, State.UNKNOWN, State.CLAIMED, State.VERIFIED, State.NOT_APPLICABLE)
_SHOWN_FILES = 500
_SHOWN_VERDICTS = 500


def render_html(audit: Audit) -> str:
    """Return the whole report as one HTML document."""
    summary = summarise(audit)
    return environment().get_template("audit.html.j2").render(
        audit=audit,
        summary=summary,
        overview=overview_rows(audit),
        how=provenance_rows(audit),
        model_link=model_link(audit),
        stored=stored_need(audit),
        groups=_groups(audit),
        tensors=Markup(treemap(audit.overview.tensors)),  # noqa: S704 - made of numbers and escaped names
        shown=_SHOWN_VERDICTS,
        files=audit.files[:_SHOWN_FILES],
        more_files=max(0, len(audit.files) - _SHOWN_FILES),
        no_score=lambda attribute: no_score(audit, attribute),
        link=lambda where: file_link(audit.ref, where),
    )  # fmt: skip


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the templates with everything escaped that they show."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    environment.filters.update(
        size=size_text, count=count_text, plural=plural, place=_place, commands=_commands, tone=_tone
    )
    return environment


def _shown(value: Any) -> Any:
    """Make every text printable that a template shows, whatever it forgot."""
    return value if isinstance(value, Markup | int | float) else printable(value)


def _place(where: Location) -> str:
    return printable(where, 300)


def _commands(text: str) -> Markup:
    """Return our own sentence with what stands between backquotes as code."""
    parts = [escape(printable(part)) for part in text.split("`")]
    return Markup("").join(Markup("<code>{}</code>").format(p) if i % 2 else p for i, p in enumerate(parts))


def _tone(value: float | None) -> str:
    return "none" if value is None else "good" if value >= 75 else "fair" if value >= 50 else "poor"


def _groups(audit: Audit) -> list[tuple[Attribute, list[Verdict]]]:
    """Return the verdicts an attribute, the worst first."""
    groups = []
    for attribute in Attribute:
        held = [v for v in audit.verdicts if v.attribute is attribute]
        held.sort(key=lambda v: (_STATE_ORDER.index(v.state), -v.severity, v.code, v.subject))
        if held:
            groups.append((attribute, held))
    return groups
