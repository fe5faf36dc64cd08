from __future__ import annotations

from weighbridge.checks.security.no_home_paths_published import no_home_paths_published
from weighbridge.facts.disclosure import Disclosure
from weighbridge.model import Evidence, State


def test_three_answers() -> None:
    assert no_home_paths_published.function(Disclosure()).state is State.NOT_APPLICABLE
    assert no_home_paths_published.function(Disclosure(files=3)).state is State.VERIFIED
    found = Disclosure(homes=(Evidence("/home/alice/"),), files=1)
    assert no_home_paths_published.function(found).state is State.CLAIMED
