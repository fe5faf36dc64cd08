"""SE023: TorchScript code computes, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from weighbridge.checks.contract import check
from weighbridge.checks.security.judging import DANGEROUS, REVIEW, judge
from weighbridge.facts.scan import Observation, Scan
from weighbridge.model import Attribute, Factor, Outcome, Severity


@check(code="SE023", attribute=Attribute.SECURITY, factor=Factor.CODE_EXECUTION, severity=Severity.HIGH)
def torchscript_stays_in_itself(scan: Scan) -> Sequence[Outcome]:
    """TorchScript code computes, and nothing else.

    What it asks: whether the code in a TorchScript archive calls operators that read or write files, reach other machines, or needs native
        classes.
    Why it matters: the code runs in PyTorch's own interpreter, which has operators for all of this.
    Evidence: every call in the code under `code/`.
    Remedy: export the model without such operators.
    Limits: recognised by the operators' names.
    Source: PyTorch security policy; this project's threat catalogue, 22.
    """
    return judge(
        scan,
        scanners=("torchscript",),
        kinds=("torchscript.",),
        level=_level,
        remedy="Export the model without such operators.",
        clean="No operator reaches beyond the model.",
    )


def _level(observation: Observation) -> Severity | None:
    return REVIEW if observation.kind == "torchscript.custom" else DANGEROUS
