"""RP043: the versions of the libraries that made the model are stated."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.environment import Environment
from weighbridge.model import Attribute, Factor, Outcome, Severity, claimed, missing

_MISSING = missing(
    "No library version is stated.",
    remedy="Add a “Framework versions” list to the card, or save the model with a current library version.",
)


@check(code="RP043", attribute=Attribute.REPRODUCIBILITY, factor=Factor.ENVIRONMENT_IMAGE, severity=Severity.LOW)
def framework_versions_stated(environment: Environment) -> Outcome:
    """The versions of the libraries that made the model are stated.

    What it asks: whether configuration, card or file metadata name the version of at least one library.
    Why it matters: it is the cheapest hint at the environment, and often the only one.
    Evidence: `transformers_version` and its like in configurations; "Framework versions" in the card; file producers.
    Remedy: add a "Framework versions" list to the card, or save the model with a current library version.
    Limits: the version that saved the file need not be the one that trained the model.
    Source: EU AI Act, Annex XII 1(f): versions of relevant software; Jiang et al., ICSE 2023, Table I.
    """
    if not environment.versions:
        return _MISSING
    told = ", ".join(f"{name} {version}" for name, version in sorted(environment.versions.items())[:6])
    return claimed(f"Made with {told}.")
