"""A scan's report."""

from __future__ import annotations

import json

import jsonschema
import pytest

from tests.support import MemoryRepository
from weighbridge.api import scan
from weighbridge.model import Audit
from weighbridge.render.scan import SCHEMA_PATH, render_scan, render_scan_json, render_scan_quiet, schema_text
from weighbridge.render.terminal import TerminalOptions
from weighbridge.scoring.record import decode

EVIL = "a: !!python/object/apply:os.system [echo inert]\n"


def scanned(**files: bytes | str) -> Audit:
    return scan(MemoryRepository({path.replace("__", "."): data for path, data in files.items()}), depth="full")


MIXED = scanned(evil__yaml=EVIL, unread__bin=bytes(range(200, 250)) * 20, fine__txt="text")


def test_the_worst_comes_first_and_safe_files_are_counted() -> None:
    text = render_scan(MIXED, TerminalOptions(width=100))
    assert text.index("evil.yaml") < text.index("unread.bin")
    assert "SE014 critical" in text
    assert "fine.txt" not in text
    assert "3 files: 1 malicious, 1 not scanned, 1 safe." in text
    assert "fine.txt" in render_scan(MIXED, TerminalOptions(verbose=True))


@pytest.mark.parametrize("width", [60, 80, 120])
def test_lines_fit(width: int) -> None:
    assert max(map(len, render_scan(MIXED, TerminalOptions(width=width)).splitlines())) <= width


def test_what_was_not_scanned_is_never_called_safe() -> None:
    unread = scanned(unread__bin=bytes(range(200, 250)) * 20)
    for text in (render_scan(unread), render_scan_quiet(unread)):
        assert "not known to be safe" in text


def test_hostile_names_are_escaped() -> None:
    audit = scan(MemoryRepository({"a\x1b[31m\u202eb.yaml": EVIL}), depth="full")
    for text in (render_scan(audit), render_scan_quiet(audit), render_scan_json(audit)):
        assert "\x1b" not in text
        assert "\u202e" not in text


def test_json_is_the_audit_with_the_files_verdicts() -> None:
    document = json.loads(render_scan_json(MIXED))
    assert document["scan"]["verdict"] == "malicious"
    assert document["scan"]["counts"] == {"malicious": 1, "review": 0, "not scanned": 1, "safe": 1}
    assert document["scan"]["files"][0] == {"path": "evil.yaml", "verdict": "malicious", "codes": ["SE014"]}
    jsonschema.validate(document, json.loads(SCHEMA_PATH.read_text()))
    jsonschema.validate(json.loads(render_scan_json([MIXED, MIXED])), json.loads(SCHEMA_PATH.read_text()))


def test_a_baseline_can_be_made_of_it() -> None:
    (audit,) = decode(render_scan_json(MIXED).encode())
    assert audit.alarms()[0].code == "SE014"


def test_the_shipped_schema_is_current() -> None:
    assert SCHEMA_PATH.read_text(encoding="utf-8") == schema_text()
