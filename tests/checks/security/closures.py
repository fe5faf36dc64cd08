"""Closures of code made by hand."""

from __future__ import annotations

from weighbridge.facts.remote_code import CodeClosure, CodeFile, Purpose, Reach, Seen
from weighbridge.facts.scan import Observation
from weighbridge.model import Location


def closure(
    kind: str = "",
    purpose: Purpose = Purpose.LOADING,
    reach: Reach = Reach.IMPORT,
    problem: str = "",
    **details: object,
) -> CodeClosure:
    found = Observation(kind, "os.system", "os.system('true')", Location("m.py", line=1), details=details)
    seen = (Seen(found, reach),) if kind else ()
    return CodeClosure((CodeFile("m.py", purpose, ("config.json names m.M", "m.py"), seen, problem),))
