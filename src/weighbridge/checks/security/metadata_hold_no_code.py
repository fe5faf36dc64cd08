"""SE013: metadata hold no code."""

from __future__ import annotations

from collections.abc import Sequence

from weighbridge.checks.contract import check
from weighbridge.checks.security.judging import REVIEW, judge
from weighbridge.facts.scan import Observation, Scan
from weighbridge.model import Attribute, Factor, Outcome, Severity


@check(code="SE013", attribute=Attribute.SECURITY, factor=Factor.CODE_EXECUTION, severity=Severity.MEDIUM)
def metadata_hold_no_code(scan: Scan) -> Sequence[Outcome]:
    """Metadata hold no code.

    What it asks: whether the free text in a weight file's header looks like commands or scripts.
    Why it matters: no loader runs it, but tools show it, and people and agents copy what they see.
    Evidence: words of shells, scripting languages and Python in the values of the metadata.
    Remedy: keep commands in the documentation.
    Limits: recognised by words; a training command that was noted for reproducibility looks the same.
    Source: this project's threat catalogue, 37 and 44.
    """
    return judge(
        scan,
        scanners=("safetensors",),
        kinds=("metadata.",),
        level=_level,
        remedy="Keep commands in the documentation.",
        clean="No metadata look like code.",
    )


def _level(_observation: Observation) -> Severity | None:
    return REVIEW
