"""SE037: code that lies in archives only computes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from weighbridge.checks.contract import check
from weighbridge.checks.security.code_rules import alarms
from weighbridge.facts.remote_code import CodeFile, Purpose, Reach, Seen
from weighbridge.facts.scan import FileScan, Scan
from weighbridge.model import Attribute, Factor, Outcome, Severity, not_applicable, unknown, verified

_KINDS = (
    "python.process", "python.dynamic-code", "python.decoded-code", "python.downloaded-code", "python.downloaded-data",
    "python.exfiltration", "python.attack-command", "python.persistence", "python.credential-file", "python.obfuscated",
    "python.native-code", "python.file-removal", "python.hooks",
)  # fmt: skip
# Archives that a library loads as a model, and takes code out of; other archives are unpacked by hand.
_LOADED = (".mar", ".pt", ".pth", ".pt2", ".bin", ".ckpt", ".nemo", ".keras", ".skops")


@check(code="SE037", attribute=Attribute.SECURITY, factor=Factor.CODE_EXECUTION, severity=Severity.CRITICAL)
def packed_code_harmless(scan: Scan) -> Sequence[Outcome]:
    """Code that lies in archives only computes.

    What it asks: whether Python in TorchServe archives, packages of `torch.package` and other archives runs programs, runs text or
        fetched data as code, reads credentials or sends secrets.
    Why it matters: TorchServe runs the handler of a `.mar` file, `torch.package` imports the modules of a package, and other archives are
        unpacked to be run.
    Evidence: the syntax trees of the Python files in archives, with the place and the expression.
    Remedy: drop the call, or publish the code where it can be read.
    Limits: in archives that no library loads code from, only what attacks whoever runs it is told; a module's own functions count as used.
    Source: TorchServe and torch.package documentation; this project's threat catalogue, 23 and 40.
    """
    files = [(file, _code(file)) for file in scan.files]
    packed = [(file, code) for file, code in files if code is not None]
    if not packed:
        return [not_applicable("No code lies in an archive.")]
    found = list(
        alarms((code for _, code in packed), _KINDS, "Drop the call, or publish the code where it can be read.")
    )
    whole = [file for file, _ in packed if not file.incomplete]
    if found:
        return found
    if not whole:
        return [unknown(f"{packed[0][0].path} could not be looked at to its end: {packed[0][0].incomplete}.")]
    return [verified(f"The code that lies in archives only computes ({len(whole):,} archives looked at).")]


def _code(file: FileScan) -> CodeFile | None:
    """Return a file's packed code, None where it holds none."""
    if "python_files" not in file.scanners or file.path.endswith(".py"):
        return None
    purpose = Purpose.LOADING if file.path.lower().endswith(_LOADED) else Purpose.SCRIPT
    return CodeFile(file.path, purpose, (file.path,), tuple(_seen(file)))


def _seen(file: FileScan) -> Iterator[Seen]:
    for observation in file.observations:
        if observation.kind.startswith("python.") and observation.where.member:
            is_import = observation.details.get("at") == "import"
            yield Seen(observation, Reach.IMPORT if is_import else Reach.USE)
