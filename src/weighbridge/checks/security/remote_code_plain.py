"""SE033: code shows what it does."""

from __future__ import annotations

from collections.abc import Sequence

from weighbridge.checks.contract import check
from weighbridge.checks.security.code_rules import answer
from weighbridge.facts.remote_code import CodeClosure, Purpose
from weighbridge.model import Attribute, Factor, Outcome, Severity, not_applicable

_NONE = not_applicable("The repository holds no Python.")
_KINDS = ("python.decoded-code", "python.obfuscated", "python.computed-import")


@check(code="SE033", attribute=Attribute.SECURITY, factor=Factor.CODE_EXECUTION, severity=Severity.CRITICAL, version=2)
def remote_code_plain(closure: CodeClosure) -> Sequence[Outcome]:
    """Code shows what it does.

    What it asks: whether Python runs text that it decodes first, reaches functions by names put together from pieces, climbs through the
        interpreter's inside, or hides behind the edge of the screen or behind characters that turn the direction of text.
    Why it matters: nobody hides what may be seen; a reader who looks the code over before trusting it is deceived.
    Evidence: the syntax trees of every Python file, with constants decoded as far as they are known, and the characters of its lines.
    Remedy: write the code plainly.
    Limits: code that is only hard to read is not told.
    Source: CVE-2021-42574 (Trojan Source); this project's threat catalogue, 40.
    """
    return answer(
        closure.of(Purpose.LOADING, Purpose.SCRIPT),
        _KINDS,
        "Write the code plainly.",
        "No Python hides what it does.",
        _NONE,
    )
