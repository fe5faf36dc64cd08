"""SE034: scripts that come along attack nobody who runs them."""

from __future__ import annotations

from collections.abc import Sequence

from weighbridge.checks.contract import check
from weighbridge.checks.security.code_rules import answer
from weighbridge.facts.remote_code import CodeClosure, Purpose
from weighbridge.model import Attribute, Factor, Outcome, Severity, not_applicable

_NONE = not_applicable("No scripts come along.")
_KINDS = (
    "shell.attack", "python.process", "python.downloaded-code", "python.downloaded-data", "python.exfiltration",
    "python.attack-command", "python.persistence", "python.credential-file",
)  # fmt: skip
_INSTALLING = (*_KINDS, "python.decoded-code", "python.obfuscated")


@check(code="SE034", attribute=Attribute.SECURITY, factor=Factor.CODE_EXECUTION, severity=Severity.HIGH, version=2)
def install_scripts_harmless(closure: CodeClosure) -> Sequence[Outcome]:
    """Scripts that come along attack nobody who runs them.

    What it asks: whether `setup.py`, shell scripts, Docker files and Python scripts beside the model run code fetched from the network, open a
        shell to another machine, send secrets away, or write where they run again later.
    Why it matters: people follow the instructions of a model they have just found, and installing is running.
    Evidence: the commands of shell scripts and the syntax trees of Python files that loading does not lead to.
    Remedy: install released packages by name and version, and let people read what they run.
    Limits: a well-known installer that is piped into a shell is told as a note; other commands of a shell script are not judged.
    Source: OpenSSF Scorecard, Pinned-Dependencies; this project's threat catalogue, 41.
    """
    remedy = "Install released packages by name and version."
    installing, scripts = closure.of(Purpose.INSTALLING), closure.of(Purpose.SCRIPT)
    if not installing:
        return answer(scripts, _KINDS, remedy, "The scripts attack nobody who runs them.", _NONE)
    found = list(answer(installing, _INSTALLING, remedy, "The scripts attack nobody who runs them.", _NONE))
    return found + [outcome for outcome in answer(scripts, _KINDS, remedy, "", _NONE) if outcome.remedy]
