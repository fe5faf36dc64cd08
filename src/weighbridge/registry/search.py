"""Models that fit what somebody wants: conditions over a dataset's tables, ranked by attribute scores, with the reasons."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from weighbridge.facts.licence import LicenceTraits, normalise, traits
from weighbridge.model.units import count_text
from weighbridge.registry.derivation import statement
from weighbridge.registry.lineage import Lineages
from weighbridge.registry.query import Dataset
from weighbridge.registry.wanted import Condition, Wanted

Row = Mapping[str, Any]
ORDERS = ("score", "downloads", "likes", "size", "changed")


class Fit(msgspec.Struct, frozen=True):
    """How many models fit a condition by itself, and how many do not tell."""

    condition: Condition
    fits: int
    unknown: int


class Hit(msgspec.Struct, frozen=True):
    """A model that fits: why, what of the conditions it does not tell about, and what reaches it from its base models."""

    id: str
    registry: str
    score: float | None
    downloads: int | None
    likes: int | None
    bytes: int | None
    licence: str
    reasons: tuple[str, ...]
    unknown: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


class Found(msgspec.Struct, frozen=True):
    """What a search found: how the question was understood, how many models fit, and the first of them."""

    snapshot: str
    wanted: Wanted
    models: int
    conditions: tuple[Fit, ...]
    matches: int
    undecided: int
    hits: tuple[Hit, ...]
    is_scored: bool


def search(
    dataset: Dataset, wanted: Wanted, *, limit: int = 10, order: str = "score", attributes: Iterable[str] = (),
    with_unknown: bool = False,
) -> Found:  # fmt: skip
    """Return the models that fit every condition, the best first; `attributes` are the scores to rank by, all by default.

    A condition that a model does not tell about does not hold; `with_unknown` lists such models too, behind the others.
    """
    base, parameters = _statement(dataset, wanted, list(attributes), order)
    asked = _asked(base, len(wanted.conditions), order, with_unknown)
    rows = dataset.query(asked, {**parameters, "limit": limit}).rows()
    counts = rows[0]
    fits = tuple(Fit(c, counts[f"fits_{n}"], counts[f"unknown_{n}"]) for n, c in enumerate(wanted.conditions))
    return Found(
        str(dataset.snapshot), wanted, counts["models"], fits, counts["matches"], counts["undecided"],
        tuple(_hits(dataset, [row for row in rows if row["place"]], wanted.conditions)), counts["scored"] > 0,
    )  # fmt: skip


def _hits(dataset: Dataset, rows: Sequence[Row], conditions: Iterable[Condition]) -> Iterator[Hit]:
    lineages = Lineages(dataset) if rows else None
    for row in rows:
        marks = lineages.inherited(row["id"]) if lineages is not None else ()
        told = (
            f"{mark.kind}: {mark.reason}" + (f" ({mark.source})" if mark.source != row["id"] else "") for mark in marks
        )
        yield msgspec.structs.replace(_hit(row, conditions), warnings=tuple(told))


def _statement(dataset: Dataset, wanted: Wanted, attributes: list[str], order: str) -> tuple[str, dict[str, Any]]:
    """Return the statement that tells of every model which conditions it fits, and its parameters."""
    kinds = {condition.kind for condition in wanted.conditions} | {order}
    parameters: dict[str, Any] = {"attributes": attributes}
    parameters |= {table: not kinds.isdisjoint(asked) for table, asked in _NEEDED.items()}
    columns = []
    for number, condition in enumerate(wanted.conditions):
        said, values = _predicate(condition, dataset)
        names = {f"p{number}_{place}": value for place, value in enumerate(values)}
        text = said.format(*(f"${name}" for name in names))
        columns.append(f"({'NOT ' if condition.is_negated else ''}({text})) AS c{number}")
        parameters |= names
    candidates = statement("candidates").rstrip()
    return f"SELECT *, {', '.join(columns)} FROM ({candidates})", parameters  # noqa: S608 - columns are ours, values parameters


# What is read for which conditions and orders.
_NEEDED = {
    "files": {"size", "format"},
    "size": {"size"},
    "edges": {"parent", "relation", "base"},
    "datasets": {"dataset"},
    "claims": {"metrics"},
}


def _every(count: int) -> str:
    return " AND ".join(f"c{number}" for number in range(count))


def _asked(base: str, count: int, order: str, with_unknown: bool) -> str:
    """Return the statement that gives the counts, in every row, and the hits in their order."""
    held = _every(count)
    each = ", ".join(
        f"count(*) FILTER (c{n}) AS fits_{n}, count(*) FILTER (c{n} IS NULL) AS unknown_{n}" for n in range(count)
    )
    where = f"coalesce({held}, true)" if with_unknown else held
    first = f"({held}) IS NULL, {_ORDER_BY[order]}, id, registry"
    return f"""
        WITH base AS MATERIALIZED ({base}),
        counts AS (
            SELECT count(*) AS models, count(score) AS scored, {each}, count(*) FILTER ({held}) AS matches,
                count(*) FILTER (({held}) IS NULL) AS undecided FROM base
        ),
        hits AS (SELECT *, row_number() OVER (ORDER BY {first}) AS place FROM base WHERE {where} ORDER BY place LIMIT $limit)
        SELECT * FROM counts LEFT JOIN hits ON true ORDER BY place"""  # noqa: S608 - all of it is ours, values are parameters


_ORDER_BY = {
    "score": "score DESC NULLS LAST, downloads DESC NULLS LAST",
    "downloads": "downloads DESC NULLS LAST",
    "likes": "likes DESC NULLS LAST",
    "size": "bytes NULLS LAST",
    "changed": "modified DESC NULLS LAST",
}


def _predicate(condition: Condition, dataset: Dataset) -> tuple[str, list[Any]]:
    """Return what must be true of a model's row, and the values it names; NULL where the row does not tell."""
    if condition.low is not None or condition.high is not None:
        if condition.kind == "size":
            return _by_size(condition)
        bounds = {">=": condition.low, "<=": condition.high}
        held = {sign: bound for sign, bound in bounds.items() if bound is not None}
        said = " AND ".join(f"{condition.kind} {sign} {{}}" for sign in held)
        return said, list(held.values())
    if condition.kind in {"permission", "licence"}:
        return _by_licence(condition, dataset)
    if condition.kind == "changed" and condition.values == ("year",):
        return "modified >= CAST({} AS TIMESTAMP) - INTERVAL 1 YEAR", [str(dataset.snapshot)]
    return _PREDICATES[condition.kind], ([list(condition.values)] if condition.values else [])


