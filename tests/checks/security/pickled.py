"""Pickles written opcode by opcode, none of which does anything, and what the checks say of them."""

from __future__ import annotations

import io
import zipfile

from weighbridge.checks.security.pickle_calls import pickle_calls
from weighbridge.checks.security.pickle_code import pickle_code
from weighbridge.checks.security.pickle_persistent_ids import pickle_persistent_ids
from weighbridge.checks.security.pickle_references import pickle_references
from weighbridge.checks.security.pickle_streams import pickle_streams
from weighbridge.checks.security.pickle_structure import pickle_structure
from weighbridge.facts.scan import FileScan, Scan
from weighbridge.facts.scanners.subject import Job, Subject
from weighbridge.facts.scanners.table import dispatch, scan_whole
from weighbridge.formats.binary import MemorySource
from weighbridge.model import Outcome, Severity, State

CHECKS = {
    check.code: check
    for check in (
        pickle_calls, pickle_references, pickle_structure, pickle_persistent_ids, pickle_code, pickle_streams,
    )
}  # fmt: skip


def scanned(data: bytes, path: str = "model.pkl") -> FileScan:
    """Return the scan of a file with such content."""
    job = Job(path, dispatch)
    scan_whole(Subject(MemorySource(path, data), job))
    return FileScan(path, tuple(job.scanners), job.observations, "; ".join(job.reasons), job.kind, job.is_model)


def outcomes(data: bytes, path: str = "model.pkl") -> list[tuple[str, Outcome]]:
    """Return what contradicts the safety of a file, with the check's code."""
    scan = Scan((scanned(data, path),))
    found = [(code, outcome) for code, check in CHECKS.items() for outcome in check.function(scan)]
    return [(code, outcome) for code, outcome in found if outcome.state is State.CONTRADICTED]


def alarms(data: bytes, path: str = "model.pkl") -> dict[str, Severity]:
    """Return the gravest severity that each check gives, no entry where it gives none."""
    worst: dict[str, Severity] = {}
    for code, outcome in outcomes(data, path):
        assert outcome.severity is not None
        worst[code] = max(worst.get(code, Severity.INFO), outcome.severity)
    return worst


def states(data: bytes, path: str = "model.pkl") -> dict[str, State]:
    """Return the state of each check's first outcome."""
    scan = Scan((scanned(data, path),))
    return {code: next(iter(check.function(scan))).state for code, check in CHECKS.items()}


def text(value: str) -> bytes:
    """Push a text."""
    raw = value.encode()
    return b"X" + len(raw).to_bytes(4, "little") + raw


def blob(value: bytes) -> bytes:
    """Push a byte string."""
    return b"B" + len(value).to_bytes(4, "little") + value


def name(path: str) -> bytes:
    """Push what a dotted path names."""
    module, _, last = path.rpartition(".")
    return f"c{module}\n{last}\n".encode()


def call(path: str, *arguments: bytes) -> bytes:
    """Push what a call returns; the arguments are opcodes that push them."""
    return name(path) + b"(" + b"".join(arguments) + b"tR"


def pickled(*opcodes: bytes) -> bytes:
    """Return a pickle of protocol 4."""
    return b"\x80\x04" + b"".join(opcodes) + b"."


def zipped(members: dict[str, bytes]) -> bytes:
    """Return a zip archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for member, data in members.items():
            archive.writestr(member, data)
    return buffer.getvalue()
