"""What a registry's names tell, on paper: complete, cut where asked, and harmless."""

from __future__ import annotations

import pytest

pytest.importorskip("duckdb")

from weighbridge.registry.families import Judged, Odd
from weighbridge.registry.names import Contradiction, Names
from weighbridge.registry.naming import measure_names
from weighbridge.registry.squatting import FreeName, LookAlike
from weighbridge.render.names import render_names, render_names_json

EVIL = "\x1b[31m\u202eevil"


def names(count: int) -> Names:
    return Names(
        "2026-01-15", measure_names([f"a/bert-{n}" for n in range(count)]),
        tuple(Contradiction(f"a/{EVIL}{n}", "PV001", EVIL) for n in range(count)), True, 1,
        tuple(LookAlike(EVIL, EVIL, "owner", 1, 2) for _ in range(count)), (FreeName(EVIL, EVIL, 1),),
    )  # fmt: skip


def test_lists_are_cut_and_say_so() -> None:
    judged = Judged(40, 3, 0.9, 1, tuple(Odd(EVIL, "Bert", 0.01, "T5") for _ in range(5)))
    shown = render_names(names(5), judged, limit=2, width=200)
    assert shown.count("… and 3 more") == 3
    assert "contradict: 5 (PV001 5)" in shown
    assert "the claimed one in 90.0%" in shown
    assert not {"\x1b", "\u202e"} & set(shown)
    assert '"accuracy": 0.9' in render_names_json(names(1), judged)
