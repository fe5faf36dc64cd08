"""SE019: no executables come with the model."""

from __future__ import annotations

from collections.abc import Sequence

from weighbridge.checks.contract import check
from weighbridge.checks.security.judging import DANGEROUS, NOTE, REVIEW, judge
from weighbridge.facts.scan import Observation, Scan
from weighbridge.model import Attribute, Factor, Outcome, Severity


@check(code="SE019", attribute=Attribute.SECURITY, factor=Factor.CODE_EXECUTION, severity=Severity.HIGH)
def no_native_executables(scan: Scan) -> Sequence[Outcome]:
    """No executables come with the model.

    What it asks: whether a file, a member of an archive, a hole between tensors or a tensor itself is a native program, library or script.
    Why it matters: a model needs none; inside an archive that a loader unpacks, or where nothing should be, it is there to be found by
        something else.
    Evidence: the headers of ELF, PE, Mach-O and APE images, checked for structure, and the first line of scripts.
    Remedy: publish source instead, or programs as a release of their own.
    Limits: what the program does is not looked at; llamafiles are programs by design.
    Source: Wang et al., EvilModel, 2021; this project's threat catalogue, 23 and 45.
    """
    return judge(
        scan,
        scanners=(
            "executables",
            "archives",
            "safetensors",
        ),
        kinds=("executable.",),
        level=_level,
        remedy="Publish source instead, or programs as a release of their own.",
        clean="No executable lies where one should not.",
    )


def _level(observation: Observation) -> Severity | None:
    kind, details = observation.kind, observation.details
    if kind == "executable.hidden":
        return DANGEROUS
    if details.get("container") == "torch" and kind != "executable.script":
        return DANGEROUS
    if kind == "executable.script":
        return REVIEW if details.get("container") else NOTE
    return NOTE if str(details.get("name", "")).endswith(".llamafile") else REVIEW
