"""SE010: TensorFlow graphs compute, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from weighbridge.checks.contract import check
from weighbridge.checks.security.judging import DANGEROUS, MALICIOUS, REVIEW, judge
from weighbridge.facts.scan import Observation, Scan
from weighbridge.facts.scanners.tensorflow import reach_of
from weighbridge.model import Attribute, Factor, Outcome, Severity

_GRAVITY = {
    "tensorflow.python": MALICIOUS,
    "tensorflow.file": DANGEROUS,
    "tensorflow.network": DANGEROUS,
    "tensorflow.reader": REVIEW,
    "tensorflow.print": REVIEW,
    "tensorflow.custom": REVIEW,
}


@check(code="SE010", attribute=Attribute.SECURITY, factor=Factor.CODE_EXECUTION, severity=Severity.CRITICAL)
def graph_stays_in_itself(scan: Scan) -> Sequence[Outcome]:
    """TensorFlow graphs compute, and nothing else.

    What it asks: whether a graph, in any of its functions, runs Python, reaches files or other machines, or needs operators that TensorFlow
        does not have.
    Why it matters: a SavedModel is a program: operators read and write files with the user's rights as soon as the graph runs.
    Evidence: every operator with its constant arguments; saving and restoring of the model itself, whose file the caller names, is normal.
    Remedy: export the graph without operators that reach beyond it; preprocess outside the graph.
    Limits: an operator whose arguments are computed is told without them; Python functions run only where they are registered.
    Source: Zhu et al., TensorAbuse, 2024; TensorFlow security policy; this project's threat catalogue, 31.
    """
    return judge(
        scan,
        scanners=(
            "tensorflow",
            "text_graphs",
            "tflite",
        ),
        kinds=(
            "tensorflow.",
            "tflite.",
        ),
        level=_level,
        remedy="Export the graph without operators that reach beyond it.",
        clean="No operator reaches beyond the graph.",
    )


def _level(observation: Observation) -> Severity | None:
    if observation.kind.startswith("tflite."):
        return _GRAVITY.get(reach_of(observation.subject))
    return _GRAVITY.get(observation.kind, REVIEW)
