"""SE009: everything a model file refers to lies in the repository."""

from __future__ import annotations

from collections.abc import Sequence

from weighbridge.checks.contract import check
from weighbridge.checks.security.judging import DANGEROUS, NOTE, REVIEW, judge
from weighbridge.facts.scan import Observation, Scan
from weighbridge.model import Attribute, Factor, Outcome, Severity

_GRAVITY = {
    "external.outside": DANGEROUS,
    "external.address": REVIEW,
    "external.range": REVIEW,
    "external.beside": NOTE,
}


@check(code="SE009", attribute=Attribute.SECURITY, factor=Factor.CODE_EXECUTION, severity=Severity.HIGH)
def data_lie_inside(scan: Scan) -> Sequence[Outcome]:
    """Everything a model file refers to lies in the repository.

    What it asks: whether external data of ONNX, external links and storage of HDF5, or a shard index name files outside the model's folder
        or addresses on the network.
    Why it matters: loading reads what stands at that path on the user's machine, and the model can carry it out again in its answers.
    Evidence: the references of every weight file and shard index, normalised.
    Remedy: store the data in the repository and refer to them by a relative path.
    Limits: whether a runtime refuses such paths depends on its version.
    Source: CVE-2022-25882, CVE-2024-27318, CVE-2025-51480 (ONNX); CVE-2026-1669 (HDF5); this project's threat catalogue, 30, 32, 46.
    """
    return judge(
        scan,
        scanners=(
            "onnx",
            "keras",
            "documents",
            "coreml",
        ),
        kinds=("external.",),
        level=_level,
        remedy="Store the data in the repository and refer to them by a relative path.",
        clean="No reference leads out of the model's folder.",
    )


def _level(observation: Observation) -> Severity | None:
    return _GRAVITY.get(observation.kind, REVIEW)
