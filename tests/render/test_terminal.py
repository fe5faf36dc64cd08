"""The terminal report: the same at every width and in every pipe, whatever a model is called."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from syrupy.assertion import SnapshotAssertion

from tests.render.samples import CRAFTED, FULL, NOTHING
from weighbridge.model import Audit
from weighbridge.render.comparison import render_comparison_terminal
from weighbridge.render.terminal import TerminalOptions, render_quiet, render_terminal

AUDITS = {"full": FULL, "crafted": CRAFTED, "nothing": NOTHING}
QUESTIONS = (
    "no contradictions", "Scores", "Where claims and findings differ", "May I use it?", "Will it run for me?",
    "What is missing", "What could not be looked at", "What next",
)  # fmt: skip


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("name", AUDITS)
def test_report(name: str, width: int, snapshot: SnapshotAssertion) -> None:
    assert render_terminal(AUDITS[name], TerminalOptions(width=width)) == snapshot


def test_report_with_everything(snapshot: SnapshotAssertion) -> None:
    assert render_terminal(FULL, TerminalOptions(width=100, explain=True, verbose=True)) == snapshot


def test_report_without_unicode(snapshot: SnapshotAssertion) -> None:
    shown = render_terminal(FULL, TerminalOptions(width=80, encoding="ascii"))
    shown.encode("ascii")
    assert shown == snapshot


@pytest.mark.parametrize("audit", AUDITS.values(), ids=AUDITS)
@pytest.mark.parametrize("width", [1, 60, 80, 120, 500])
def test_no_line_is_wider_than_the_terminal(audit: Audit, width: int) -> None:
    options = TerminalOptions(width=width, explain=True, verbose=True)
    assert max(cell_len(line) for line in render_terminal(audit, options).splitlines()) <= max(60, min(120, width))


@pytest.mark.parametrize("color", [False, True])
def test_nothing_from_a_model_reaches_the_terminal_raw(color: bool) -> None:
    shown = render_terminal(CRAFTED, TerminalOptions(color=color, explain=True, verbose=True))
    assert "\x1b[31mred" not in shown
    assert not {"\x07", "\x9b", "\u202e", "\u200b"} & set(shown)
    assert ("\x1b" in shown) is color
    assert "hf_AbCd" not in shown
    assert "<script>alert(1)</script>[bold]" in shown.replace("\n", "").replace(" ", "").replace("│", "")


def test_questions_are_answered_in_order() -> None:
    shown = render_terminal(FULL)
    places = [shown.index(question) for question in QUESTIONS[1:]]
    assert places == sorted(places)


def test_colours_do_not_change_the_words() -> None:
    import re

    colored = render_terminal(FULL, TerminalOptions(color=True))
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored).split() == render_terminal(FULL).split()


def test_quiet_is_one_line() -> None:
    assert render_quiet(CRAFTED).count("\n") == 1
    assert "3 contradictions (1 critical, 1 high, 1 medium)" in render_quiet(FULL)


def test_nothing_checked_is_not_called_clean() -> None:
    assert "nothing was checked" in render_terminal(NOTHING)
    assert "no contradictions" not in render_terminal(NOTHING)


def test_comparison(snapshot: SnapshotAssertion) -> None:
    shown = render_comparison_terminal([FULL, CRAFTED, NOTHING], width=120, color=False, encoding="utf-8")
    assert shown == snapshot
    assert "\x1b" not in shown
