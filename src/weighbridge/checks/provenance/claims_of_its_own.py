"""PV039: the figures are not those of the base model's card."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.claims import PerformanceClaim, PerformanceClaims, canonical_metric
from weighbridge.facts.metrics import plain_dataset, plain_split
from weighbridge.facts.surroundings import Surroundings
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
    unknown,
    verified,
)

# One figure may be the same by chance; two with digits hardly.
SAME_BY_CHANCE = 1

_NONE = not_applicable("There are no figures of this model and of a base model to compare.")

_NOT_ASKED = unknown("The base model's card was not looked up: offline, or the registry did not answer.")


@check(code="PV039", attribute=Attribute.PROVENANCE, factor=Factor.PERFORMANCE_TABLE, severity=Severity.MEDIUM)
def claims_of_its_own(claims: PerformanceClaims, surroundings: Surroundings | None) -> Outcome:
    """The figures are not those of the base model's card.

    What it asks: whether figures with digits behind the point stand, for the same metric and data, in the base model's card too.
    Why it matters: a fine-tuned, quantised or merged model has other weights; a copied figure was not measured on them.
    Evidence: the figures of this model and of its declared base models, compared by metric, data set, split and value as written.
    Remedy: measure the published weights, or say that the figures are the base model's.
    Limits: figures without digits are not compared; a single agreeing one counts as chance; the card may say that it quotes.
    Source: this project; Jiang et al., ICSE 2023, Table III: discrepancies.
    """
    own = {_key(claim): claim for claim in claims.claims if claim.decimals and claim.metric}
    if not own:
        return _NONE
    if surroundings is None:
        return _NOT_ASKED
    compared = False
    for parent in surroundings.parents.values():
        if parent.claims is None or not parent.claims.claims:
            continue
        compared = True
        same = [claim for claim in parent.claims.claims if _key(claim) in own]
        if len({_key(claim) for claim in same}) > SAME_BY_CHANCE:
            first = own[_key(same[0])]
            return contradicted(
                f"{len(same)} of {len(own)} figures are those of {parent.name}, digit for digit.",
                *(Evidence(f"{parent.name}: {c.metric} {c.text} {c.dataset}".strip()) for c in same[:5]),
                claim=Claim(f"{first.metric} {first.text}", first.where),
                remedy="Measure the published weights, or say that the figures are the base model's.",
                confidence=Confidence.MEDIUM,
            )
    return verified("The figures are not those of the base model's card.") if compared else _NONE


def _key(claim: PerformanceClaim) -> tuple[str, ...]:
    metric = canonical_metric(claim.metric) or claim.metric.lower()
    return (metric, plain_dataset(claim.dataset), plain_split(claim.split), f"{claim.value:.{claim.decimals}f}")
