"""What is generated from the code is as the code has it now."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from docs import example, fragments, generate
from tests.docs.pages import DOCS, PAGES

REMEDY = "run `make docs` and commit what it changes"


def test_generated_pages_are_up_to_date() -> None:
    stale = sorted(str(path.relative_to(generate.ROOT)) for path in generate.stale())
    assert not stale, REMEDY


def test_every_generated_part_is_made_and_used() -> None:
    used = {name for page in PAGES for name in re.findall(r"<!-- generated: ([a-z-]+) -->", page.read_text("utf-8"))}
    assert used == set(fragments.PARTS)


def test_generating_twice_changes_nothing() -> None:
    text = (DOCS / "policy.md").read_text("utf-8")
    assert fragments.fill(fragments.fill(text)) == fragments.fill(text)


@pytest.mark.models
def test_example_reports_are_up_to_date() -> None:
    model = Path(os.environ.get("WEIGHBRIDGE_EXAMPLE_MODEL", example.MODEL))
    if not model.is_dir():
        pytest.skip(f"no model at {model}: `make audit` fetches it")
    stale = [path.name for path, text in example.reports(model).items() if path.read_text("utf-8") != text]
    assert not stale, REMEDY
