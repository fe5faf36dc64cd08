"""PO006: downloads, likes and age fit together."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.clock import Clock
from weighbridge.facts.registry import Registry
from weighbridge.model import (
    Attribute,
    Claim,
    Confidence,
    Evidence,
    Factor,
    Outcome,
    Severity,
    contradicted,
    not_applicable,
    verified,
)

_UNTOLD = not_applicable("Too little is known or counted to compare downloads, likes and age.")
_MANY = 100_000
_LIKED = 200
_REMEDY = "Ask the registry how the counts came about."


@check(code="PO006", attribute=Attribute.POPULARITY, factor=Factor.LIKES, severity=Severity.INFO)
def counts_plausible(registry: Registry, clock: Clock) -> Outcome:
    """Downloads, likes and age fit together.

    What it asks: whether a model with very many downloads has no like at all, or one with many likes hardly any download.
    Why it matters: popularity is trusted, and therefore faked.
    Evidence: the registry's counts; the day the model was created.
    Remedy: ask the registry how the counts came about.
    Limits: build servers download unknown models, and announced models are liked before they are used: a hint, no proof.
    Source: this project; Jiang et al., ICSE 2023: typosquatting and squatting.
    """
    downloads, likes = registry.downloads, registry.likes
    if downloads is None or likes is None or (downloads < _MANY and likes < _LIKED):
        return _UNTOLD
    age = (clock.today - registry.created.date()).days if registry.created is not None else None
    told = f"{downloads:,} downloads in 30 days and {likes:,} likes"
    if likes == 0 or (likes >= _LIKED and downloads == 0 and (age or 0) > 30):
        return contradicted(
            f"{told} do not fit together.",
            Evidence(told),
            claim=Claim(f"{downloads:,} downloads"),
            remedy=_REMEDY,
            confidence=Confidence.LOW,
        )
    return verified(f"{told} are plausible together.")