def _by_size(condition: Condition) -> tuple[str, list[Any]]:
    """What a repository stores in all is more than its weights: it can show that they are small enough, and nothing else."""
    if condition.low is not None:
        return "CASE WHEN is_bound THEN NULL ELSE bytes >= {} END", [condition.low]
    return "CASE WHEN is_bound AND bytes > {0} THEN NULL ELSE bytes <= {0} END", [condition.high]


_PREDICATES = {
    "task": "CASE WHEN task IS NOT NULL OR len(tags) > 0 THEN list_contains({0}, coalesce(task, '')) OR list_has_any(tags, {0}) END",
    "language": "CASE WHEN list_has_any(coalesce(languages, CASE WHEN len(tags) > 0 THEN tags END), {0}) THEN true "
    "WHEN languages IS NULL OR list_contains(languages, 'multilingual') THEN NULL ELSE false END",
    "library": "CASE WHEN library IS NOT NULL OR len(tags) > 0 "
    "THEN list_contains({0}, coalesce(lower(library), '')) OR list_has_any(tags, {0}) END",
    "format": "CASE WHEN has_files THEN list_has_any(extensions, {0}) WHEN list_has_any(tags, {0}) THEN true END",
    "architecture": "CASE WHEN model_type IS NOT NULL THEN list_contains({0}, lower(model_type)) "
    "WHEN list_has_any(tags, {0}) THEN true END",
    "relation": "list_has_any(relations, {0})",
    "parent": "list_has_any(parents, [lower(value) FOR value IN {0}])",
    "dataset": "CASE WHEN len(datasets) > 0 THEN list_has_any("
    "datasets || [regexp_replace(dataset, '^.*/', '') FOR dataset IN datasets], [lower(value) FOR value IN {0}]) END",
    "owner": "CASE WHEN owner IS NOT NULL THEN list_contains([lower(value) FOR value IN {0}], lower(owner)) END",
    "changed": "modified >= CAST(list_extract({0}, 1) AS TIMESTAMP)",
    "open": "CASE WHEN gated IS NOT NULL THEN lower(gated) = 'false' END",
    "card": "has_card",
    "metrics": "has_claims",
    "base": "len(parents) = 0",
}

