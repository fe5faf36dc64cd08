"""LI006: terms of access and licence fit."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.licence import Licence, traits
from weighbridge.facts.metadata import Metadata
from weighbridge.facts.registry import Registry
from weighbridge.model import (
    Attribute,
    Claim,
    Evidence,
    Factor,
    Outcome,
    Severity,
    claimed,
    missing,
    not_applicable,
)

_OPEN = not_applicable("Access is not gated, or no registry stands behind the files.")
_UNDECLARED = missing(
    "Access is gated by terms, and no licence is declared.", remedy="Declare the licence under which access is granted."
)


@check(code="LI006", attribute=Attribute.LICENCE, factor=Factor.DECLARATION, severity=Severity.LOW)
def access_fits_licence(licence: Licence, registry: Registry | None, metadata: Metadata | None) -> Outcome:
    """Terms of access and licence fit.

    What it asks: whether a gated model declares a licence, and whether that licence alone would let everybody pass it on.
    Why it matters: who accepts terms on the registry's page is bound by them beside the licence.
    Evidence: the registry's `gated`; `extra_gated_prompt` in the front matter; the declared licence.
    Remedy: say in the card how the terms of access relate to the licence.
    Limits: the terms themselves are not read.
    Source: Hugging Face Hub, gated models.
    """
    gated = registry.gated if registry is not None else None
    if not gated:
        return _OPEN
    if not licence.declared:
        return _UNDECLARED
    term = licence.declared[0]
    known = traits(term.key) if term.key else None
    where = metadata.where("extra_gated_prompt") if metadata is not None else None
    claim = Claim(f"license: {term.identifier}", term.where)
    if known is not None and known.family in ("permissive", "public-domain"):
        return claimed(
            f"Access is gated ({gated}), although {term.identifier} lets everybody pass the model on.",
            Evidence(f"gated: {gated}", where),
            claim=claim,
            grade=0.5,
            remedy="Say in the card how the terms of access relate to the licence.",
        )
    return claimed(
        f"Access is gated ({gated}) under {term.identifier}.", Evidence(f"gated: {gated}", where), claim=claim
    )
