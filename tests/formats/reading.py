"""How the tests read a file from memory, and what every reader must survive."""

from __future__ import annotations

import msgspec

from weighbridge.errors import FormatError
from weighbridge.formats import identify, inspect
from weighbridge.formats.binary import MemorySource
from weighbridge.model import Inspection


def look(path: str, data: bytes) -> Inspection:
    """Inspect bytes under a name."""
    return inspect(MemorySource(path, data))


def messages(inspection: Inspection) -> str:
    """All that was wrong, one a line."""
    return "\n".join([problem.message for problem in inspection.problems])


def survive(path: str, data: bytes) -> Inspection | None:
    """Inspect; only `FormatError` may come out, and what comes back can be written as JSON."""
    identify(MemorySource(path, data))
    try:
        found = look(path, data)
    except FormatError:
        return None
    msgspec.json.encode(found)
    assert all(tensor.nbytes >= 0 for tensor in found.tensors)
    return found
