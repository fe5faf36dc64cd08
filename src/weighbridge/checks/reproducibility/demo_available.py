"""RP020: there is something to try."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.code import Code
from weighbridge.facts.registry import Registry
from weighbridge.model import Attribute, Evidence, Factor, Outcome, Severity, claimed, missing, verified

_MISSING = missing(
    "No demo: no notebook, app, widget example or Space.",
    remedy="Link a Space or a notebook, or add `widget` examples to the front matter.",
)


@check(code="RP020", attribute=Attribute.REPRODUCIBILITY, factor=Factor.DEMOS, severity=Severity.LOW)
def demo_available(code: Code, registry: Registry | None) -> Outcome:
    """There is something to try.

    What it asks: whether a notebook, an app, a widget example, a Colab or a Space shows the model at work.
    Why it matters: a demo shows the expected input and output before anything is installed.
    Evidence: notebooks and apps in the repository, links in the card, Spaces counted by the registry.
    Remedy: link a Space or a notebook, or add `widget` examples to the front matter.
    Limits: a demo is found, not run.
    Source: Jiang et al., ICSE 2023, Table I: demos (5 of 12 participants).
    """
    if registry and registry.spaces:
        return verified(f"{registry.spaces:,} Spaces use the model.")
    if not code.demos:
        return _MISSING
    return claimed(f"A demo is there: {code.demos[0]}.", *(Evidence(demo) for demo in code.demos[:5]))
