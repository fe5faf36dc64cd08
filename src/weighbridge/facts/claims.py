"""Performance claims: what the publisher says the model achieves."""

from __future__ import annotations

import msgspec

from weighbridge.model import Location


class PerformanceClaim(msgspec.Struct, frozen=True):
    """One claimed figure.

    `text` is the value as written, `value` its number, `unit` `%` where written so, `decimals` the digits after the
    point; `source` is model-index, eval-results, table or prose. Empty texts mean that the claim does not say.
    """

    metric: str
    text: str
    value: float
    source: str
    unit: str = ""
    decimals: int = 0
    task: str = ""
    dataset: str = ""
    config: str = ""
    split: str = ""
    revision: str = ""
    is_verified: bool = False
    source_url: str = ""
    where: Location | None = None


class PerformanceClaims(msgspec.Struct, frozen=True):
    """All performance claims, in the order of their places; `problems` tells what looks like a claim and could not be read."""

    claims: tuple[PerformanceClaim, ...] = ()
    problems: tuple[str, ...] = ()
