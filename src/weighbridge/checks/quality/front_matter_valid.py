"""QU003: the front matter can be read."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.metadata import Metadata
from weighbridge.model import (
    Attribute,
    Claim,
    Evidence,
    Factor,
    Outcome,
    Severity,
    contradicted,
    missing,
    verified,
)

_MISSING = missing(
    "The card has no front matter.",
    remedy="Begin the card with front matter: `license`, `pipeline_tag`, `library_name`, `tags`.",
)
_VALID = verified("The front matter is read without a problem.")


@check(code="QU003", attribute=Attribute.QUALITY, factor=Factor.DOCUMENTATION, severity=Severity.MEDIUM)
def front_matter_valid(metadata: Metadata) -> Outcome:
    """The front matter can be read.

    What it asks: whether the card's front matter is YAML that all readers understand alike.
    Why it matters: broken front matter takes licence, task and base model out of the registry's sight.
    Evidence: the card's first lines as parsed; keys that stand twice; values that YAML reads otherwise than they look.
    Remedy: correct the lines named.
    Limits: whether the values are true is asked by other checks.
    Source: Hugging Face Hub, model card metadata; this project.
    """
    if metadata.problems:
        first = metadata.problems[0]
        more = f" ({len(metadata.problems)} problems)" if len(metadata.problems) > 1 else ""
        return contradicted(
            f"The front matter: {first.message}{more}.",
            *[Evidence(f"{problem.message} {problem.where}".strip()) for problem in metadata.problems[:5]],
            claim=Claim("front matter", metadata.where()),
            remedy="Correct the lines named.",
            # Read all the same, or not at all.
            severity=Severity.LOW if metadata.values else None,
        )
    return _VALID if metadata.values else _MISSING
