"""What a registry's names tell: tables for the terminal, JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping

import msgspec

from weighbridge.registry.families import Judged
from weighbridge.registry.names import Names
from weighbridge.render.text import count_text, cut, plain, plural, printable


def render_names(
    names: Names, judged: Judged | None = None, *, limit: int = 20, width: int = 80, encoding: str = "utf-8"
) -> str:
    """Return the conventions, then what contradicts, then what to be wary of; each list cut at a number of rows."""
    lines = [f"{plural(names.convention.names, 'name')} in the snapshot of {names.snapshot}", ""]
    lines += [*_convention(names), *_contradictions(names, limit), *_look_alikes(names, limit), *_free(names)]
    lines += list(_odd(judged, limit)) if judged is not None else []
    return plain("\n".join(cut(line, max(width, 40)) for line in lines).rstrip() + "\n", encoding)


def _convention(names: Names) -> Iterator[str]:
    held = names.convention
    yield "names that have an element"
    yield from _shares({kind: share for kind, share in held.elements.items() if share})
    yield from ["", "what names tell of"]
    yield from _shares(held.categories)
    yield from ["", "commonest patterns"]
    yield from (f"  {count:>9,}  {pattern}" for pattern, count in held.patterns)
    written = [f"{name} {share:.0%}" for name, share in (*held.separators.items(), *held.cases.items()) if share]
    yield from ["", f"written with: {', '.join(written)}", ""]


def _shares(shares: Mapping[str, float]) -> Iterator[str]:
    for name, share in sorted(shares.items(), key=lambda item: (-item[1], item[0])):
        yield f"  {share:>6.1%}  {name}"


def _contradictions(names: Names, limit: int) -> Iterator[str]:
    if not names.is_measured:
        yield from ["contradictions: not known before `weighbridge registry measure`", ""]
        return
    counts = Counter(found.code for found in names.contradictions)
    by_check = ", ".join(f"{code} {count:,}" for code, count in sorted(counts.items()))
    yield f"names that configuration or files contradict: {len(names.contradictions):,}" + (
        f" ({by_check})" if by_check else ""
    )
    for found in names.contradictions[:limit]:
        yield f"  {found.code}  {printable(found.id, 120)}: {printable(found.message, 300)}"
    yield from _left(len(names.contradictions) - limit)


def _look_alikes(names: Names, limit: int) -> Iterator[str]:
    yield f"ids that look like one of the {names.popular:,} popular ones: {len(names.look_alikes):,}"
    for found in names.look_alikes[:limit]:
        told = f"{count_text(found.downloads)} and {count_text(found.popular_downloads)} downloads"
        yield f"  {printable(found.id, 120)}  like {printable(found.popular, 120)} (by its {found.by}; {told})"
    yield from _left(len(names.look_alikes) - limit)


def _free(names: Names) -> Iterator[str]:
    if names.free:
        yield "names that nobody uses yet, next to popular ones"
        yield from (f"  {printable(free.name, 120)}  next to {printable(free.next_to, 120)}" for free in names.free)
        yield ""


def _odd(judged: Judged, limit: int) -> Iterator[str]:
    yield (
        f"shapes: {judged.models:,} models of {judged.families} families; the likeliest family is the claimed one in "
        f"{judged.accuracy:.1%}; {judged.left_out:,} left out, of families with too few models"
    )
    yield f"models whose shapes deny their family: {len(judged.odd):,}"
    for odd in judged.odd[:limit]:
        yield f"  {printable(odd.id, 120)}  claims {printable(odd.claimed, 60)} ({odd.probability:.1%}); rather {printable(odd.likeliest, 60)}"
    yield from _left(len(judged.odd) - limit)


def _left(count: int) -> Iterator[str]:
    yield from [f"  … and {count:,} more (--limit, --format json)", ""] if count > 0 else [""]


def render_names_json(names: Names, judged: Judged | None = None) -> str:
    """Return everything as JSON."""
    data = {**msgspec.to_builtins(names), "shapes": msgspec.to_builtins(judged)}
    return json.dumps(data, ensure_ascii=True, indent=2) + "\n"
