"""SE022: no file is of a format whose loading runs what it says."""

from __future__ import annotations

from collections.abc import Sequence

from weighbridge.checks.contract import check
from weighbridge.checks.security.judging import NOTE, REVIEW, judge
from weighbridge.facts.scan import Observation, Scan
from weighbridge.model import Attribute, Factor, Outcome, Severity


@check(code="SE022", attribute=Attribute.SECURITY, factor=Factor.CODE_EXECUTION, severity=Severity.MEDIUM)
def formats_can_be_proven_safe(scan: Scan) -> Sequence[Outcome]:
    """No file is of a format whose loading runs what it says.

    What it asks: whether a file is of a format that acts by design and is not read here: TensorRT engines, R and Torch7 objects, bytecode.
    Why it matters: such a file cannot be proven safe by looking at it from outside.
    Evidence: the first bytes of every file.
    Remedy: publish the model in a format that holds data alone beside it.
    Limits: that a file cannot be proven safe does not mean that it is not.
    Source: NVIDIA TensorRT documentation, security; CVE-2024-27322 (R); this project's threat catalogue, 52.
    """
    return judge(
        scan,
        scanners=(
            "opaque",
            "plain",
            "archives",
        ),
        kinds=("opaque.",),
        level=_level,
        remedy="Publish the model also in a format that holds data alone.",
        clean="No file is of such a format.",
    )


def _level(observation: Observation) -> Severity | None:
    return NOTE if "__pycache__" in observation.where.path else REVIEW
