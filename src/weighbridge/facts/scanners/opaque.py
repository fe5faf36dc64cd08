"""Formats whose loader runs what the file says in a language that is not read here: told by their first bytes."""

from __future__ import annotations

from collections.abc import Iterator

from weighbridge.facts.scan import Observation
from weighbridge.facts.scanners.magics import kind_of
from weighbridge.facts.scanners.subject import Subject

_WHAT = {
    "TensorRT engine": "holds compiled kernels and plugins that run on the machine that loads it",
    "R workspace": "loading it may evaluate promises and active bindings",
    "R object": "loading it may evaluate promises and active bindings",
    "Torch7 object": "loading it runs the Lua functions that it holds",
    "Python bytecode": "importing it runs it",
}


def scan(subject: Subject) -> Iterator[Observation]:
    """Yield that the format acts and cannot be proven safe."""
    kind = kind_of(subject)
    text = f"{kind}: {_WHAT.get(kind, 'a program that is not read here')}"
    yield subject.observe("opaque.format", kind, text, subject.where(offset=0))
