"""SE012: safetensors and GGUF files hold tensors, and nothing beside them."""

from __future__ import annotations

from collections.abc import Sequence

from weighbridge.checks.contract import check
from weighbridge.checks.security.judging import NOTE, REVIEW, judge
from weighbridge.facts.scan import Observation, Scan
from weighbridge.model import Attribute, Factor, Outcome, Severity

_SLIGHT = frozenset({"safetensors.padding", "safetensors.cut", "gguf.malformed"})


@check(code="SE012", attribute=Attribute.SECURITY, factor=Factor.CODE_EXECUTION, severity=Severity.MEDIUM)
def tensor_files_hold_tensors(scan: Scan) -> Sequence[Outcome]:
    """Safetensors and GGUF files hold tensors, and nothing beside them.

    What it asks: whether the header follows the format, and whether bytes lie where no tensor is.
    Why it matters: what lies beside the tensors is loaded by nobody and checked by nobody: a place to hide in; a malformed header is a way to
        make two readers see two models.
    Evidence: the header compared with the format's own rules; the bytes of every hole.
    Remedy: write the file again with the format's own library.
    Limits: values of tensors are not looked at here.
    Source: safetensors format and its security audit by Trail of Bits, 2023; GGUF specification; this project's threat catalogue, 35, 37.
    """
    return judge(
        scan,
        scanners=(
            "safetensors",
            "gguf",
        ),
        kinds=(
            "safetensors.",
            "gguf.",
        ),
        level=_level,
        remedy="Write the file again with the format's own library.",
        clean="Headers follow the format, and no byte lies beside the tensors.",
    )


def _level(observation: Observation) -> Severity | None:
    return NOTE if observation.kind in _SLIGHT else REVIEW
