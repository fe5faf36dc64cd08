"""SE032: code that loading runs only computes."""

from __future__ import annotations

from collections.abc import Sequence

from weighbridge.checks.contract import check
from weighbridge.checks.security.code_rules import answer
from weighbridge.facts.remote_code import CodeClosure, Purpose
from weighbridge.model import Attribute, Evidence, Factor, Outcome, Severity, not_applicable, unknown

_NONE = not_applicable("Loading runs no code of this repository.")
_KINDS = (
    "python.process", "python.dynamic-code", "python.downloaded-code", "python.downloaded-data", "python.exfiltration",
    "python.attack-command", "python.persistence", "python.credential-file", "python.native-code",
    "python.deserialisation", "python.network", "python.hooks", "python.word", "python.file-removal",
    "python.server", "python.foreign-code", "python.environment-write", "python.evaluation",
)  # fmt: skip


@check(code="SE032", version=3, attribute=Attribute.SECURITY, factor=Factor.CODE_EXECUTION, severity=Severity.CRITICAL)
def remote_code_harmless(closure: CodeClosure) -> Sequence[Outcome]:
    """Code that loading runs only computes.

    What it asks: whether the Python that `auto_map`, custom pipelines, modules, `handler.py` and their like lead to runs programs, runs text
        or fetched data as code, reads credentials, sends secrets, opens a port, runs the code of another repository, sets variables that
        make other programs load something, or loads native code, and whether loading comes to that place.
    Why it matters: with `trust_remote_code=True` all of it runs with the rights of whoever loads the model.
    Evidence: the syntax trees of the entry points and of every file of the repository that they import, with the place, the expression and the way to it.
    Remedy: drop the call, or replace it by what the libraries offer; users: do not load the model with `trust_remote_code=True`.
    Limits: code is read, not run; a name that is only known at run time is not followed. To need remote code is no alarm.
    Source: transformers documentation, custom models; this project's threat catalogue, 38 and 42.
    """
    files = closure.of(Purpose.LOADING)
    if not files and closure.absent:
        return [_absent(closure)]
    return answer(
        files,
        _KINDS,
        "Drop the call, or replace it by what the libraries offer.",
        "The code that loading runs only computes.",
        _NONE,
    )


def _absent(closure: CodeClosure) -> Outcome:
    first = closure.absent[0]
    return unknown(
        f"{first.said_by}, which is not in this repository.",
        *(Evidence(entry.said_by, entry.where) for entry in closure.absent[:5]),
    )
