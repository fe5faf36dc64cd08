"""The lineage graph: depths, descendants, cycles, and what is odd about declarations."""

from __future__ import annotations

import pytest

np = pytest.importorskip("numpy")

from hypothesis import given  # noqa: E402
from hypothesis import strategies as st  # noqa: E402

from weighbridge.registry.lineage_graph import NO_DEPTH, LineageGraph  # noqa: E402

PAIRS = [("b", "a"), ("c", "b"), ("d", "a"), ("c", "d"), ("c", "b"), ("e", "e"), ("x", "y"), ("y", "x"), ("z", "x")]


def graph() -> LineageGraph:
    return LineageGraph([child for child, _ in PAIRS], [parent for _, parent in PAIRS])


def names(found: LineageGraph, nodes: object) -> set[str]:
    return {found.names[node] for node in np.asarray(nodes)}


def test_depth_is_the_longest_way_from_a_root() -> None:
    found = graph()
    depths = dict(zip(found.names, found.depths().tolist(), strict=True))
    assert depths == {"a": 0, "b": 1, "d": 1, "c": 2, "e": 0, "x": NO_DEPTH, "y": NO_DEPTH, "z": NO_DEPTH}


def test_descendants_ancestors_and_reach() -> None:
    found = graph()
    assert names(found, found.descendants([found.node("a")])) == {"b", "c", "d"}
    assert names(found, found.ancestors([found.node("c")])) == {"a", "b", "d"}
    assert found.reach(found.node("x")) == 2
    assert found.reach(found.node("c")) == 0


def test_faults_are_counted_and_cycles_named() -> None:
    found = graph()
    assert found.faults == (1, 1)
    assert found.edges == 7
    assert names(found, found.on_cycles()) == {"x", "y"}


def test_what_is_wrong_with_a_base_reaches_its_descendants() -> None:
    found = graph()
    assert names(found, np.flatnonzero(found.tainted([found.node("d")]))) == {"d", "c"}


def test_an_empty_graph_has_no_answers() -> None:
    found = LineageGraph([], [])
    assert (found.size, found.edges, len(found.depths()), len(found.on_cycles())) == (0, 0, 0, 0)


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=40))
def test_it_agrees_with_a_plain_search(pairs: list[tuple[int, int]]) -> None:
    found = LineageGraph.from_codes([str(n) for n in range(13)], [c for c, _ in pairs], [p for _, p in pairs])
    for node in range(13):
        seen, front = set(), [node]
        while front:
            parent = front.pop()
            new = {c for c, p in pairs if p == parent and c != p and c not in seen}
            seen |= new
            front += new
        assert set(found.descendants([node]).tolist()) == seen - {node}
        assert (node in set(found.on_cycles().tolist())) <= (found.depths()[node] == NO_DEPTH)
        assert (node in seen) <= (node in set(found.on_cycles().tolist()))
