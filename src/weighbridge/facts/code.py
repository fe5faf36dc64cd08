"""Code that comes with the model: files, and the snippets in its card."""

from __future__ import annotations

import msgspec

from weighbridge.model import Location


class Snippet(msgspec.Struct, frozen=True):
    """A code block of the card, parsed: the model ids it loads, the classes it imports, whether it parses.

    `models` are string literals given to loading calls; `problem` is the syntax error, empty when it parses;
    `remote_code` is True when it passes `trust_remote_code=True`.
    """

    language: str
    line: int
    models: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    problem: str = ""
    remote_code: bool = False


class PythonFile(msgspec.Struct, frozen=True):
    """A Python file or a notebook of the repository, parsed but never run."""

    path: str
    imports: tuple[str, ...] = ()
    lines: int = 0
    problem: str = ""


class RemoteCode(msgspec.Struct, frozen=True):
    """A place that names code to be run on loading: `target` is `module.Class` or `other/repo--module.Class`."""

    target: str
    where: Location


class Code(msgspec.Struct, frozen=True):
    """All code that comes along. `demos` are notebooks, Gradio or Streamlit apps, widgets and linked Spaces or Colabs."""

    snippets: tuple[Snippet, ...] = ()
    files: tuple[PythonFile, ...] = ()
    remote: tuple[RemoteCode, ...] = ()
    demos: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
