"""Scores as small SVG pictures, drawn without fonts, scripts or anything from outside."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape

from weighbridge.model import Attribute, Audit, Score
from weighbridge.render.text import printable

_HEIGHT, _GAP, _PADDING = 20, 4, 10
_FONT = "Verdana,Geneva,DejaVu Sans,sans-serif"
# White text on each is at least 4.5 : 1.
_GOOD, _FAIR, _POOR, _NONE, _LABEL = "#2a7a1f", "#8a6100", "#b3261e", "#5f6368", "#3c4043"

# Advance widths of Verdana at 11 pixels, as far as the badges' words need them.
_NARROW, _WIDE_LETTERS = set("ijl.,:;|!' "), set("mwMW%")


def render_badge(audit: Audit, attribute: Attribute | None = None) -> str:
    """Return one attribute's badge, or all of them, one below the other."""
    chosen = [score for score in audit.scores if attribute in (None, score.attribute)]
    return badge([(score.attribute.value, *value_of(score)) for score in chosen], printable(audit.ref, 200))


def value_of(score: Score) -> tuple[str, str]:
    """Return what a badge says about a score, and its colour: never better than what could be looked at."""
    if not score.is_told or score.value is None:
        return "n/a", _NONE
    if score.coverage < 0.5:
        return f"{score.value:.0f}? ({score.coverage:.0%} seen)", _NONE
    colour = _GOOD if score.value >= 75 else _FAIR if score.value >= 50 else _POOR
    return f"{score.value:.0f}" + (f" ({score.coverage:.0%} seen)" if score.coverage < 0.995 else ""), colour


def badge(rows: Iterable[tuple[str, str, str]], subject: str) -> str:
    """Draw rows of label, value and colour as one SVG picture with a title for screen readers."""
    drawn = list(rows)
    label_width = max((_width(label) for label, _, _ in drawn), default=0) + 2 * _PADDING
    value_width = max((_width(value) for _, value, _ in drawn), default=0) + 2 * _PADDING
    width, height = label_width + value_width, max(1, len(drawn)) * (_HEIGHT + _GAP) - _GAP
    said = "; ".join(f"{label} {value}" for label, value, _ in drawn) or "no scores"
    title = escape(f"{subject}: {said}", {'"': "&quot;"})
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'role="img" aria-label="{title}">',
        f"<title>{title}</title>",
        *(_row(i * (_HEIGHT + _GAP), row, label_width, value_width) for i, row in enumerate(drawn)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _row(top: int, row: tuple[str, str, str], label_width: int, value_width: int) -> str:
    label, value, colour = row
    middle = top + 14
    text = f'font-family="{_FONT}" font-size="11" fill="#fff" text-anchor="middle"'
    return (
        f'<rect x="0" y="{top}" width="{label_width}" height="{_HEIGHT}" fill="{_LABEL}"/>'
        f'<rect x="{label_width}" y="{top}" width="{value_width}" height="{_HEIGHT}" fill="{colour}"/>'
        f'<text x="{label_width / 2:g}" y="{middle}" {text}>{escape(label)}</text>'
        f'<text x="{label_width + value_width / 2:g}" y="{middle}" {text}>{escape(value)}</text>'
    )


def _width(text: str) -> int:
    return round(sum(3.9 if c in _NARROW else 10.7 if c in _WIDE_LETTERS else 6.9 for c in text))
