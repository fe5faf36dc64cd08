from __future__ import annotations

import pytest

from tests.checks.cards import card
from tests.checks.support import (
    manifest,
)
from weighbridge.checks.quality.links_well_formed import links_well_formed
from weighbridge.model import (
    Location,
    State,
)

FILES = manifest("LICENSE", "docs/use.md")


@pytest.mark.parametrize(
    "target",
    ["https://example.org/a", "http://localhost:8000/", "#usage", "mailto:a@b.org", "docs/use.md", "./LICENSE", "/acme/m",
     "docs", "https://[::1]/x", "some%20file.md"],
)  # fmt: skip
def test_sound_targets(target: str) -> None:
    assert links_well_formed.function(card(f"[a]({target})\n"), FILES).state is State.VERIFIED


@pytest.mark.parametrize("target", ["https://", "https://nohost", "docs/gone.md", "http:///x"])
def test_broken_targets(target: str) -> None:
    outcome = links_well_formed.function(card(f"# M\n\n[a]({target}) [b](https://example.org)\n"), FILES)
    assert outcome.state is State.CONTRADICTED
    assert "1 of 2" in outcome.message
    assert outcome.evidence[0].where == Location("README.md", line=3)


def test_files_are_not_judged_without_a_listing() -> None:
    assert links_well_formed.function(card("[a](gone.md)\n"), None).state is State.VERIFIED
    assert links_well_formed.function(card("text"), None).state is State.NOT_APPLICABLE
