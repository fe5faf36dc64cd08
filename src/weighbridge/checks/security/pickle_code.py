"""SE005: pickles carry no code."""

from __future__ import annotations

from collections.abc import Sequence

from weighbridge.checks.contract import check
from weighbridge.checks.security.judging import DANGEROUS, MALICIOUS, judge
from weighbridge.checks.security.pickle_policy import holds_code
from weighbridge.facts.scan import Observation, Scan
from weighbridge.model import Attribute, Factor, Outcome, Severity


@check(code="SE005", attribute=Attribute.SECURITY, factor=Factor.CODE_EXECUTION, severity=Severity.CRITICAL)
def pickle_code(scan: Scan) -> Sequence[Outcome]:
    """Pickles carry no code.

    What it asks: whether a pickle makes functions of bytecode that it carries, as dill and cloudpickle write it.
    Why it matters: the bytecode runs when the function is called, and nobody reads bytecode.
    Evidence: calls of dill's, cloudpickle's and Python's own makers of code objects.
    Remedy: put functions into a module and publish its source; users: do not load the file.
    Limits: what the bytecode does is not told.
    Source: dill and cloudpickle sources; this project's threat catalogue, 12.
    """
    return judge(
        scan,
        scanners=("pickles",),
        kinds=("pickle.call", "pickle.global"),
        level=_level,
        remedy="Put functions into a module and publish its source; users: do not load the file.",
        clean="Pickles carry no code.",
    )


def _level(observation: Observation) -> Severity | None:
    if not holds_code(observation.details["path"]):
        return None
    return MALICIOUS if observation.kind == "pickle.call" else DANGEROUS
