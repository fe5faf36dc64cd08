"""Signs and colours of the terminal report, in one place; each sign has a plain one for terminals without Unicode."""

from __future__ import annotations

import msgspec

from weighbridge.model import Severity, State


class Signs(msgspec.Struct, frozen=True):
    """The characters a report is drawn with."""

    states: dict[State, str]
    full: str
    eighths: str
    open: str
    empty: str
    arrow: str
    rule: str
    separator: str


UNICODE = Signs(
    states={
        State.VERIFIED: "✓",
        State.CLAIMED: "•",
        State.CONTRADICTED: "✗",
        State.MISSING: "○",
        State.UNKNOWN: "?",
        State.NOT_APPLICABLE: "-",
    },
    full="█",
    eighths=" ▏▎▍▌▋▊▉",
    open="░",
    empty="·",
    arrow="→",
    rule="─",
    separator=" · ",
)

ASCII = Signs(
    states={
        State.VERIFIED: "+",
        State.CLAIMED: "*",
        State.CONTRADICTED: "!",
        State.MISSING: "o",
        State.UNKNOWN: "?",
        State.NOT_APPLICABLE: "-",
    },
    full="#",
    eighths="",
    open=":",
    empty=".",
    arrow="->",
    rule="-",
    separator=" | ",
)

STATE_STYLES = {
    State.VERIFIED: "green",
    State.CLAIMED: "cyan",
    State.CONTRADICTED: "bold red",
    State.MISSING: "yellow",
    State.UNKNOWN: "magenta",
    State.NOT_APPLICABLE: "dim",
}

SEVERITY_STYLES = {
    Severity.CRITICAL: "bold white on red",
    Severity.HIGH: "bold red",
    Severity.MEDIUM: "bold yellow",
    Severity.LOW: "cyan",
    Severity.INFO: "dim",
}


def score_style(value: float) -> str:
    """Return the colour of a score."""
    return "green" if value >= 75 else "yellow" if value >= 50 else "red"


def bar(value: float, best: float, width: int, signs: Signs) -> tuple[str, str, str]:
    """Return a bar's three parts: earned, still open, and lost; together `width` characters."""
    cells = max(0.0, min(100.0, value)) / 100 * width
    earned = signs.full * int(cells)
    if signs.eighths and len(earned) < width:
        earned += signs.eighths[int((cells - int(cells)) * 8)].strip()
    reach = max(len(earned), min(width, round(max(0.0, min(100.0, best)) / 100 * width)))
    return earned, signs.open * (reach - len(earned)), signs.empty * (width - reach)
