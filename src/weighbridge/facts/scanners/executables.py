"""Native executables, libraries and scripts: told by structure, because two letters alone stand in many a weight file."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from weighbridge.facts.scan import Observation
from weighbridge.facts.scanners.subject import Subject
from weighbridge.model.units import with_article

_ELF_TYPES = {1: "object file", 2: "program", 3: "shared library or program", 4: "core dump"}
_MACH = {0xFEEDFACE: "<", 0xFEEDFACF: "<", 0xCEFAEDFE: ">", 0xCFFAEDFE: ">"}
_MACH_TYPES = range(1, 13)
_FAT = (0xCAFEBABE, 0xCAFEBABF)
# The stub with which programs begin that run on every system, such as llamafiles.
_APE = (b"MZqFpD='", b"jartsr='", b"APEDBG='")
_SHELLS = (
    b"sh",
    b"bash",
    b"zsh",
    b"dash",
    b"ksh",
    b"perl",
    b"ruby",
    b"node",
    b"php",
    b"pwsh",
    b"lua",
    b"osascript",
    b"env",
)


def scan(subject: Subject) -> Iterator[Observation]:
    """Yield what kind of executable the content is."""
    kind = executable_kind(subject.head, subject.size)
    if kind:
        name = kind.partition(" ")[0].lower()
        where, container = subject.where(offset=0), subject.container
        told = with_article(kind)
        yield subject.observe(f"executable.{name}", name, told, where, name=subject.name, container=container)


def executable_kind(head: bytes, size: int) -> str:
    """Return the kind of an executable by its header: `ELF program`, `PE …`, `Mach-O …`, `APE …`, `script …`; empty for none."""
    if head.startswith(_APE):
        return "APE program that runs on every system"
    if head.startswith(b"\x7fELF"):
        return _elf(head)
    if head.startswith(b"MZ"):
        return _pe(head, size)
    if head.startswith(b"#!"):
        return _script(head)
    return _mach(head)


def _elf(head: bytes) -> str:
    if len(head) < 20 or head[4] not in (1, 2) or head[5] not in (1, 2) or head[6] != 1:
        return ""
    kind, machine = struct.unpack_from("<HH" if head[5] == 1 else ">HH", head, 16)
    if kind in _ELF_TYPES and 0 < machine < 0x200:
        return f"ELF {_ELF_TYPES[kind]}"
    # The identification alone, padded as it has to be, is twelve given bytes: no number in a tensor looks so.
    return "" if any(head[9:16]) else "ELF image"


def _pe(head: bytes, size: int) -> str:
    if len(head) < 64:
        return "PE stub" if size < 128 else ""
    at = int.from_bytes(head[60:64], "little")
    if head[at : at + 4] == b"PE\0\0":
        return "PE program or library"
    # Before Windows: the DOS header's own fields have to make sense, and its message is nearly always there.
    return "PE program for DOS" if b"This program " in head[64:512] else ""


def _mach(head: bytes) -> str:
    if len(head) < 32:
        return ""
    magic = int.from_bytes(head[:4], "little")
    if magic in _MACH:
        order = _MACH[magic]
        kind = struct.unpack_from(f"{order}I", head, 12)[0]
        return "Mach-O program or library" if kind in _MACH_TYPES else ""
    big = int.from_bytes(head[:4], "big")
    count = int.from_bytes(head[4:8], "big")
    return "Mach-O program or library for several processors" if big in _FAT and 0 < count < 20 else ""


def _script(head: bytes) -> str:
    line = head[2:256].partition(b"\n")[0].strip()
    words = line.split()
    if not words or not words[0].startswith(b"/"):
        return ""
    called = [word.rpartition(b"/")[2] for word in words]
    if any(b"python" in word for word in called[:3]):
        return ""  # read as Python instead
    return "script for another interpreter" if any(word in _SHELLS for word in called[:3]) else ""


def find_executable(data: bytes) -> tuple[int, str] | None:
    """Return where in some bytes an executable's header stands, and its kind; None where there is none.

    A bare `MZ` or `#!` is no header: the whole structure has to be there.
    """
    for magic in (b"\x7fELF", b"MZ", b"#!/", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe"):
        at = data.find(magic)
        while at >= 0:
            kind = executable_kind(data[at : at + 4096], len(data) - at)
            if kind:
                return at, kind
            at = data.find(magic, at + 1)
    return None
