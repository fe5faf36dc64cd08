"""A model's family as a tree for the terminal, as JSON, and as GraphML; a registry's lineage in numbers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import msgspec

from weighbridge.registry.lineage import Family, Member, Tie
from weighbridge.registry.lineage_overview import Overview
from weighbridge.render.text import count_text, cut, plain, plural, printable

_MAX_ODD = 20
# Whoever declares a chain of a thousand models draws no staircase here.
_STEPS = 60


class Shown(msgspec.Struct, frozen=True):
    """How much of a family is drawn: generations to either side, and models a base; 0 for all."""

    generations: int = 0
    children: int = 8


def kept(items: Sequence[Any], limit: int) -> Sequence[Any]:
    """Return what is drawn of some children."""
    return items[:limit] if limit else items


def relation_of(tie: Tie) -> str:
    """Return what an edge is declared to be, in a word or two."""
    return " or ".join(tie.relations) or "derived"


def downloads_of(member: Member) -> str:
    """Return a model's downloads in words."""
    return f"{count_text(member.downloads or 0)} download{'' if member.downloads == 1 else 's'}"


def neighbours(family: Family, *, is_up: bool) -> dict[str, list[tuple[Tie, Member]]]:
    """Return for every member its parents or its children, in the family's order."""
    members = {member.id: member for member in family.members}
    places = {name: place for place, name in enumerate(members)}
    found: dict[str, list[tuple[Tie, Member]]] = {}
    for tie in family.ties:
        if tie.child == tie.parent:
            continue
        start, end = (tie.child, tie.parent) if is_up else (tie.parent, tie.child)
        found.setdefault(start, []).append((tie, members[end]))
    return {name: sorted(held, key=lambda item: places[item[1].id]) for name, held in found.items()}


def render_family(family: Family, shown: Shown, *, width: int = 80, encoding: str = "utf-8") -> str:
    """Return the family as two trees: what the model was made from, and what was made from it."""
    member = family.member
    lines = [_head(member), f"  {_counts(family)}", *(f"  {line}" for line in _warnings(member)), ""]
    for title, is_up in (("made from", True), ("made from it", False)):
        branches = list(_Tree(neighbours(family, is_up=is_up), shown).lines(family.id))
        if branches:
            lines += [title, *(f"  {line}" for line in branches), ""]
    lines += _odd(family)
    text = "\n".join(cut(line, max(width, 40)) for line in lines).rstrip() + "\n"
    return plain(text.translate(_LINES) if encoding == "ascii" else text, encoding)


_LINES = {0x251C: "|", 0x2514: "`", 0x2500: "-", 0x2502: "|"}


class _Tree:
    """The lines of a tree; a model met a second time is named without what hangs on it."""

    def __init__(self, held: dict[str, list[tuple[Tie, Member]]], shown: Shown) -> None:
        self._held = held
        self._shown = shown
        self._seen: set[str] = set()

    def lines(self, name: str, indent: str = "", generation: int = 1) -> Iterator[str]:
        self._seen.add(name)
        branches = self._held.get(name, [])
        drawn = kept(branches, self._shown.children)
        left = len(branches) - len(drawn)
        for number, (tie, member) in enumerate(drawn, 1):
            is_last = number == len(drawn) and not left
            is_known = member.id in self._seen
            yield f"{indent}{'└' if is_last else '├'}─ {_branch(tie, member)}{' (above)' if is_known else ''}"
            if is_known:
                continue
            below = indent + ("   " if is_last else "│  ")
            if self._shown.generations and generation >= self._shown.generations:
                self._seen.add(member.id)
                further = len(self._held.get(member.id, []))
                yield from [f"{below}└─ … {further} further"] if further else []
            elif generation < _STEPS:
                yield from self.lines(member.id, below, generation + 1)
            elif self._held.get(member.id):
                yield f"{below}└─ … further generations"
        if left:
            yield f"{indent}└─ … {left:,} more"


def _head(member: Member) -> str:
    told = [member.task, member.licence or ("no licence declared" if member.is_known else "not in the registry")]
    return " · ".join([printable(member.id, 200), *(printable(text, 60) for text in told if text)])


def _counts(family: Family) -> str:
    depth = family.member.depth
    placed = "no depth, for a cycle" if depth is None else f"depth {depth}"
    return f"{plural(family.ancestors, 'ancestor')}, {plural(family.reach, 'descendant')}, {placed} ({family.snapshot})"


