"""The graph of declared base models over a whole registry, on arrays: edges come in as columns, answers go out as arrays.

A node is a model's id. An edge leads from a parent to a model that declares it. Self-references and what is declared twice are counted
and left out of the graph; what lies on a cycle, or only descends from one, has no depth.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

Array = Any  # numpy's arrays; its types are not installed where the core is checked

NO_DEPTH = -1


class Faults(NamedTuple):
    """What is odd about the declarations: counts of edges."""

    self_references: int
    repeated: int


class _Rows(NamedTuple):
    """Neighbours, row by row: those of node `n` are `columns[starts[n]:starts[n + 1]]`."""

    starts: Array
    columns: Array


class LineageGraph:
    """Models and their declared parents."""

    def __init__(self, children: Sequence[str] | Array, parents: Sequence[str] | Array) -> None:
        child, parent = np.asarray(children, dtype=object), np.asarray(parents, dtype=object)
        codes: dict[str, int] = {}
        both = [codes.setdefault(name, len(codes)) for name in (*parent.tolist(), *child.tolist())]
        coded = np.asarray(both, dtype=np.int64)
        self.names: list[str] = list(codes)
        self._codes = codes
        self._build(coded[len(parent) :], coded[: len(parent)], len(codes))

    @classmethod
    def from_codes(cls, names: Sequence[str], children: Array, parents: Array) -> LineageGraph:
        """Return a graph whose columns hold positions among `names`, as dictionary-encoded columns do."""
        graph = cls.__new__(cls)
        graph.names = list(names)
        graph._codes = {}
        graph._build(np.asarray(children, np.int64), np.asarray(parents, np.int64), len(graph.names))
        return graph

    def _build(self, children: Array, parents: Array, size: int) -> None:
        is_self = children == parents
        edges = _distinct(parents[~is_self] * size + children[~is_self])
        self.size = size
        self.faults = Faults(int(is_self.sum()), int(len(children) - is_self.sum() - len(edges)))
        self._sources, self._targets = edges // max(size, 1), edges % max(size, 1)
        self._down = _rows(self._sources, self._targets, size)
        order = np.argsort(self._targets, kind="stable")
        self._up = _rows(self._targets[order], self._sources[order], size)

    @property
    def edges(self) -> int:
        """How many edges there are, without repetitions and self-references."""
        return len(self._sources)

    def node(self, name: str) -> int:
        """Return a model's position. Raises `KeyError` for one that nobody declares."""
        if not self._codes:
            self._codes = {name: position for position, name in enumerate(self.names)}
        return self._codes[name]

    def depths(self) -> Array:
        """Return the longest way down from a root for every node; `NO_DEPTH` on and below cycles."""
        waiting = np.diff(self._up.starts)
        depth: Array = np.where(waiting == 0, 0, NO_DEPTH)
        front = np.flatnonzero(waiting == 0)
        level = 0
        while len(front):
            level += 1
            reached = _neighbours(self._down, front)
            _take_off(waiting, reached)
            front = _once(reached[waiting[reached] == 0], self.size)
            depth[front] = level
        return depth

    def descendants(self, nodes: Sequence[int] | Array) -> Array:
        """Return everything made from some models, in order, they themselves left out; cycles end."""
        return self._reached(self._down, nodes)

    def ancestors(self, nodes: Sequence[int] | Array) -> Array:
        """Return everything that some models were made from, in order, they themselves left out."""
        return self._reached(self._up, nodes)

    def descendant_levels(self, node: int) -> Iterator[Array]:
        """Yield what is made from a model, in order, step by step; each once."""
        return self._levels(self._down, np.asarray([node]))

    def ancestor_levels(self, node: int) -> Iterator[Array]:
        """Yield what a model was made from, in order, step by step; each once."""
        return self._levels(self._up, np.asarray([node]))

    def reach(self, node: int) -> int:
        """Return how many models descend from one."""
        return len(self.descendants([node]))

    def bounds(self, depths: Array) -> Array:
        """Return for every node how many ways lead down from it: at least as many as it has descendants."""
        ways: Array = np.zeros(self.size)
        ways[depths == NO_DEPTH] = self.size
        order = np.argsort(-depths[self._sources], kind="stable")
        sources, targets, levels = self._sources[order], self._targets[order], -depths[self._sources][order]
        for level in range(int(depths.max(initial=NO_DEPTH)), NO_DEPTH, -1):
            first, last = (int(np.searchsorted(levels, -step)) for step in (level, level - 1))
            np.add.at(ways, sources[first:last], 1 + ways[targets[first:last]])
        return ways

    def tainted(self, nodes: Sequence[int] | Array) -> Array:
        """Tell for every node whether it is one of those given or descends from one: what is wrong with them reaches it."""
        marks: Array = np.zeros(self.size, dtype=bool)
        marks[np.asarray(nodes, dtype=np.int64)] = True
        marks[self.descendants(nodes)] = True
        return marks

    def on_cycles(self) -> Array:
        """Return the nodes that lie on a cycle or between two, in order: those with no depth that have such descendants."""
        left = self.depths() == NO_DEPTH
        waiting: Array = np.zeros(self.size, dtype=np.int64)
        inside = left[self._sources] & left[self._targets]
        np.add.at(waiting, self._sources[inside], 1)
        front = np.flatnonzero(left & (waiting == 0))
        while len(front):
            left[front] = False
            reached = _neighbours(self._up, front)
            reached = reached[left[reached]]
            _take_off(waiting, reached)
            front = _once(reached[waiting[reached] == 0], self.size)
        return np.flatnonzero(left)

    def _reached(self, rows: _Rows, nodes: Sequence[int] | Array) -> Array:
        found = list(self._levels(rows, np.asarray(nodes, dtype=np.int64)))
        return np.sort(np.concatenate(found)) if found else np.zeros(0, dtype=np.int64)

    def _levels(self, rows: _Rows, nodes: Array) -> Iterator[Array]:
        seen: Array = np.zeros(self.size, dtype=bool)
        seen[nodes] = True
        front = nodes
        while len(front):
            found = _neighbours(rows, front)
            front = _once(found[~seen[found]], self.size)
            seen[front] = True
            if len(front):
                yield front


def _rows(keys: Array, columns: Array, size: int) -> _Rows:
    starts: Array = np.zeros(size + 1, dtype=np.int64)
    np.cumsum(np.bincount(keys, minlength=size), out=starts[1:])
    return _Rows(starts, columns)


def _distinct(values: Array) -> Array:
    """Return each value once, in order: what `numpy.unique` does, which hashes since NumPy 2.3 and takes ten times as long."""
    found = np.sort(values)
    return found[np.append(True, found[1:] != found[:-1])] if len(found) else found


def _once(nodes: Array, size: int) -> Array:
    """Return each node once, in order: by sorting few, by marking many."""
    if len(nodes) * 50 < size:
        return _distinct(nodes)
    marks: Array = np.zeros(size, dtype=bool)
    marks[nodes] = True
    return np.flatnonzero(marks)


def _take_off(counts: Array, nodes: Array) -> None:
    """Take one off a node's count for every time that it occurs."""
    if len(nodes) * 50 < len(counts):
        np.subtract.at(counts, nodes, 1)
    else:
        counts -= np.bincount(nodes, minlength=len(counts))


def _neighbours(rows: _Rows, nodes: Array) -> Array:
    """Return the neighbours of all nodes, one after the other, as often as they occur."""
    starts, lengths = rows.starts[nodes], rows.starts[nodes + 1] - rows.starts[nodes]
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    return rows.columns[np.arange(total) - np.repeat(ends - lengths, lengths) + np.repeat(starts, lengths)]
