"""RP031: the card tells how the figures were measured."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.card import Card
from weighbridge.facts.manifest import Manifest
from weighbridge.model import Attribute, Evidence, Factor, Location, Outcome, Severity, claimed, missing, verified

_TOOLS = ("lm-evaluation-harness", "lm_eval", "lighteval", "mteb", "opencompass", "bigcode-evaluation", "eval.py")
_SCRIPTS = ("eval.py", "evaluate.py", "evaluation.py", "run_eval.py", "run_evaluation.py", "test.py")
_MISSING = missing(
    "Nothing tells how the model was evaluated.",
    remedy="Name the evaluation tool with its version, or ship the evaluation script.",
)


@check(code="RP031", attribute=Attribute.REPRODUCIBILITY, factor=Factor.DOCUMENTATION, severity=Severity.LOW)
def evaluation_procedure_described(card: Card, manifest: Manifest | None) -> Outcome:
    """The card tells how the figures were measured.

    What it asks: whether an evaluation script is shipped, or the card names the tool or has an evaluation section.
    Why it matters: the same model scores 0.637 or 0.488 on MMLU depending on the harness.
    Evidence: evaluation scripts among the files; names of evaluation tools and headings in the card.
    Remedy: name the evaluation tool with its version, or ship the evaluation script.
    Limits: a script is found by its name and not run.
    Source: ML Code Completeness Checklist; EvalCards, comparability.
    """
    script = next((f.path for f in manifest.files if f.name in _SCRIPTS), "") if manifest else ""
    if script:
        return verified(f"The repository holds {script}.", Evidence(script, Location(script)))
    line = card.shows(*_TOOLS)
    if line is not None:
        return claimed(
            "The card names an evaluation tool.", Evidence("evaluation tool", Location(card.path, line=line))
        )
    section = card.section("evaluation", "evaluate", "testing")
    if section is None:
        return _MISSING
    where = Location(card.path, line=section.line)
    return claimed(f"Section “{section.title}”, without a tool.", Evidence(section.title, where), grade=0.5)
