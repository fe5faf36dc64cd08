"""safetensors: a header that departs from the format, and what lies where no tensor is."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from weighbridge.facts.scan import Observation
from weighbridge.facts.scanners.executables import find_executable
from weighbridge.facts.scanners.subject import Subject
from weighbridge.formats.binary import Window
from weighbridge.model import Inspection
from weighbridge.model.units import with_article

_HOLE = 16 * 1024 * 1024
_HOLES = 200
_PROBLEMS = 20
# What the header's own problems say of holes and trailing bytes is told by looking at them.
_TOLD_HERE = ("belong to no tensor", "follow the last tensor")
# A script in the metadata is not run by any loader, but stands there for somebody to copy.
_SCRIPTS = ("import os", "import subprocess", "__import__(", "eval(", "exec(", "<script", "curl ", "wget ", "powershell",
            "rm -rf", "/bin/sh", "/bin/bash", "base64 -d", "os.system", "subprocess.")  # fmt: skip


def scan(subject: Subject) -> Iterator[Observation]:
    """Yield departures from the format, and what holes hold. Raises `FormatError` when the header cannot be read."""
    inspection = subject.inspect()
    for problem in inspection.problems[:_PROBLEMS]:
        if not any(words in problem.message for words in _TOLD_HERE):
            kind = "cut" if "cut off" in problem.message else "header"
            yield subject.observe(f"safetensors.{kind}", kind, problem.message)
    for start, end in list(_holes(subject, inspection))[:_HOLES]:
        yield from _hole(subject, start, end)
    for key, value in inspection.metadata.items():
        found = next((words for words in _SCRIPTS if isinstance(value, str) and words in value), "")
        if found:
            where = subject.where(pointer=f"/__metadata__/{key}")
            yield subject.observe("metadata.script", found, f"the metadata's {key} holds what looks like code", where)


def _holes(subject: Subject, inspection: Inspection) -> Iterator[tuple[int, int]]:
    """Yield the ranges behind the header that belong to no tensor."""
    at = 8 + int.from_bytes(subject.head[:8], "little")
    spans = sorted((tensor.offset or 0, (tensor.offset or 0) + tensor.nbytes) for tensor in inspection.tensors)
    for start, end in itertools.chain(spans, ((subject.size, subject.size),)):
        if at < start <= subject.size:
            yield at, start
        at = max(at, end)


def _hole(subject: Subject, start: int, end: int) -> Iterator[Observation]:
    data = subject.source.read_at(start, min(end - start, _HOLE))
    label = "trailing" if end == subject.size else "hole"
    found = find_executable(data)
    if found:
        at, kind = found
        text = f"{with_article(kind)} lies where no tensor is"
        yield subject.observe(
            "executable.hidden", kind.partition(" ")[0].lower(), text, subject.where(offset=start + at)
        )
    elif data.strip(b"\0"):
        text = f"{end - start:,} bytes that belong to no tensor"
        yield subject.observe(f"safetensors.{label}", label, text, subject.where(offset=start))
        subject.scan_inside(Window(subject.source, label, start, end - start), f"@{start:#x}", "gap")
    else:
        text = f"{end - start:,} empty bytes that belong to no tensor"
        yield subject.observe("safetensors.padding", label, text, subject.where(offset=start))
