"""A registry's lineage: the family of one model, what passes from a base to what is made from it, and the whole graph's faults.

lineages = Lineages(open_dataset("hub/"))
lineages.family("org/name").members
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from weighbridge.errors import NothingToAudit
from weighbridge.facts.licence import conflict, normalise, traits
from weighbridge.registry.derivation import statement
from weighbridge.registry.lineage_graph import NO_DEPTH, LineageGraph
from weighbridge.registry.query import Dataset


class Tie(msgspec.Struct, frozen=True):
    """An edge from a model to one that it declares as its base.

    `relations` has several where its places contradict each other; `written` is the base's name as it is declared, where that is
    not its name of today.
    """

    child: str
    parent: str
    relations: tuple[str, ...] = ()
    declared_in: tuple[str, ...] = ()
    written: str = ""


class Mark(msgspec.Struct, frozen=True):
    """What reaches a model from one that it was made from: `licence`, `risk`, or `told` by whoever asks."""

    kind: str
    source: str
    reason: str


class Member(msgspec.Struct, frozen=True):
    """A model of a family.

    `generation` is the fewest steps from the model asked about: below zero for ancestors, above for descendants. `depth` is the
    longest way from a root in the whole registry; None on and below cycles.
    """

    id: str
    generation: int
    depth: int | None
    is_known: bool
    licence: str = ""
    task: str = ""
    downloads: int | None = None
    marks: tuple[Mark, ...] = ()


class Oddity(msgspec.Struct, frozen=True):
    """What is wrong with declarations: its kind, the model that declares it, and what it says."""

    kind: str
    id: str
    message: str


class Family(msgspec.Struct, frozen=True):
    """A model with all its ancestors and descendants, nearest first and most downloaded first within a generation."""

    id: str
    snapshot: str
    members: tuple[Member, ...]
    ties: tuple[Tie, ...]
    oddities: tuple[Oddity, ...]

    @property
    def member(self) -> Member:
        """The model asked about."""
        return next(member for member in self.members if member.generation == 0)

    @property
    def ancestors(self) -> int:
        """How many models it was made from."""
        return sum(member.generation < 0 for member in self.members)

    @property
    def reach(self) -> int:
        """How many models were made from it."""
        return sum(member.generation > 0 for member in self.members)


class Lineages:
    """The lineage of a dataset's snapshot, loaded once."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self.table = dataset.query(statement("lineage").rstrip().rstrip(";")).arrow()
        self._children, self._parents, self.graph = _coded(self.table)
        self._depths: Any = None

    @property
    def depths(self) -> Any:
        """Every node's depth."""
        if self._depths is None:
            self._depths = self.graph.depths()
        return self._depths

    def family(self, name: str, tainted: Iterable[str] = ()) -> Family:
        """Return a model's family; `tainted` are models that whoever asks holds to be bad. Raises `NothingToAudit`."""
        generations = self._generations(name)
        known = self._records(generations)
        if name not in known and len(generations) == 1:
            raise NothingToAudit(
                f"{name} is neither a model nor a base model in the snapshot of {self.dataset.snapshot}",
                hint="Names are written as the registry writes them, capital letters included.",
            )
        declared = self._ties(generations)
        ties = [tie for tie in declared if tie.parent in generations]
        marks = _marks(ties, known, {**self._risks(generations), **_told(tainted, generations)})
        members = [self._member(node, step, known, marks) for node, step in generations.items()]
        ordered = sorted(members, key=lambda m: (abs(m.generation), m.generation > 0, -(m.downloads or 0), m.id))
        odd = _oddities(ties, declared, known, self._on_cycles(generations))
        return Family(name, str(self.dataset.snapshot), tuple(ordered), tuple(ties), tuple(odd))

    def inherited(self, name: str) -> tuple[Mark, ...]:
        """Return what reaches a model from those that it was made from, without looking at what was made from it."""
        generations = self._generations(name, is_down=False)
        ties = [tie for tie in self._ties(generations) if tie.parent in generations]
        return _marks(ties, self._records(generations), self._risks(generations)).get(name, ())

    def _generations(self, name: str, *, is_down: bool = True) -> dict[str, int]:
        found = {name: 0}
        if not self._is_in_graph(name):
            return found
        node = self.graph.node(name)
        below = self.graph.descendant_levels(node) if is_down else ()
        for rows, sign in ((self.graph.ancestor_levels(node), -1), (below, 1)):
            for step, level in enumerate(rows, 1):
                for other in level.tolist():
                    found.setdefault(self.graph.names[other], sign * step)
        return found

    def _records(self, names: Iterable[str]) -> dict[str, dict[str, Any]]:
        asked = (
            "SELECT id, licence, task, downloads FROM models WHERE id IN (SELECT unnest($ids)) ORDER BY id, registry"
        )
        return {row["id"]: row for row in self.dataset.query(asked, {"ids": list(names)}).rows()}

    def _risks(self, names: Iterable[str]) -> dict[str, Mark]:
        """Return what measuring found against models' safety, the gravest of each."""
        asked = """
            SELECT id, code, message FROM measurements
            WHERE id IN (SELECT unnest($ids)) AND state = 'contradicted' AND severity IN ('high', 'critical') AND code LIKE 'SE%'
            ORDER BY id, severity DESC, code DESC"""
        found = self.dataset.query(asked, {"ids": list(names)}).rows()
        return {row["id"]: Mark("risk", row["id"], f"{row['code']}: {row['message'] or ''}") for row in found}

    def _ties(self, names: Mapping[str, int]) -> list[Tie]:
        """Return everything that some models declare, parents outside the family too."""
        import numpy as np

        inside: Any = np.zeros(self.graph.size, dtype=bool)
        inside[[self.graph.node(name) for name in names if self._is_in_graph(name)]] = True
        rows = self.table.take(np.flatnonzero(inside[self._children])).to_pylist()
        return [
            Tie(
                row["id"],
                row["parent"],
                tuple(row["relations"] or ()),
                tuple(row["declared_in"]),
                row["written"] if row["written"] != row["parent"] else "",
            )
            for row in rows
        ]

    def _on_cycles(self, names: Mapping[str, int]) -> set[str]:
        if not self.graph.size:
            return set()
        return {self.graph.names[node] for node in self.graph.on_cycles().tolist()} & names.keys()

    def _member(
        self, name: str, generation: int, known: Mapping[str, dict[str, Any]], marks: Mapping[str, tuple[Mark, ...]]
    ) -> Member:
        row = known.get(name, {})
        return Member(
            name, generation, self._depth(name), name in known, row.get("licence") or "", row.get("task") or "",
            row.get("downloads"), marks.get(name, ()),
        )  # fmt: skip

    def _depth(self, name: str) -> int | None:
        depth = int(self.depths[self.graph.node(name)]) if self._is_in_graph(name) else 0
        return None if depth == NO_DEPTH else depth

    def _is_in_graph(self, name: str) -> bool:
        try:
            self.graph.node(name)
        except KeyError:
            return False
        return True


