"""SE003: pickles name what they use, plainly."""

from __future__ import annotations

from collections.abc import Sequence

from weighbridge.checks.contract import check
from weighbridge.checks.security.judging import DANGEROUS, MALICIOUS, judge
from weighbridge.checks.security.pickle_policy import SEVERITIES, is_known_method_called, judge_dotted
from weighbridge.facts.scan import Observation, Scan
from weighbridge.model import Attribute, Factor, Outcome, Severity


@check(code="SE003", attribute=Attribute.SECURITY, factor=Factor.CODE_EXECUTION, severity=Severity.CRITICAL)
def pickle_structure(scan: Scan) -> Sequence[Outcome]:
    """Pickles name what they use, plainly.

    What it asks: whether a pickle puts together the name of what it imports, reaches through one module for another, calls what
    a call returned, changes something that it imported, or takes names from the extension registry by number.
    Why it matters: picklers never write that; it is how a payload is hidden from scanners that compare names.
    Evidence: the opcodes, with the values that they would have on the stack.
    Remedy: write the file anew with the library's own save function; users: do not load the file.
    Limits: an extension's number means what the loading program registered, which a file does not tell.
    Source: CVE-2025-1716 and its kin; arXiv 2508.19774; this project's threat catalogue, 3 to 6 and 8.
    """
    return judge(
        scan,
        scanners=("pickles",),
        kinds=("pickle.structure",),
        level=_level,
        remedy="Write the file anew with the library's own save function; users: do not load the file.",
        clean="Pickles name what they use, plainly.",
    )


def _level(observation: Observation) -> Severity | None:
    path, expression = observation.details["path"], observation.details["expression"]
    if observation.subject.startswith("extension"):
        return DANGEROUS
    if observation.subject == "computed call" and is_known_method_called(expression):
        return None
    if observation.subject == path:
        return SEVERITIES[judge_dotted(path, observation.details["name"]).level]
    return MALICIOUS
