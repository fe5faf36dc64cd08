"""PV050: the base model is declared."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.identity import Identity
from weighbridge.facts.lineage import Lineage
from weighbridge.facts.manifest import Manifest
from weighbridge.facts.metadata import Metadata
from weighbridge.model import (
    Attribute,
    Claim,
    Factor,
    Outcome,
    Severity,
    claimed,
    missing,
    not_applicable,
)

_NO_SIGN = not_applicable("Nothing says that the model was made from another one.")
_MISSING_REMEDY = "Add `base_model:` with the id of the model that this one was made from to the front matter."
_PARTS = {
    "adapter_config.json": "the files are an adapter",
    "mergekit_config.yml": "the files are a merge",
    "mergekit_config.yaml": "the files are a merge",
}


@check(code="PV050", attribute=Attribute.PROVENANCE, factor=Factor.LINEAGE, severity=Severity.MEDIUM)
def base_model_declared(
    lineage: Lineage, identity: Identity, manifest: Manifest | None, metadata: Metadata | None
) -> Outcome:
    """The base model is declared.

    What it asks: whether a model that was made from another one (adapter, quantised, fine-tuned, merged) says from which.
    Why it matters: faults, back doors, licences and biases of the base model come along.
    Evidence: `base_model` in the front matter; adapter and merge configurations; GGUF metadata; sentences of the card.
    Remedy: add `base_model:` with the id of the model that this one was made from to the front matter.
    Limits: a fine-tuned model whose card is silent cannot be told from one trained from scratch.
    Source: this project; Jiang et al., ICSE 2023, Table IV: dependencies.
    """
    if lineage.parents:
        first = lineage.parents[0]
        names = ", ".join(dict.fromkeys(parent.name for parent in lineage.parents[:5]))
        is_in_front_matter = metadata is None or "base_model" in metadata.values or first.where is None
        if is_in_front_matter:
            return claimed(f"Made from {names}.", claim=Claim(first.name, first.where))
        return claimed(
            f"Made from {names}, but the front matter does not say so.",
            claim=Claim(first.name, first.where),
            grade=0.6,
            remedy=_MISSING_REMEDY,
        )
    sign = _sign(identity, manifest)
    if not sign:
        return _NO_SIGN
    return missing(f"No base model is declared, although {sign}.", remedy=_MISSING_REMEDY)


def _sign(identity: Identity, manifest: Manifest | None) -> str:
    if manifest is not None:
        for name, sign in _PARTS.items():
            if name in manifest:
                return sign
    return f"the name says {identity.quantisation}" if identity.quantisation else ""