_ALLOWED: dict[str, Callable[[LicenceTraits], bool | None]] = {
    "commercial": lambda held: held.allows_commercial,
    "noncommercial": lambda held: None if held.allows_commercial is None else not held.allows_commercial,
    "permissive": lambda held: held.family in {"permissive", "public-domain"},
    "derivatives": lambda held: held.allows_derivatives,
    "unrestricted": lambda held: not held.restricts_use,
    "nocopyleft": lambda held: not held.requires_same_licence,
    "copyleft": lambda held: held.requires_same_licence,
    "known": lambda _: True,
}


def _by_licence(condition: Condition, dataset: Dataset) -> tuple[str, list[Any]]:
    """Decide about each licence of the registry once; those that the table does not know tell nothing."""
    fits: list[str] = []
    fails: list[str] = []
    for row in dataset.query("SELECT DISTINCT licence FROM models WHERE licence IS NOT NULL ORDER BY 1").rows():
        key = normalise(row["licence"])
        decided = _decided(condition, key)
        if decided is not None:
            (fits if decided else fails).append(row["licence"])
    return "CASE WHEN list_contains({}, licence) THEN true WHEN list_contains({}, licence) THEN false END", [
        fits,
        fails,
    ]


def _decided(condition: Condition, key: str) -> bool | None:
    held = traits(key)
    if condition.kind == "licence":
        return key in condition.values if key else None
    answers = [_ALLOWED[value](held) for value in condition.values] if held is not None else [None]
    return None if None in answers else all(answers)


def _hit(row: Row, conditions: Iterable[Condition]) -> Hit:
    reasons: list[str] = []
    unknown: list[str] = []
    for number, condition in enumerate(conditions):
        (unknown if row[f"c{number}"] is None else reasons).append(
            condition.told if row[f"c{number}"] is None else _reason(condition, row)
        )
    return Hit(
        row["id"], row["registry"], row["score"], row["downloads"], row["likes"],
        None if row["bytes"] is None else int(row["bytes"]), row["licence"] or "", tuple(reasons), tuple(unknown),
    )  # fmt: skip


def _reason(condition: Condition, row: Row) -> str:
    """Tell by what of the model's row a condition holds."""
    told = _REASONS.get(condition.kind)
    return told(condition, row) if told is not None else condition.told


def _in_tags(column: str, name: str) -> Callable[[Condition, Row], str]:
    def told(condition: Condition, row: Row) -> str:
        if condition.is_negated:
            return condition.told
        value = row[column]
        return (
            f"{name} {value}" if value and str(value).lower() in condition.values else f"tagged {condition.values[0]}"
        )

    return told


def _languages(condition: Condition, row: Row) -> str:
    named = row["languages"]
    if not named:
        return f"tagged {', '.join(condition.values)}"
    others = [language for language in named if language not in condition.values]
    wanted = ", ".join(value for value in condition.values if value in named)
    return f"language {wanted}" + (
        f" and {len(others)} others" if len(others) > 1 else f" and {others[0]}" if others else ""
    )


_REASONS: dict[str, Callable[[Condition, Row], str]] = {
    "task": _in_tags("task", "task"),
    "library": _in_tags("library", "library"),
    "architecture": _in_tags("model_type", "architecture"),
    "language": lambda c, row: c.told if c.is_negated else _languages(c, row),
    "size": lambda _, row: f"{row['bytes'] / 1e6:,.1f} MB, by {row['sized_by']}",
    "parameters": lambda _, row: f"{count_text(row['parameters'])} parameters",
    "downloads": lambda _, row: f"{row['downloads']:,} downloads",
    "likes": lambda _, row: f"{row['likes']:,} likes",
    "permission": lambda c, row: f"{row['licence']}: {c.told}",
    "licence": lambda c, row: f"licence {row['licence']}" if not c.is_negated else f"{c.told} ({row['licence']})",
    "changed": lambda _, row: f"changed on {row['modified'].date()}",
}  # fmt: skip
