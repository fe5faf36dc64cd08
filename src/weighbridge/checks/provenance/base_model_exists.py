"""PV052: the declared base models exist."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.lineage import Lineage
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

_NONE = not_applicable("No base model is declared.")
_NOT_ASKED = unknown("Whether the base model exists was not asked: offline, or the registry did not answer.")


@check(code="PV052", attribute=Attribute.PROVENANCE, factor=Factor.LINEAGE, severity=Severity.MEDIUM)
def base_model_exists(lineage: Lineage, surroundings: Surroundings | None) -> Outcome:
    """The declared base models exist.

    What it asks: whether the registry has the models that are declared as base.
    Why it matters: what a vanished or mistyped base model was cannot be checked; and a free name can be taken by anybody.
    Evidence: the declared base models; the registry's answer for each.
    Remedy: correct the id, or say where the base model is now.
    Limits: a private or gated model may look as if it did not exist.
    Source: this project; Jiang et al., ICSE 2023, Table IV.
    """
    if not lineage.parents:
        return _NONE
    if surroundings is None or not surroundings.parents:
        return _NOT_ASKED
    named = {parent.name: parent for parent in lineage.parents if parent.name in surroundings.parents}
    gone = [parent for name, parent in named.items() if surroundings.parents[name].exists is False]
    if gone:
        return contradicted(
            f"The registry has no model {', '.join(parent.name for parent in gone[:5])}.",
            *[Evidence(f"not found: {parent.name}") for parent in gone[:5]],
            claim=Claim(gone[0].name, gone[0].where),
            remedy="Correct the id, or say where the base model is now.",
            confidence=Confidence.MEDIUM,
        )
    if any(surroundings.parents[name].exists is None for name in named):
        return _NOT_ASKED
    renamed = [
        f"{name} is now {around.renamed_to}" for name, around in surroundings.parents.items() if around.renamed_to
    ]
    note = f" ({'; '.join(renamed[:3])})" if renamed else ""
    return verified(f"The registry has {', '.join(list(named)[:5])}{note}.", *[Evidence(text) for text in renamed[:3]])