def _coded(table: Any) -> tuple[Any, Any, LineageGraph]:
    import pyarrow as pa

    both = (
        pa.concat_arrays([*table["parent"].chunks, *table["id"].chunks])
        if table.num_rows
        else pa.array([], pa.string())
    )
    coded = both.dictionary_encode()
    codes = coded.indices.to_numpy(zero_copy_only=False).astype("int64")
    parents, children = codes[: table.num_rows], codes[table.num_rows :]
    return children, parents, LineageGraph.from_codes(coded.dictionary.to_pylist(), children, parents)


def _told(tainted: Iterable[str], names: Mapping[str, int]) -> dict[str, Mark]:
    return {name: Mark("told", name, "held to be bad") for name in tainted if name in names}


def _marks(
    ties: Sequence[Tie], known: Mapping[str, dict[str, Any]], risks: Mapping[str, Mark]
) -> dict[str, tuple[Mark, ...]]:
    """Return what reaches each model: the risks of those it was made from, and the demands of their licences."""
    children: dict[str, list[str]] = {}
    for tie in ties:
        if tie.child != tie.parent:
            children.setdefault(tie.parent, []).append(tie.child)
    found: dict[str, list[Mark]] = {name: [mark] for name, mark in risks.items()}
    for name, source in spread(risks, children).items():
        found.setdefault(name, []).append(risks[source])
    licences = {name: normalise(row["licence"]) for name, row in known.items() if row["licence"]}
    for key in sorted({key for key in licences.values() if key}):
        sources = [name for name, held in licences.items() if held == key]
        for name, source in spread(sources, children).items():
            reason = _conflict(key, licences.get(name, ""))
            if reason:
                found.setdefault(name, []).append(Mark("licence", source, reason))
    return {name: tuple(marks) for name, marks in found.items()}


def _conflict(base: str, own: str) -> str:
    first, second = traits(base), traits(own)
    return conflict(first, second) if first is not None and second is not None else ""


def spread(sources: Iterable[str], children: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return for everything made from some models the nearest of them; one that is made from another is told too."""
    given = set(sources)
    reached: dict[str, str] = {}
    front = [(name, name) for name in sorted(given)]
    while front:
        found = []
        for name, source in front:
            for child in children.get(name, ()):
                if child not in reached and child != source:
                    reached[child] = source
                    if child not in given:
                        found.append((child, source))
        front = found
    return reached


def _oddities(
    ties: Sequence[Tie], declared: Sequence[Tie], known: Mapping[str, Any], circling: Iterable[str]
) -> list[Oddity]:
    found = [oddity for tie in ties for oddity in _of_tie(tie, known)]
    parents: dict[str, list[Tie]] = {}
    for tie in declared:
        parents.setdefault(tie.child, []).append(tie)
    found += [oddity for child, held in parents.items() for oddity in _of_model(child, held)]
    found += [
        Oddity("cycle", name, "descends from itself: one of the declarations on the way is wrong") for name in circling
    ]
    return sorted(set(found), key=lambda odd: (odd.kind, odd.id, odd.message))


def _of_tie(tie: Tie, known: Mapping[str, Any]) -> Iterable[Oddity]:
    if tie.child == tie.parent:
        yield Oddity("self-reference", tie.child, "declares itself as its base model")
    elif tie.parent not in known:
        yield Oddity("missing-parent", tie.child, f"declares {tie.parent}, which the registry does not have")
    if tie.written:
        yield Oddity("renamed-parent", tie.child, f"declares {tie.written}, which is now {tie.parent}")
    if len(tie.relations) > 1:
        yield Oddity("contradictory-relation", tie.child, f"is {' and '.join(tie.relations)} of {tie.parent}, by turns")


def _of_model(child: str, ties: Sequence[Tie]) -> Iterable[Oddity]:
    """Yield what a model's declarations say against each other: every place that names parents must name the same."""
    named: dict[str, set[str]] = {}
    for tie in ties:
        for place in tie.declared_in:
            named.setdefault(place, set()).add(tie.parent)
    if len({frozenset(parents) for parents in named.values()}) > 1:
        told = "; ".join(f"{place}: {', '.join(sorted(parents))}" for place, parents in sorted(named.items()))
        yield Oddity("contradictory-parents", child, f"names other base models in other places ({told})")
    bases = {tie.parent for tie in ties}
    if len(bases) == 1 and any(tie.relations == ("merge",) for tie in ties):
        yield Oddity("merge-of-one", child, f"is declared a merge, and names one base model, {next(iter(bases))}")
