"""Facts made by hand for tests of checks, each with defaults that say nothing."""

from __future__ import annotations

import datetime
from typing import Any

from weighbridge.facts.claims import PerformanceClaim, PerformanceClaims
from weighbridge.facts.clock import Clock
from weighbridge.facts.config import Config, Document
from weighbridge.facts.history import History
from weighbridge.facts.licence import Licence, Term, normalise
from weighbridge.facts.lineage import DatasetUse, Lineage, Parent
from weighbridge.facts.manifest import Manifest
from weighbridge.facts.metadata import Metadata
from weighbridge.facts.registry import Registry
from weighbridge.facts.surroundings import ParentFacts, Surroundings
from weighbridge.facts.weights import Shards, Weights
from weighbridge.model import Commit, Format, Inspection, Location, RepoFile, Tensor

HEX = "0123456789abcdef0123456789abcdef01234567"


def metadata(**values: Any) -> Metadata:
    """Return a front matter whose keys stand on lines 2, 3, 4 …; hyphens are written as underscores."""
    named = {key.replace("model_index", "model-index"): value for key, value in values.items()}
    return Metadata(named, {f"/{key}": line for line, key in enumerate(named, 2)}, "README.md")


def config(**values: Any) -> Config:
    """Return a `config.json` with these keys."""
    document = Document("config.json", values)
    return Config({"config.json": document}, document)


def manifest(*paths: str, **sizes: int) -> Manifest:
    """Return files of ten bytes at these paths; `manifest("a.bin", size=0)` gives all of them that size."""
    size = sizes.get("size", 10)
    return Manifest(sorted((RepoFile(path, size) for path in paths), key=lambda file: file.path))


def tensors(**shapes: tuple[int, ...]) -> tuple[Tensor, ...]:
    """Return F32 tensors; two underscores in a name stand for a point."""
    return tuple(tensor(name.replace("__", "."), *shape) for name, shape in shapes.items())


def tensor(name: str, *shape: int, dtype: str = "F32") -> Tensor:
    """Return one tensor."""
    count = Tensor(name, shape, dtype, 0).elements
    return Tensor(name, shape, dtype, 4 * count)


def weights_of(
    *held: Tensor, path: str = "model.safetensors", kind: Format = Format.SAFETENSORS, **more: Any
) -> Weights:
    """Return a model that is one file of these tensors; `more` goes into its inspection."""
    inspection = Inspection(path, kind, sum(t.nbytes for t in held), tuple(held), **more)
    return Weights((inspection,), (inspection,))


def sized(parameters: int, **more: Any) -> Weights:
    """Return a model of one tensor with that many elements."""
    return weights_of(tensor("weight", parameters), **more)


def sharded(*missing_files: str, **more: Any) -> Weights:
    """Return a model with one shard index."""
    held = sized(10)
    index = Shards("model.safetensors.index.json", ("a",), 1, missing_files=missing_files, **more)
    return Weights(held.inspections, held.model, (index,))


def parent(name: str, pointer: str | None = None, relation: str = "", revision: str = "") -> Parent:
    """Return a base model declared in the front matter, or at a JSON pointer of adapter or model configuration."""
    if pointer is None:
        return Parent(name, relation, revision, Location("README.md", line=2, pointer="/base_model"))
    path = "adapter_config.json" if pointer.startswith("/base_model_name") else "config.json"
    return Parent(name, relation, revision, Location(path, pointer=pointer))


def lineage(*parents: Parent, datasets: tuple[str, ...] = (), **more: Any) -> Lineage:
    """Return a lineage; a dataset with a slash counts as an id."""
    used = tuple(DatasetUse(name, Location("README.md", line=9), "/" in name) for name in datasets)
    return Lineage(parents, used, **more)


def surroundings(*parents: ParentFacts, **more: Any) -> Surroundings:
    """Return looked-up base models."""
    return Surroundings({held.name: held for held in parents}, **more)


def licence(*identifiers: str, **more: Any) -> Licence:
    """Return a licence declared under these identifiers."""
    declared = tuple(term(identifier, Location("README.md", line=2, pointer="/license")) for identifier in identifiers)
    return Licence(declared, **more)


def term(identifier: str, where: Location | None = None) -> Term:
    """Return a place that names a licence."""
    return Term(identifier, normalise(identifier), where)


def figure(text: str = "0.93", metric: str = "accuracy", source: str = "model-index", **more: Any) -> PerformanceClaim:
    """Return a claimed figure."""
    number = text.rstrip("%").strip()
    digits = len(number.partition(".")[2])
    unit = "%" if text.endswith("%") else ""
    return PerformanceClaim(metric, text, float(number), source, unit, digits, **more)


def figures(*claims: PerformanceClaim, problems: tuple[str, ...] = ()) -> PerformanceClaims:
    """Return the claims of a model."""
    return PerformanceClaims(claims, problems)


def registry(**values: Any) -> Registry:
    """Return a registry's record, typed."""
    return Registry(**values)


def history(*commits: Commit, is_complete: bool = True) -> History:
    """Return a history of these commits."""
    return History(commits, is_complete)


def commit(day: str, *authors: str) -> Commit:
    """Return a commit at noon of a day (ISO 8601)."""
    date = datetime.datetime.fromisoformat(f"{day}T12:00:00+00:00")
    return Commit(HEX, date, authors or ("ada",), "Change something")


def clock(day: str = "2026-11-23") -> Clock:
    """Return the day of the audit."""
    return Clock(datetime.date.fromisoformat(day))
