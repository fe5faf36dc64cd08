"""SE001: loading calls only what builds models."""

from __future__ import annotations

import re
from collections.abc import Sequence

from weighbridge.checks.contract import check
from weighbridge.checks.security.judging import MALICIOUS, judge
from weighbridge.checks.security.pickle_policy import SEVERITIES, holds_code, judge_call
from weighbridge.facts.scan import Observation, Scan
from weighbridge.model import Attribute, Factor, Outcome, Severity

_LEGACY_BYTES = re.compile(
    r"torch\.storage\._load_from_bytes\((?:<[\d,]+ bytes b['\"]\\x80\\x02\\x8a|_codecs\.encode\()"
)


@check(code="SE001", attribute=Attribute.SECURITY, factor=Factor.CODE_EXECUTION, severity=Severity.CRITICAL, version=3)
def pickle_calls(scan: Scan) -> Sequence[Outcome]:
    """Loading calls only what builds models.

    What it asks: whether a pickle, in whatever file or archive, calls anything but reconstructors and classes of known libraries, and whether it names a file or an address to one that would open it.
    Why it matters: a pickle is a program; loading it runs what it calls, with the rights of whoever loads it.
    Evidence: every call that an unpickler would make, reconstructed by interpreting the opcodes, with its place.
    Remedy: publish the weights as safetensors; users: do not load the file.
    Limits: classes of known libraries are taken for what they are made for; a function that is not known is to be reviewed.
    Source: Python documentation, pickle; CVE-2025-1716, CVE-2025-10157; this project's threat catalogue, 1 to 5 and 10.
    """
    return judge(
        scan,
        scanners=("pickles",),
        kinds=("pickle.call",),
        level=_level,
        remedy="Publish the weights as safetensors; users: do not load the file.",
        clean="Loading calls only what builds models.",
    )


def _level(observation: Observation) -> Severity | None:
    path = observation.details["path"]
    if holds_code(path):
        return None  # SE005 tells
    expression = observation.details["expression"]
    if path == "torch.storage._load_from_bytes" and not _LEGACY_BYTES.match(expression):
        return MALICIOUS
    return SEVERITIES[judge_call(path, observation.details["passed"], expression, observation.details["opcode"]).level]