def _warnings(member: Member) -> Iterator[str]:
    for mark in member.marks:
        source = "" if mark.source == member.id else f" (through {printable(mark.source, 120)})"
        yield f"! {mark.kind}: {printable(mark.reason, 300)}{source}"


def _branch(tie: Tie, member: Member) -> str:
    told = [relation_of(tie), member.licence or ("" if member.is_known else "not in the registry")]
    told += [downloads_of(member)] if member.downloads else []
    told += [f"declared as {printable(tie.written, 100)}"] if tie.written else []
    marks = sorted({mark.kind for mark in member.marks})
    told += [f"! {', '.join(marks)}"] if marks else []
    return f"{printable(member.id, 200)}  {' · '.join(printable(text, 120) for text in told if text)}"


def _odd(family: Family) -> Iterator[str]:
    for odd in family.oddities[:_MAX_ODD]:
        yield f"! {odd.kind}: {printable(odd.id, 200)} {printable(odd.message, 300)}"
    if len(family.oddities) > _MAX_ODD:
        yield f"… and {len(family.oddities) - _MAX_ODD:,} more (--format json)"


def render_family_json(family: Family) -> str:
    """Return the whole family as JSON."""
    data = {**msgspec.to_builtins(family), "ancestors": family.ancestors, "descendants": family.reach}
    return json.dumps(data, ensure_ascii=True, indent=2) + "\n"


_KEYS = (
    ("generation", "node", "int"), ("depth", "node", "int"), ("known", "node", "boolean"), ("licence", "node", "string"),
    ("task", "node", "string"), ("downloads", "node", "long"), ("marks", "node", "string"), ("relation", "edge", "string"),
    ("declared_in", "edge", "string"), ("written", "edge", "string"),
)  # fmt: skip


def render_family_graphml(family: Family) -> str:
    """Return the whole family as GraphML, which Gephi, yEd, networkx and igraph read; edges lead from base to derivative."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">']
    lines += [f'<key id="{n}" for="{place}" attr.name="{n}" attr.type="{kind}"/>' for n, place, kind in _KEYS]
    lines.append('<graph edgedefault="directed">')
    lines += [_node(member) for member in family.members]
    lines += [
        f"<edge source={_attribute(tie.parent)} target={_attribute(tie.child)}>"
        + _data({"relation": "|".join(tie.relations), "declared_in": "|".join(tie.declared_in), "written": tie.written})
        + "</edge>"
        for tie in family.ties
    ]
    return "\n".join([*lines, "</graph>", "</graphml>"]) + "\n"


def _node(member: Member) -> str:
    marks = "|".join(f"{mark.kind}: {mark.reason} ({mark.source})" for mark in member.marks)
    values = {
        "generation": member.generation, "depth": member.depth, "known": str(member.is_known).lower(),
        "licence": member.licence, "task": member.task, "downloads": member.downloads, "marks": marks,
    }  # fmt: skip
    return f"<node id={_attribute(member.id)}>{_data(values)}</node>"


def _attribute(text: str) -> str:
    return quoteattr(printable(text, 500))


def _data(values: dict[str, Any]) -> str:
    held = {name: value for name, value in values.items() if value not in (None, "")}
    return "".join(f'<data key="{name}">{escape(printable(value, 2000))}</data>' for name, value in held.items())


def render_overview(found: Overview, *, width: int = 80, encoding: str = "utf-8") -> str:
    """Return a registry's lineage in numbers."""
    share = f" ({found.declaring / found.models:.1%})" if found.models else ""
    lines = [
        f"{found.models:,} models in the snapshot of {found.snapshot}; {found.declaring:,} declare a base model{share}, in {found.edges:,} edges",
        "",
        "declared as",
        *(f"  {number:>10,}  {name.replace('|', ' and ') or 'nothing'}" for name, number in found.relations.items()),
        "depth",
        *(f"  {number:>10,}  {depth}" for depth, number in sorted(found.depths.items())),
        "oddities",
        *(f"  {number:>10,}  {name}" for name, number in found.oddities.items()),
        "most descendants",
        *(f"  {reach.descendants:>10,}  {printable(reach.id, 200)}" for reach in found.widest),
    ]
    return plain("\n".join(cut(line, max(width, 40)) for line in lines) + "\n", encoding)


def render_overview_json(found: Overview) -> str:
    """Return a registry's lineage in numbers as JSON."""
    return json.dumps(msgspec.to_builtins(found, str_keys=True), ensure_ascii=True, indent=2) + "\n"
