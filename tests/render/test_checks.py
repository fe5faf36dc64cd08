"""The checks' own documentation, as table and page."""

from __future__ import annotations

import json

from syrupy.assertion import SnapshotAssertion

from weighbridge.checks.contract import check
from weighbridge.facts.clock import Clock
from weighbridge.facts.weights import Weights
from weighbridge.model import Attribute, Factor, Outcome, Severity, verified
from weighbridge.render import checks as pages


@check(code="PV901", attribute=Attribute.PROVENANCE, factor=Factor.PAPER, severity=Severity.MEDIUM, version=3)
def paper_named(clock: Clock, weights: Weights | None) -> Outcome:
    """A paper is named.

    What it asks: whether a paper is
    named.
    Why it matters: it tells more.
    Evidence: links.
    Remedy: name it.
    Limits: it may be the wrong one.
    Source: Table I.
    """
    return verified("yes")


def test_a_table_of_checks(snapshot: SnapshotAssertion) -> None:
    assert pages.render_checks_terminal([paper_named], 80, color=False, encoding="utf-8") == snapshot
    assert "| [PV901](PV901.md) | A paper is named. | paper | medium |" in pages.render_checks_markdown([paper_named])


def test_a_page_about_one_check(snapshot: SnapshotAssertion) -> None:
    assert pages.render_check_terminal(paper_named, 80, color=False, encoding="utf-8") == snapshot
    page = pages.render_check_markdown(paper_named)
    assert page.startswith("# PV901: paper-named\n\nA paper is named.\n")
    assert "**What it asks.** Whether a paper is named." in page
    assert "| needs | Clock |" in page
    assert "| uses where there | Weights |" in page


def test_checks_as_json() -> None:
    (about,) = json.loads(pages.render_checks_json([paper_named]))
    assert about["documentation"]["Limits"] == "it may be the wrong one."
    assert (about["needs"], about["uses"], about["severity"]) == (["Clock"], ["Weights"], "medium")
