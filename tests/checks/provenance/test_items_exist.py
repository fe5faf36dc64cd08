from __future__ import annotations

import pytest

from tests.checks.support import figure, figures
from weighbridge.checks.provenance.items_exist import items_exist
from weighbridge.facts.claims import PerformanceClaims
from weighbridge.facts.lineage import DatasetUse, Lineage
from weighbridge.model import State

SST2 = Lineage(datasets=(DatasetUse("stanfordnlp/sst2", True),))


@pytest.mark.parametrize(("n", "state"), [(872, State.VERIFIED), (900, State.CONTRADICTED)])
def test_a_split_has_so_many_items_and_no_more(n: int, state: State) -> None:
    claim = figure(dataset="sst2", split="validation", n=n)
    assert items_exist.function(figures(claim), None).state is state


@pytest.mark.parametrize(("n", "state"), [(60_000, State.VERIFIED), (70_000, State.CONTRADICTED)])
def test_a_log_is_held_against_the_largest_split_of_the_only_data_set(n: int, state: State) -> None:
    logged = PerformanceClaims(logged=(figure(source="results-file", n=n),))
    assert items_exist.function(logged, SST2).state is state


def test_unknown_data_and_unknown_numbers_are_not_judged() -> None:
    assert items_exist.function(figures(figure(dataset="mine", n=10**9)), SST2).state is State.NOT_APPLICABLE
    assert items_exist.function(figures(figure(dataset="sst2")), SST2).state is State.NOT_APPLICABLE
