"""SE035: notebooks attack nobody who runs them."""

from __future__ import annotations

from collections.abc import Sequence

from weighbridge.checks.contract import check
from weighbridge.checks.security.code_rules import answer
from weighbridge.facts.remote_code import CodeClosure, Purpose
from weighbridge.model import Attribute, Factor, Outcome, Severity, not_applicable

_NONE = not_applicable("No notebook comes along.")
_KINDS = (
    "shell.attack", "python.process", "python.downloaded-code", "python.downloaded-data", "python.exfiltration",
    "python.attack-command", "python.persistence", "python.credential-file", "python.decoded-code", "python.obfuscated",
)  # fmt: skip


@check(code="SE035", attribute=Attribute.SECURITY, factor=Factor.CODE_EXECUTION, severity=Severity.HIGH, version=2)
def notebooks_harmless(closure: CodeClosure) -> Sequence[Outcome]:
    """Notebooks attack nobody who runs them.

    What it asks: whether a cell runs code fetched from the network or decoded from a text, opens a shell to another machine, or sends secrets away.
    Why it matters: a notebook is run from its first cell to its last by people who want to see the model at work.
    Evidence: the code cells' syntax trees and their shell lines.
    Remedy: show what the model does with the libraries' own functions.
    Limits: installing packages and fetching files is what notebooks do, and no alarm.
    Source: this project's threat catalogue, 41.
    """
    return answer(
        closure.of(Purpose.NOTEBOOK),
        _KINDS,
        "Show what the model does with the libraries' own functions.",
        "The notebooks attack nobody who runs them.",
        _NONE,
    )
