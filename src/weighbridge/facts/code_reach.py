"""Which functions run when a module is imported or its class is used: a call graph by simple names, rather too large than too small."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from weighbridge.facts.scanners.python_code import Analysis

# What libraries call by themselves on an object that they have made.
_CALLED = frozenset(
    {"forward", "preprocess", "postprocess", "_forward", "_sanitize_parameters", "from_pretrained", "setup"}
)
# What only the model's author runs.
_AUTHORS = (
    "save",
    "_save",
    "push",
    "convert",
    "export",
    "train",
    "_convert",
    "register_for",
    "load_tf",
    "main",
    "__main__",
)

Place = tuple[str, str]


def reached_scopes(analyses: Mapping[str, Analysis], entries: Mapping[str, str | None]) -> dict[str, dict[str, bool]]:
    """Return for every file the scopes that run: True where importing the files is enough, False where using the class is.

    `entries` maps the files that a library is pointed at to the class that it takes; None where nothing but the import runs.
    """
    graph = _Graph(analyses)
    imported = graph.closure((path, "") for path in analyses)
    used = graph.closure(place for path, name in entries.items() if name is not None for place in graph.methods(path))
    found: dict[str, dict[str, bool]] = {path: {} for path in analyses}
    for path, scope in used:
        found[path][scope] = False
    for path, scope in imported:
        found[path][scope] = True
    return found


class _Graph:
    """Functions of several files by their simple names."""

    def __init__(self, analyses: Mapping[str, Analysis]) -> None:
        self._analyses = analyses
        self._by_name: dict[str, list[Place]] = defaultdict(list)
        for path, analysis in analyses.items():
            for scope in analysis.functions:
                owner, _, name = scope.rpartition(".")
                self._by_name[name].append((path, scope))
                # Making an object of a class, or a class below it, runs what Python and the libraries call by themselves.
                if owner in analysis.classes and (_is_dunder(name) or name in _CALLED):
                    self._by_name[owner.rpartition(".")[2]].append((path, scope))

    def methods(self, path: str) -> Iterator[Place]:
        """Yield what using the classes of a file may run: all but what its author alone runs."""
        for scope in self._analyses[path].functions:
            if not scope.rpartition(".")[2].startswith(_AUTHORS):
                yield path, scope

    def closure(self, places: Iterable[Place]) -> set[Place]:
        """Return the places and all that they lead to."""
        found = set(places)
        pending = list(found)
        while pending:
            path, scope = pending.pop()
            for name in self._uses(path, scope):
                for place in self._by_name.get(name, ()):
                    if place not in found:
                        found.add(place)
                        pending.append(place)
        return found

    def _uses(self, path: str, scope: str) -> Iterator[str]:
        analysis = self._analyses[path]
        yield from analysis.uses.get(scope, ())
        # Nested classes and inheritance: a base's constructor runs with the class below it.
        owner = scope.rpartition(".")[0]
        yield from analysis.bases.get(owner, ())


def _is_dunder(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")
