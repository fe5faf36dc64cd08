from __future__ import annotations

import pytest

from tests.checks.support import (
    manifest,
)
from weighbridge.checks.quality.no_leftovers import no_leftovers
from weighbridge.model import (
    State,
)


@pytest.mark.parametrize(
    "name", [".DS_Store", "src/__pycache__/a.cpython-311.pyc", ".ipynb_checkpoints/x.ipynb", "a.py~", "x/.a.swp"]
)
def test_leftovers(name: str) -> None:
    outcome = no_leftovers.function(manifest("model.bin", name))
    assert outcome.state is State.CONTRADICTED
    assert f"1 of 2 files are leftovers, for example {name}." == outcome.message


def test_clean_and_empty() -> None:
    assert no_leftovers.function(manifest("model.bin", ".gitattributes")).state is State.VERIFIED
    assert no_leftovers.function(manifest()).state is State.NOT_APPLICABLE
