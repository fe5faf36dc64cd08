"""SE008: Keras models are built of Keras's own layers."""

from __future__ import annotations

from collections.abc import Sequence

from weighbridge.checks.contract import check
from weighbridge.checks.security.judging import DANGEROUS, MALICIOUS, NOTE, REVIEW, judge
from weighbridge.checks.security.targets import danger_of
from weighbridge.facts.scan import Observation, Scan
from weighbridge.model import Attribute, Factor, Outcome, Severity

# What would be called, looked up by a bare name: of Python's own functions these act.
_BUILTINS = frozenset({"exec", "eval", "compile", "open", "input", "getattr", "setattr", "delattr", "globals", "locals", "vars",
                       "__import__", "breakpoint", "system", "popen", "Popen", "run", "call", "check_output", "exit", "quit"})  # fmt: skip


@check(code="SE008", attribute=Attribute.SECURITY, factor=Factor.CODE_EXECUTION, severity=Severity.CRITICAL)
def keras_builds_plain_layers(scan: Scan) -> Sequence[Outcome]:
    """Keras models are built of Keras's own layers.

    What it asks: whether a Keras configuration, anywhere in its tree, holds Python bytecode, names modules or functions outside Keras, or
        calls the parts of Keras that fetch, read files or unpickle.
    Why it matters: loading builds what the configuration says: a Lambda layer is bytecode that runs, a foreign module is imported by name.
    Evidence: every object of the configuration in `.keras`, HDF5, `keras_metadata.pb` and architecture JSON.
    Remedy: replace Lambda layers and foreign functions by layers of Keras; register custom layers and publish their code.
    Limits: newer Keras refuses some of this in safe mode, which HDF5 files do not have; a custom layer's own code is not in the file.
    Source: CVE-2024-3660, CVE-2025-1550, CVE-2025-9905, CVE-2025-9906, CVE-2025-12058; Keras documentation, serialization.
    """
    return judge(
        scan,
        scanners=(
            "keras",
            "keras_metadata",
        ),
        kinds=("keras.",),
        level=_level,
        remedy="Replace Lambda layers and foreign functions by Keras's own layers, or publish their code.",
        clean="Only layers and functions of Keras.",
    )


def _level(observation: Observation) -> Severity | None:
    kind, subject = observation.kind, observation.subject
    if kind == "keras.lambda":
        return DANGEROUS if observation.details.get("bytecode") is False else MALICIOUS
    if kind == "keras.foreign":
        danger = danger_of(subject)
        return MALICIOUS if danger is not None and danger >= DANGEROUS else REVIEW
    if kind in ("keras.name", "keras.custom"):
        return MALICIOUS if subject in _BUILTINS else NOTE if kind == "keras.custom" else None
    if kind == "keras.gadget":
        return MALICIOUS
    if kind == "keras.file":
        return DANGEROUS if subject.startswith(("/", "~", "\\")) or ".." in subject or ":" in subject else REVIEW
    return REVIEW
