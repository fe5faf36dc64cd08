"""The report for people at a terminal."""

from __future__ import annotations

import io
import re

import msgspec
from rich.console import Console, Group, RenderableType
from rich.text import Text

from weighbridge.model import Audit
from weighbridge.render import sections
from weighbridge.render.style import ASCII, UNICODE, Signs
from weighbridge.render.summary import summarise
from weighbridge.render.text import plain, printable

MIN_WIDTH, MAX_WIDTH = 60, 120


class TerminalOptions(msgspec.Struct, frozen=True):
    """How the report is shown; `encoding` is that of the output, `color` whether it takes colours."""

    width: int = 80
    color: bool = False
    encoding: str = "utf-8"
    explain: bool = False
    verbose: bool = False

    @property
    def is_unicode(self) -> bool:
        """Whether the output can hold every character."""
        return self.encoding.lower().replace("-", "").replace("_", "") in {"utf8", "utf16", "utf32"}

    @property
    def signs(self) -> Signs:
        """The signs to draw with."""
        return UNICODE if self.is_unicode else ASCII


def render_terminal(audit: Audit, options: TerminalOptions | None = None) -> str:
    """Return the whole report, every line within the width."""
    options = options or TerminalOptions()
    summary = summarise(audit)
    page = sections.Page(audit, summary, max(MIN_WIDTH, min(options.width, MAX_WIDTH)), options.signs)
    parts = [
        sections.overview(page),
        sections.headline(page),
        sections.scores(page),
        sections.explanation(page) if options.explain else None,
        sections.differences(page),
        sections.permissions(page),
        sections.portability(page),
        sections.missing(page, everything=options.verbose),
        sections.open_questions(page),
        sections.settled(page) if options.verbose else None,
        sections.notes(page),
        sections.steps(page),
    ]
    return draw([part for part in parts if part is not None], options)


def render_quiet(audit: Audit) -> str:
    """Return one line: the model and its verdict line."""
    return f"{printable(audit.ref)}: {summarise(audit).headline}\n"


def draw(parts: list[RenderableType], options: TerminalOptions) -> str:
    """Return renderables as text, without trailing blanks, in what the output's encoding can hold."""
    width = max(MIN_WIDTH, min(options.width, MAX_WIDTH))
    console = Console(
        file=io.StringIO(),
        width=width,
        force_terminal=options.color,
        color_system="standard" if options.color else None,
        no_color=not options.color,
        legacy_windows=False,
        safe_box=not options.is_unicode,
        highlight=False,
        markup=False,
        emoji=False,
        _environ={},
    )
    with console.capture() as capture:
        console.print(Group(*(Group(part, Text()) for part in parts)))
    lines = [line.rstrip() for line in capture.get().replace("\u00a0", " ").split("\n")]
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).rstrip() + "\n"
    return text if options.is_unicode else plain(text, options.encoding)
