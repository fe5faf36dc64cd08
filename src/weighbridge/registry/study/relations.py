"""Licences on both sides of a relation: of a base model and its derivative, of a model and a project that uses it."""

from __future__ import annotations

import functools
import importlib.resources
from collections import Counter
from typing import Any

import msgspec

from weighbridge.facts.licence import conflict, normalise, traits
from weighbridge.registry.study.figure import Rows

_SHOWN = 12


class _Matrix(msgspec.Struct, frozen=True):
    """Which licence may use material under which: by derivative, then `yes` or `no`, then the originals."""

    provenance: str
    aliases: dict[str, str]
    may_use: dict[str, dict[str, list[str]]]


def between_models(rows: Rows) -> list[dict[str, Any]]:
    """Judge the licences of base models and derivatives by what each demands and forbids."""
    counted: Counter[tuple[str, str]] = Counter()
    for row in rows:
        counted[_by_traits(row["original"], row["derivative"])] += row["relations"]
    return _summed(counted)


def with_projects(rows: Rows) -> list[dict[str, Any]]:
    """Judge the licences of models and projects by the Linux Foundation's matrix, as the study of 2024 did."""
    counted: Counter[tuple[str, str]] = Counter()
    for row in rows:
        kind = ("not judged", "the project has several licences")
        if not row["is_ambiguous"]:
            kind = _by_matrix(row["original"], row["derivative"])
        counted[kind] += row["relations"]
    return _summed(counted)


def _by_traits(original: str | None, derivative: str | None) -> tuple[str, str]:
    if original is None or derivative is None:
        return "unknown", "a licence is not declared"
    base, made = traits(normalise(original)), traits(normalise(derivative))
    if base is None or made is None:
        return "unknown", "a licence that the table does not know"
    why = conflict(base, made)
    return ("incompatible", f"{original} to {derivative}") if why else ("compatible", "")


def _by_matrix(original: str | None, derivative: str | None) -> tuple[str, str]:
    matrix = _matrix()
    source, target = (matrix.aliases.get(name, name) if name else None for name in (original, derivative))
    if source is None or target is None:
        return "unknown", "a side has no licence"
    if source == target:
        return "compatible", "the same licence"
    judged = matrix.may_use.get(target, {})
    if source in judged.get("yes", ()):
        return "compatible", "another licence"
    if source in judged.get("no", ()):
        return "incompatible", f"{original} to {derivative}"
    return "unknown", "a pair that the matrix does not judge"


def _summed(counted: Counter[tuple[str, str]]) -> list[dict[str, Any]]:
    """Return a row for each kind, and below it rows for its commonest reasons."""
    judged = sum(count for (kind, _), count in counted.items() if kind != "not judged")
    rows: list[dict[str, Any]] = []
    for kind in ("compatible", "incompatible", "unknown", "not judged"):
        own = Counter({why: count for (known, why), count in counted.items() if known == kind})
        if own:
            whole = judged if kind != "not judged" else judged + own.total()
            rows.append({"relation": kind, "part": own.total(), "whole": whole})
            reasons = [(why, count) for why, count in sorted(own.items(), key=lambda item: (-item[1], item[0])) if why]
            rows += [{"relation": f"{kind}: {why}", "part": count, "whole": whole} for why, count in reasons[:_SHOWN]]
    return rows


@functools.cache
def _matrix() -> _Matrix:
    path = importlib.resources.files("weighbridge.registry.study") / "data" / "linux_foundation.json"
    return msgspec.json.decode(path.read_bytes(), type=_Matrix)
