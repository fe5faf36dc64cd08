from __future__ import annotations

import gc

import pytest

from weighbridge.registry.weighing import uncollected


@pytest.mark.parametrize("is_on", [True, False])
def test_the_search_for_cycles_is_left_as_it_was(is_on: bool) -> None:
    was_on = gc.isenabled()
    try:
        (gc.enable if is_on else gc.disable)()
        with uncollected():
            assert not gc.isenabled()
        assert gc.isenabled() is is_on
    finally:
        (gc.enable if was_on else gc.disable)()
