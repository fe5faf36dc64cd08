"""A family as a tree, GraphML and a picture: complete, and harmless whatever the names are."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

pytest.importorskip("numpy")

import itertools

from weighbridge.registry.lineage import Family, Mark, Member, Oddity, Tie
from weighbridge.render.lineage import Shown, render_family, render_family_graphml
from weighbridge.render.lineage_picture import render_family_picture

SVG = "{http://www.w3.org/2000/svg}"
EVIL = '\x1b[31m<script>"&\u202e]]>'


def family(*children: str) -> Family:
    mark = Mark("licence", "a/base", "forbids it")
    members = (
        Member("a/base", 0, 0, True, "mit", "fill-mask", 12),
        *(Member(name, 1, 1, True, EVIL, EVIL, 1, (mark,)) for name in children),
    )
    ties = tuple(Tie(name, "a/base", ("finetune",), ("tags",)) for name in children)
    return Family("a/base", "2026-01-15", members, ties, (Oddity("cycle", EVIL, EVIL),))


def test_a_tree_tells_what_it_leaves_out() -> None:
    shown = render_family(family("b/one", "b/two", "b/three"), Shown(0, 2), width=120)
    assert "├─ b/one  finetune" in shown
    assert "b/three" not in shown
    assert "└─ … 1 more" in shown
    assert "3 descendants" in shown


def test_generations_are_cut_where_asked() -> None:
    chain = Family(
        "m0", "2026-01-15", tuple(Member(f"m{n}", n, n, True) for n in range(200)),
        tuple(Tie(f"m{n + 1}", f"m{n}") for n in range(199)), (),
    )  # fmt: skip
    assert "m3" not in render_family(chain, Shown(2, 0))
    assert "… 1 further" in render_family(chain, Shown(2, 0))
    whole = render_family(chain, Shown(0, 0), width=400)
    assert "m60" in whole
    assert "further generations" in whole


def test_no_control_character_reaches_a_terminal_and_ascii_is_ascii() -> None:
    shown = render_family(family(EVIL), Shown(), width=400)
    assert not {"\x1b", "\u202e"} & set(shown)
    assert render_family(family(EVIL), Shown(), width=400, encoding="ascii").isascii()


@pytest.mark.parametrize("names", [("b/one",), (EVIL, "b/two"), tuple(f"b/{n}" for n in range(900))])
def test_documents_are_well_formed(names: tuple[str, ...]) -> None:
    graph = ElementTree.fromstring(render_family_graphml(family(*names)))
    assert len(list(graph.iter("{http://graphml.graphdrawing.org/xmlns}edge"))) == len(names)
    picture = ElementTree.fromstring(render_family_picture(family(*names), Shown(0, 0)))
    assert not list(picture.iter(f"{SVG}script"))
    boxes = [group for group in picture.iter(f"{SVG}g") if group.find(f"{SVG}rect") is not None]
    assert len(boxes) == min(len(names) + 1, 400)


def test_a_picture_tells_how_much_is_not_drawn() -> None:
    assert "2 models not drawn" in render_family_picture(family("b/1", "b/2", "b/3"), Shown(0, 1))


def test_boxes_of_a_generation_do_not_overlap() -> None:
    picture = ElementTree.fromstring(render_family_picture(family(*(f"b/{n}" for n in range(9))), Shown(0, 0)))
    boxes = [r for g in picture.iter(f"{SVG}g") for r in g.iter(f"{SVG}rect")]
    tops = sorted(float(box.get("y", "")) for box in boxes if box.get("x") != boxes[0].get("x"))
    assert all(below - above >= 40 for above, below in itertools.pairwise(tops))
