"""A registry's lineage as a whole: how many edges of which kind, how deep, what is odd, who is made most from."""

from __future__ import annotations

from typing import Any

import msgspec

from weighbridge.registry.lineage import Lineages
from weighbridge.registry.lineage_graph import NO_DEPTH, LineageGraph

# Of the models with the most paths below them, so many are counted exactly at most.
_COUNTED = 2000


class Reach(msgspec.Struct, frozen=True):
    """A model and how many descend from it."""

    id: str
    descendants: int


class Overview(msgspec.Struct, frozen=True):
    """What a snapshot's declarations of base models amount to.

    `relations` counts edges by what they are declared to be, the empty text for nothing; `depths` counts models of the graph by
    depth; `oddities` counts edges or models by what is wrong with them.
    """

    snapshot: str
    models: int
    declaring: int
    edges: int
    relations: dict[str, int]
    depths: dict[int, int]
    oddities: dict[str, int]
    widest: tuple[Reach, ...]


def overview(lineages: Lineages, top: int = 10) -> Overview:
    """Return what the declarations amount to, with the models that most were made from."""
    import numpy as np

    graph = lineages.graph
    values, counts = np.unique(lineages.depths, return_counts=True)
    counted = lineages.dataset.query("SELECT count(*) AS models FROM models").rows()[0]["models"]
    relations = sorted(
        ("|".join(row), number) for row, number in _counted(lineages.table["relations"].to_pylist()).items()
    )
    return Overview(
        str(lineages.dataset.snapshot),
        counted,
        len(set(lineages.table["id"].to_pylist())),
        graph.edges,
        dict(relations),
        {int(depth): int(n) for depth, n in zip(values, counts, strict=True) if depth != NO_DEPTH},
        _odd(lineages),
        widest(graph, lineages.depths, top),
    )


def _counted(rows: list[list[str] | None]) -> dict[tuple[str, ...], int]:
    found: dict[tuple[str, ...], int] = {}
    for row in rows:
        key = tuple(row or ())
        found[key] = found.get(key, 0) + 1
    return found


def widest(graph: LineageGraph, depths: Any, top: int) -> tuple[Reach, ...]:
    """Return the models with the most descendants, counted exactly.

    The number of paths below a model bounds its descendants from above and is quickly had for all; so counting may stop where
    the next bound is below what was found.
    """
    import numpy as np

    bounds = graph.bounds(depths)
    order = np.argsort(-bounds, kind="stable")[:_COUNTED]
    found: list[Reach] = []
    for node in order.tolist():
        if not bounds[node] or (len(found) >= top and bounds[node] <= found[top - 1].descendants):
            break
        found = sorted([*found, Reach(graph.names[node], graph.reach(node))], key=lambda r: (-r.descendants, r.id))
    return tuple(found[:top])


def _odd(lineages: Lineages) -> dict[str, int]:
    table, graph = lineages.table, lineages.graph
    asked = "SELECT count(*) AS n FROM (SELECT DISTINCT id FROM models) WHERE id IN (SELECT unnest($ids))"
    parents = sorted(set(table["parent"].to_pylist()))
    there = lineages.dataset.query(asked, {"ids": parents}).rows()[0]["n"]
    rows = zip(table["id"].to_pylist(), table["parent"].to_pylist(), table["written"].to_pylist(), strict=True)
    renamed = sum(parent != written for _, parent, written in rows)
    return {
        "self-reference": graph.faults.self_references,
        "on a cycle": len(graph.on_cycles()),
        "without depth": int((lineages.depths == NO_DEPTH).sum()),
        "missing parent": len(parents) - there,
        "renamed parent": renamed,
        "contradictory relation": sum(len(row or ()) > 1 for row in table["relations"].to_pylist()),
    }
