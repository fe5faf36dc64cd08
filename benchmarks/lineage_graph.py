"""How long a registry's lineage takes: built, depths, descendants of twenty roots; beside networkx, where it is installed.

    python -m benchmarks.lineage_graph [FOLDER]

With a registry's dataset: how long it takes to load its lineage, to ask for families, to search it, and to take its names apart.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from weighbridge.registry.lineage_graph import LineageGraph

NODES = 1_000_000


def main() -> None:
    if sys.argv[1:]:
        _dataset(sys.argv[1])
    else:
        _made_up()


def _dataset(folder: str) -> None:
    """Time (by the clock) what people ask of a dataset."""
    from weighbridge.registry import open_dataset
    from weighbridge.registry.lineage import Lineages
    from weighbridge.registry.lineage_overview import overview
    from weighbridge.registry.names import names_of
    from weighbridge.registry.search import search
    from weighbridge.registry.wanted import understand

    dataset = open_dataset(folder)
    lineages = _timed("lineage loaded", lambda: Lineages(dataset))
    found = _timed("in numbers", lambda: overview(lineages))
    family = _timed("family of the widest", lambda: lineages.family(found.widest[0].id))
    print(f"  {len(family.members):,} models of {found.models:,}")
    _timed("family of a leaf", lambda: lineages.family(family.members[-1].id))
    wanted = understand("sentence similarity, German, < 500 MB, commercial use")
    _timed("searched", lambda: search(dataset, wanted))
    _timed("names", lambda: names_of(dataset))


def _timed(what: str, work: Callable[[], Any]) -> Any:
    begun = time.perf_counter()
    done = work()
    print(f"{what:<22}{time.perf_counter() - begun:6.2f} s")
    return done


def _made_up() -> None:
    """Time (of a processor) a made-up registry: most models are made from one of few popular ones, each of which is older."""
    random = np.random.default_rng(7)
    children = np.arange(1, NODES)
    parents = (children * random.random(NODES - 1) ** 4).astype(np.int64)
    names = [f"owner/model-{node}" for node in range(NODES)]
    begun = time.process_time()
    graph = LineageGraph.from_codes(names, children, parents)
    built = time.process_time()
    depth = graph.depths()
    told = time.process_time()
    reached = sum(len(graph.descendants([root])) for root in range(20))
    done = time.process_time()
    print(f"{graph.size:,} nodes, {graph.edges:,} edges, deepest {depth.max()}, {reached:,} descendants of 20 models")
    print(f"built {built - begun:.2f} s, depths {told - built:.2f} s, descendants of 20 models {done - told:.2f} s")
    _peer(children, parents)


def _peer(children: object, parents: object) -> None:
    try:
        import networkx
    except ImportError:
        print("networkx is not installed: no peer")
        return
    begun = time.process_time()
    graph = networkx.DiGraph()
    graph.add_edges_from(zip(parents.tolist(), children.tolist(), strict=True))
    built = time.process_time()
    longest = 0
    for longest, _ in enumerate(networkx.topological_generations(graph)):  # noqa: B007 - the last one counts
        pass
    print(f"networkx: built {built - begun:.2f} s, depths {time.process_time() - built:.2f} s (deepest {longest})")


if __name__ == "__main__":
    main()
