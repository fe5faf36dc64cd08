"""SE006: pickles are whole, and carry no others."""

from __future__ import annotations

from collections.abc import Sequence

from weighbridge.checks.contract import check
from weighbridge.checks.security.judging import DANGEROUS, NOTE, REVIEW, judge
from weighbridge.checks.security.pickle_policy import Level, holds_code, judge_call, judge_reference
from weighbridge.facts.scan import Observation, Scan
from weighbridge.model import Attribute, Factor, Outcome, Severity

# Of frames that end within an operand, or beyond the file, CPython's readers make different things.
_FLAWS = {
    "broken": REVIEW, "resumed": REVIEW, "protocol": REVIEW, "trailing": NOTE, "frame crossed": REVIEW, "frame beyond": REVIEW,
    "frame inside": NOTE, "frame unread": NOTE,
}  # fmt: skip


@check(code="SE006", attribute=Attribute.SECURITY, factor=Factor.CODE_EXECUTION, severity=Severity.HIGH, version=2)
def pickle_streams(scan: Scan) -> Sequence[Outcome]:
    """Pickles are whole, and carry no others that act.

    What it asks: whether a pickle breaks off, is followed by bytes that are none, declares its protocol twice, has frames
    on which readers disagree, or carries a pickle in a byte string or text that would act.
    Why it matters: a payload that stands before a break has run by then, and scanners that give up there miss it; a carried
    pickle runs when something unpickles it.
    Evidence: where an unpickler fails; what stands behind the last pickle; carried pickles, plain or encoded, interpreted.
    Remedy: write the file anew with the library's own save function; users: ask where the bytes come from before loading.
    Limits: strings encoded in other ways than base64, hexadecimal and zlib are not decoded.
    Source: the nullifAI samples of 2025; this project's threat catalogue, 11, 13 and 26.
    """
    return judge(
        scan,
        scanners=("pickles",),
        kinds=("pickle.flaw", "pickle.carried"),
        level=_level,
        remedy="Write the file anew with the library's own save function; users: ask where the bytes come from.",
        clean="Pickles are whole, and carry no others that act.",
    )


def _level(observation: Observation) -> Severity | None:
    if observation.kind == "pickle.flaw":
        return _FLAWS.get(observation.subject, REVIEW)
    return _carried(observation)


def _carried(observation: Observation) -> Severity | None:
    """Judge what a carried pickle would do: it takes somebody to unpickle it, so everything weighs less."""
    details = observation.details
    path, act = details["path"], details["act"]
    if act == "pickle.structure" or holds_code(path):
        return DANGEROUS
    if act == "pickle.call":
        level = judge_call(path, details["passed"], details["expression"], details["opcode"]).level
    elif act == "pickle.global":
        level = judge_reference(path).level
    else:
        return None
    return {Level.MALICIOUS: DANGEROUS, Level.DANGEROUS: REVIEW}.get(level)
