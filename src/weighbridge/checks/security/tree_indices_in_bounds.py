"""SE021: the trees of a tree model point into themselves."""

from __future__ import annotations

from collections.abc import Sequence

from weighbridge.checks.contract import check
from weighbridge.checks.security.judging import REVIEW, judge
from weighbridge.facts.scan import Observation, Scan
from weighbridge.model import Attribute, Factor, Outcome, Severity


@check(code="SE021", attribute=Attribute.SECURITY, factor=Factor.CODE_EXECUTION, severity=Severity.MEDIUM)
def tree_indices_in_bounds(scan: Scan) -> Sequence[Outcome]:
    """The trees of a tree model point into themselves.

    What it asks: whether the children and parents of every tree of an XGBoost model are nodes of that tree.
    Why it matters: runtimes follow the indices without a check: one out of bounds reads or writes foreign memory.
    Evidence: the lists of every tree, compared with their stated and real lengths.
    Remedy: save the model again with XGBoost.
    Limits: XGBoost's JSON only; binary formats of tree models are not read.
    Source: this project's threat catalogue, 53.
    """
    return judge(
        scan,
        scanners=("documents",),
        kinds=("tree.",),
        level=_level,
        remedy="Save the model again with XGBoost.",
        clean="No index leads out of its tree.",
    )


def _level(_observation: Observation) -> Severity | None:
    return REVIEW
