"""What a search found: how the question was understood, and the models that fit, each with the reasons."""

from __future__ import annotations

import json
from collections.abc import Iterator

import msgspec

from weighbridge.registry.search import Found, Hit
from weighbridge.render.text import count_text, cut, plain, plural, printable


def render_search(found: Found, *, width: int = 80, encoding: str = "utf-8") -> str:
    """Return the question as it was understood, then the hits."""
    lines = [*_question(found), ""]
    for place, hit in enumerate(found.hits, 1):
        lines += [*_hit(place, hit), ""]
    lines += [_summary(found)]
    return plain("\n".join(cut(line, max(width, 40)) for line in lines) + "\n", encoding)


def _question(found: Found) -> Iterator[str]:
    yield "understood as"
    wide = max(len(_quoted(fit.condition.text)) for fit in found.conditions)
    for fit in found.conditions:
        counted = f"{fit.fits:,} of {plural(found.models, 'model')}"
        counted += f", {fit.unknown:,} do not tell" if fit.unknown else ""
        yield f"  {_quoted(fit.condition.text):<{wide}}  {printable(fit.condition.told, 120)} ({counted})"
    if found.wanted.unclear:
        yield "not understood, and so not asked for"
        for unclear in found.wanted.unclear:
            nearest = f"  did you mean {_quoted(unclear.nearest)}?" if unclear.nearest else ""
            yield f"  {_quoted(unclear.text)}{nearest}"
    if found.wanted.passed_over:
        yield f"passed over: {printable(' '.join(dict.fromkeys(found.wanted.passed_over)), 200)}"


def _quoted(text: str) -> str:
    return f'"{printable(text, 60)}"'


def _hit(place: int, hit: Hit) -> Iterator[str]:
    told = [f"score {hit.score:.0f}"] if hit.score is not None else []
    told += [f"{count_text(hit.downloads)} downloads"] if hit.downloads is not None else []
    told += [printable(hit.licence, 60)] if hit.licence else []
    yield f"{place:>3}. {printable(hit.id, 200)}  {' · '.join(told)}"
    yield f"     {'; '.join(printable(reason, 120) for reason in hit.reasons)}"
    if hit.unknown:
        yield f"     ? does not tell: {'; '.join(printable(text, 120) for text in hit.unknown)}"
    for warning in hit.warnings:
        yield f"     ! {printable(warning, 300)}"


def _summary(found: Found) -> str:
    fit = "fits" if found.matches == 1 else "fit"
    parts = [f"{plural(found.matches, 'model')} of {found.models:,} {fit} ({found.snapshot})"]
    parts += [f"{found.undecided:,} more may, and do not tell (--with-unknown)"] if found.undecided else []
    parts += (
        [] if found.is_scored else ["no scores yet: ranked by downloads (`weighbridge registry measure` makes them)"]
    )
    return "; ".join(parts)


def render_search_json(found: Found) -> str:
    """Return everything as JSON."""
    return json.dumps(msgspec.to_builtins(found), ensure_ascii=True, indent=2) + "\n"
