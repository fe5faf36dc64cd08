"""Where text leaves the program: results to standard output or a file, all else to standard error."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
import traceback
from pathlib import Path
from typing import TextIO, TypedDict

from weighbridge.errors import UsageError
from weighbridge.render.text import printable, redact


def emit(text: str, path: Path | None = None) -> None:
    """Write a result to a file, at once or not at all, or to standard output."""
    if path is None:
        _write_stdout(text)
    else:
        _write_file(text, path)


def emit_bytes(data: bytes, path: Path) -> None:
    """Write a result that is no text to a file, at once or not at all."""
    _write_bytes(data, path)


def complain(message: str, hint: str = "", link: str = "") -> None:
    """Tell about an error on standard error: what is wrong, what to do, where to read on."""
    lines = [f"error: {printable(message)}"]
    lines += [f"hint: {printable(hint)}"] if hint else []
    lines += [f"see: {printable(link)}"] if link else []
    _write_stderr("\n".join(lines) + "\n")


def tell(message: str) -> None:
    """Say something on standard error."""
    _write_stderr(printable(message) + "\n")


def complain_internal(error: Exception, *, is_traced: bool, target: str = "") -> None:
    """Tell about a fault of this program, and where to report it; with a traceback on request."""
    place = f"{target}: " if target else ""
    complain(
        f"{place}internal error: {type(error).__name__}: {error}",
        "This is a fault in Weighbridge. Please report it with the command you ran; --debug shows where it happened.",
        "https://github.com/weighbridge-dev/weighbridge/issues",
    )
    if is_traced:
        complain_traceback(error)


def complain_traceback(error: BaseException) -> None:
    """Show where an internal error happened, without tokens and control characters."""
    lines = "".join(traceback.format_exception(error)).splitlines()
    _write_stderr("\n".join(printable(line) for line in lines) + "\n")


class Look(TypedDict):
    """How text for a terminal is drawn."""

    width: int
    color: bool
    encoding: str


def look(stream: TextIO, path: Path | None = None) -> Look:
    """Return how to draw for a stream; a file gets plain text at 80 columns."""
    if path is not None:
        return {"width": 80, "color": False, "encoding": "utf-8"}
    return {"width": width_of(stream), "color": wants_color(stream), "encoding": encoding_of(stream)}


def width_of(stream: TextIO) -> int:
    """Return the width to draw for: the terminal's, or 80 columns in a pipe."""
    if stream.isatty():
        return _terminal_width(stream)
    columns = os.environ.get("COLUMNS", "")
    return int(columns) if columns.isdecimal() and len(columns) < 5 else 80


def wants_color(stream: TextIO) -> bool:
    """Tell whether to use colours: as `NO_COLOR` and `FORCE_COLOR` say, else on a terminal that can show them."""
    if os.environ.get("NO_COLOR"):
        return False
    forced = os.environ.get("FORCE_COLOR")
    if forced is not None:
        return forced not in {"", "0", "false"}
    return stream.isatty() and os.environ.get("TERM", "") not in {"dumb", "unknown"}


def encoding_of(stream: TextIO) -> str:
    """Return the encoding of a stream."""
    return stream.encoding or "ascii"


def _terminal_width(stream: TextIO) -> int:
    try:
        return os.get_terminal_size(stream.fileno()).columns or 80
    except (OSError, ValueError):
        return 80


def _write_stdout(text: str) -> None:
    """Write as much as the reader takes; a reader that has gone (`| head`) is not an error."""
    try:
        sys.stdout.buffer.write(text.encode(encoding_of(sys.stdout), "backslashreplace"))
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _write_stderr(text: str) -> None:
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write(
            redact(text).encode(encoding_of(sys.stderr), "backslashreplace").decode(encoding_of(sys.stderr))
        )
        sys.stderr.flush()


def _write_file(text: str, path: Path) -> None:
    _write_bytes(text.encode("utf-8", "backslashreplace"), path)


def _write_bytes(data: bytes, path: Path) -> None:
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(data)  # a device or a pipe cannot be replaced
        else:
            _replace(data, path.resolve() if path.is_symlink() else path)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}", hint="Choose another place with -o.") from None


def _replace(data: bytes, path: Path) -> None:
    """Write beside the file and move it there, so that nobody ever reads half a report."""
    descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name[:100]}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        Path(temporary).chmod(_mode(path))
        Path(temporary).replace(path)
    except BaseException:  # whatever stopped it, no half-written file stays behind
        Path(temporary).unlink(missing_ok=True)
        raise


def _mode(path: Path) -> int:
    """Return the permissions that a plainly written file would have."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
