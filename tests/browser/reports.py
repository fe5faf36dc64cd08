"""Reports to show: of the example model, of samples, and of a model whose publisher attacks the reader."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.render.samples import CRAFTED, DAY, FULL, NOTHING
from weighbridge.api import audit
from weighbridge.model import Audit
from weighbridge.render.comparison import render_comparison_html
from weighbridge.render.html import render_html

if TYPE_CHECKING:
    from playwright.sync_api import Page

EXAMPLE = Path(__file__).parents[2] / "examples" / "reviews-bert-4m"
# Runs in whatever context a reader's browser would allow it.
ATTACK = (
    "<script>document.title='attacked'</script><img src=x onerror=\"document.title='attacked'\">"
    "\"><svg onload=document.title='attacked'>'`${1}{{7*7}} \x1b[31m\x07\u202egnp.exe"
)
CARD = f"""\
---
license: "{ATTACK.replace('"', "'").encode("unicode_escape").decode()}"
library_name: "<style>*{{background:url(http://127.0.0.1:9/style)}}</style>"
pipeline_tag: "javascript:document.title='attacked'"
base_model: "<iframe src=http://127.0.0.1:9/frame></iframe>"
datasets: ["<link rel=stylesheet href=http://127.0.0.1:9/sheet>"]
---
# {ATTACK}

![picture](http://127.0.0.1:9/picture) [link](javascript:document.title='attacked')
A model of 7B parameters with an accuracy of 99.9 % on {ATTACK}.
"""


def hostile_folder(place: Path) -> Path:
    """Make a model whose name, files and texts attack the report; return its folder."""
    folder = place / "<script>document.title='attacked'<!--7b"
    shutil.copytree(EXAMPLE, folder)
    (folder / "README.md").write_text(CARD, encoding="utf-8")
    config = json.loads((folder / "config.json").read_text("utf-8"))
    config |= {"architectures": [ATTACK], "torch_dtype": ATTACK, "id2label": {"0": ATTACK, "1": "x" * 3000}}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    (folder / "a\x1b[2J<b>\"'.safetensors").write_bytes(b"\xff" * 20)
    return folder


def _example() -> Audit:
    return audit(str(EXAMPLE), as_of=DAY)


REPORTS: dict[str, Callable[[Path], str]] = {
    "example": lambda _: render_html(_example()),
    "everything": lambda _: render_html(FULL),
    "nothing": lambda _: render_html(NOTHING),
    "hostile words": lambda _: render_html(CRAFTED),
    "hostile files": lambda place: render_html(audit(str(hostile_folder(place)), as_of=DAY)),
    "comparison": lambda _: render_comparison_html([_example(), FULL, NOTHING]),
    "hostile comparison": lambda place: render_comparison_html(
        [_example(), CRAFTED, audit(str(hostile_folder(place)), as_of=DAY)]
    ),
}


class Opened:
    """A report in the browser, and what the browser did: requests, messages of the console, dialogs."""

    def __init__(self, page: Page, path: Path, scheme: str, width: int) -> None:
        self.page = page
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", self._dismiss)
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(path.as_uri(), wait_until="load")
        self.ask("document.querySelectorAll('details').forEach(fold => fold.open = true)")

    def _dismiss(self, dialog: Any) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def ask(self, script: str) -> Any:
        """Evaluate something about the page from outside it."""
        return self.page.evaluate(script)
