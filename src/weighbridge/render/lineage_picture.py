"""The picture of a family: generations from left to right, edges in the colour and stroke of their kind, as one SVG file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from xml.sax.saxutils import escape, quoteattr

from weighbridge.registry.lineage import Family, Member, Tie
from weighbridge.render.lineage import Shown, downloads_of, kept, neighbours, relation_of
from weighbridge.render.text import plural, printable

_WIDTH, _HEIGHT, _GAP, _COLUMN, _EDGE = 230.0, 40.0, 14.0, 320.0, 24.0
_TOP, _LEGEND = 64.0, 44.0
_LETTERS = 31
_MOST = 400

# Colours that stay apart for the colour-blind (Okabe and Ito), and strokes that stay apart without colour.
_KINDS = {
    "finetune": ("#0072b2", ""),
    "adapter": ("#d55e00", "7 4"),
    "quantized": ("#009e73", "2 3"),
    "merge": ("#aa4499", "10 3 2 3"),
    "derived": ("#666666", "4 4"),
}
_STYLE = """\
text{font:12px system-ui,sans-serif;fill:#1a1a1a}.small{font-size:10.5px;fill:#595959}.title{font-size:15px;font-weight:600}
rect{fill:#fff;stroke:#767676}.this rect{fill:#fff7d6;stroke:#1a1a1a;stroke-width:2}.absent rect{stroke-dasharray:4 3;fill:#f4f4f4}
.marked rect{stroke:#b3261e;stroke-width:2}.marked .small{fill:#b3261e}path{fill:none;stroke-width:1.6}.ground{fill:#fff;stroke:none}"""

Place = tuple[float, float]


def render_family_picture(family: Family, shown: Shown) -> str:
    """Return an SVG picture of the family; what is left out of it is told in it."""
    members = _drawn(family, shown)
    places, width, height = _laid_out(members)
    left = len(family.members) - len(members)
    title = f"Lineage of {printable(family.id, 120)}"
    told = (
        f"{plural(family.ancestors, 'ancestor')}, {plural(family.reach, 'descendant')}; snapshot of {family.snapshot}"
    )
    told += f"; {plural(left, 'model')} not drawn" if left else ""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" role="img" '
        f"aria-label={quoteattr(f'{title}: {told}')}>",
        f"<title>{escape(title)}</title><desc>{escape(told)}</desc><style>{_STYLE}</style>",
        f'<rect class="ground" width="{width:.0f}" height="{height:.0f}"/>',
        f'<text class="title" x="{_EDGE}" y="26">{escape(title)}</text><text x="{_EDGE}" y="46">{escape(told)}</text>',
        *(line for tie in family.ties for line in _edge(tie, places)),
        *(_box(member, places[member.id]) for member in members),
        *_legend(height),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _drawn(family: Family, shown: Shown) -> list[Member]:
    """Return the members that are drawn: reached from the model over those that are, the first few of each."""
    found = {family.id: family.member}
    for is_up in (True, False):
        held = neighbours(family, is_up=is_up)
        front = [family.id]
        steps = 0
        while front and len(found) < _MOST and (not shown.generations or steps < shown.generations):
            reached = [member for name in front for _, member in kept(held.get(name, []), shown.children)]
            new = {member.id: member for member in reached if member.id not in found}
            found.update(list(new.items())[: _MOST - len(found)])
            front = [name for name in new if name in found]
            steps += 1
    return list(found.values())


def _laid_out(members: list[Member]) -> tuple[dict[str, Place], float, float]:
    """Return where each box stands, and the picture's size: a column a generation, each in the middle."""
    columns: dict[int, list[Member]] = {}
    for member in members:
        columns.setdefault(member.generation, []).append(member)
    first = min(columns)
    tallest = max(len(column) for column in columns.values())
    height = _TOP + tallest * (_HEIGHT + _GAP) + _LEGEND
    places = {}
    for generation, column in columns.items():
        start = _TOP + (tallest - len(column)) * (_HEIGHT + _GAP) / 2
        for number, member in enumerate(column):
            places[member.id] = (_EDGE + (generation - first) * _COLUMN, start + number * (_HEIGHT + _GAP))
    width = 2 * _EDGE + (max(columns) - first) * _COLUMN + _WIDTH
    return places, max(width, 640.0), height


def _edge(tie: Tie, places: Mapping[str, Place]) -> Iterator[str]:
    if tie.parent not in places or tie.child not in places or tie.parent == tie.child:
        return
    colour, dashes = _KINDS[tie.relations[0] if tie.relations and tie.relations[0] in _KINDS else "derived"]
    (x1, y1), (x2, y2) = places[tie.parent], places[tie.child]
    x1, y1, y2 = x1 + _WIDTH, y1 + _HEIGHT / 2, y2 + _HEIGHT / 2
    bend = max(40.0, abs(x2 - x1) / 2)
    stroke = f' stroke-dasharray="{dashes}"' if dashes else ""
    told = f"{printable(tie.child, 120)} is {relation_of(tie)} of {printable(tie.written or tie.parent, 120)}"
    yield (
        f'<path d="M{x1:.1f} {y1:.1f}C{x1 + bend:.1f} {y1:.1f} {x2 - bend:.1f} {y2:.1f} {x2:.1f} {y2:.1f}" '
        f'stroke="{colour}"{stroke}><title>{escape(told)}</title></path>'
    )


def _box(member: Member, place: Place) -> str:
    x, y = place
    kinds = ["this"] * (member.generation == 0) + ["absent"] * (not member.is_known) + ["marked"] * bool(member.marks)
    told = [member.licence or ("no licence" if member.is_known else "not in the registry")]
    told += [downloads_of(member)] if member.downloads else []
    told += [f"! {kind}" for kind in sorted({mark.kind for mark in member.marks})]
    reasons = "".join(f"; {mark.kind}: {mark.reason} ({mark.source})" for mark in member.marks)
    return (
        f'<g class="{" ".join(kinds)}"><title>{escape(printable(member.id + reasons, 600))}</title>'
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{_WIDTH}" height="{_HEIGHT}" rx="5"/>'
        f'<text x="{x + 9:.1f}" y="{y + 17:.1f}">{escape(printable(member.id, _LETTERS))}</text>'
        f'<text class="small" x="{x + 9:.1f}" y="{y + 32:.1f}">{escape(printable(" · ".join(told), 44))}</text></g>'
    )


def _legend(height: float) -> Iterator[str]:
    for number, (name, (colour, dashes)) in enumerate(_KINDS.items()):
        x, y = _EDGE + number * 118, height - 18
        stroke = f' stroke-dasharray="{dashes}"' if dashes else ""
        yield (
            f'<path d="M{x:.0f} {y:.0f}h34" stroke="{colour}"{stroke}/>'
            f'<text class="small" x="{x + 40:.0f}" y="{y + 4:.0f}">{name}</text>'
        )
