"""How scores go with popularity: the interval of a rank correlation."""

from __future__ import annotations

import math
from typing import Any

from weighbridge.registry.study.figure import Rows

_LEAST = 10
# Of the normal distribution, for an interval of 95 %.
_QUANTILE = 1.959963984540054


def with_intervals(rows: Rows) -> list[dict[str, Any]]:
    """Return Spearman's correlations with their intervals of 95 %; those of few models, or of constant scores, are left out.

    Source: D. G. Bonett, T. A. Wright: Sample size requirements for estimating Pearson, Kendall and Spearman correlations,
    Psychometrika 65 (2000): the variance of the transformed coefficient is (1 + r²/2) / (n - 3).
    """
    found = []
    for row in rows:
        rho, count = row["correlation"], row["models"]
        if count >= _LEAST and rho is not None and math.isfinite(rho):
            low, high = _interval(rho, count)
            found.append({**row, "low": low, "high": high})
    return found


def _interval(rho: float, count: int) -> tuple[float, float]:
    held = max(-0.999999, min(0.999999, rho))
    reach = _QUANTILE * math.sqrt((1 + held * held / 2) / (count - 3))
    return math.tanh(math.atanh(held) - reach), math.tanh(math.atanh(held) + reach)
