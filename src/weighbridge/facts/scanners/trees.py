"""Tree models: indices by which a runtime written in C++ jumps, checked against the lists they point into."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from weighbridge.facts.scan import Observation
from weighbridge.facts.scanners.subject import Subject

_TREES = 100_000
# The root's parent.
_NO_PARENT = 2**31 - 1


def is_xgboost(value: Any) -> bool:
    """Whether a JSON document is an XGBoost model."""
    return isinstance(value, dict) and isinstance(value.get("learner"), dict) and "gradient_booster" in value["learner"]


def scan_xgboost(subject: Subject, value: Any) -> Iterator[Observation]:
    """Yield the trees whose indices lead out of their own lists."""
    booster = value["learner"].get("gradient_booster")
    model = booster.get("model") if isinstance(booster, dict) else None
    trees = model.get("trees") if isinstance(model, dict) else None
    for number, tree in enumerate(trees[:_TREES] if isinstance(trees, list) else []):
        wrong = _wrong(tree) if isinstance(tree, dict) else "it is no tree"
        if wrong:
            where = subject.where(pointer=f"/learner/gradient_booster/model/trees/{number}")
            yield subject.observe("tree.index", "xgboost", f"tree {number}: {wrong}", where)


def _wrong(tree: dict[str, Any]) -> str:
    stated = tree.get("tree_param", {}).get("num_nodes") if isinstance(tree.get("tree_param"), dict) else None
    count = int(stated) if isinstance(stated, str | int) and str(stated).isdecimal() else None
    children = [tree.get(key, []) for key in ("left_children", "right_children")]
    if not all(isinstance(indices, list) for indices in children):
        return "its children are no lists"
    nodes = count if count is not None else len(children[0])
    if any(len(indices) != nodes for indices in children):
        return f"it states {nodes:,} nodes and lists {len(children[0]):,}"
    for out in (index for indices in children for index in indices):
        if type(out) is not int or not -1 <= out < nodes:
            return f"a child is node {str(out)[:40]} of {nodes:,}"
    parents = tree.get("parents", [])
    for out in parents if isinstance(parents, list) else [parents]:
        if type(out) is not int or not (-1 <= out < nodes or out == _NO_PARENT):
            return f"a parent is node {str(out)[:40]} of {nodes:,}"
    return ""
