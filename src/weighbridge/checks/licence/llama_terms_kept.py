"""LI022: a model made from Llama 3 or later bears its name."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.identity import Identity
from weighbridge.facts.licence import Licence
from weighbridge.facts.lineage import Lineage
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

_OTHERS = not_applicable("Neither this model nor its declared base model is under a Llama 3 or Llama 4 licence.")
_OWNERS = frozenset({"meta-llama", "facebook", "meta"})
_LICENCES = frozenset({"llama3", "llama3.1", "llama3.2", "llama3.3", "llama4"})
_PREFIXES = ("llama-3", "meta-llama-3", "llama-4", "llama3")


@check(code="LI022", attribute=Attribute.LICENCE, factor=Factor.COMPATIBILITY, severity=Severity.LOW)
def llama_terms_kept(identity: Identity, licence: Licence, lineage: Lineage) -> Outcome:
    """A model made from Llama 3 or later bears its name.

    What it asks: whether the name of a model made with Llama 3 or later begins with "Llama".
    Why it matters: the licence makes it a condition of passing such a model on; without it the permission lapses.
    Evidence: the declared licence and base model; the model's name.
    Remedy: let the model's name begin with "Llama", and show "Built with Llama" in the card.
    Limits: "Meta-Llama-…" counts as beginning with it; folders on disk are left out; the notice "Built with Llama" is not looked for.
    Source: Llama 3 community licence, paragraph 1.b.i.
    """
    declared = next((term for term in licence.declared if term.identifier.lower() in _LICENCES), None)
    base = next((p for p in lineage.parents if p.name.lower().rpartition("/")[2].startswith(_PREFIXES)), None)
    owner = identity.ref.owner.lower()
    # A folder on disk is named by whoever keeps it.
    if (declared is None and base is None) or not owner or owner in _OWNERS:
        return _OTHERS
    name = identity.ref.short_name
    reason = f"license: {declared.identifier}" if declared is not None else f"made from {base.name if base else ''}"
    where = declared.where if declared is not None else base.where if base is not None else None
    if name.lower().startswith(("llama", "meta-llama")):
        return verified(f"{name} begins with “Llama”.", Evidence(reason, where))
    return contradicted(
        f"The licence of Llama 3 and later asks that the name begin with “Llama”; it is {name}.",
        Evidence(f"name: {name}"),
        claim=Claim(reason, where),
        remedy="Let the model's name begin with “Llama”, and show “Built with Llama” in the card.",
        confidence=Confidence.MEDIUM,
    )
