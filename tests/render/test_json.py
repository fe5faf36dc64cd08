"""The JSON report and its schema."""

from __future__ import annotations

import json

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.render.samples import CRAFTED, FULL, NOTHING
from weighbridge.errors import FormatError
from weighbridge.model import Audit
from weighbridge.render.json import SCHEMA_PATH, render_json, schema_text
from weighbridge.scoring.record import decode

AUDITS = {"full": FULL, "crafted": CRAFTED, "nothing": NOTHING}


def test_the_shipped_schema_is_the_types_own() -> None:
    stale = "stale: run `python -m weighbridge.render.json`"
    assert SCHEMA_PATH.read_text(encoding="utf-8") == schema_text(), stale


@pytest.mark.parametrize("audit", AUDITS.values(), ids=AUDITS)
def test_reports_follow_the_schema_and_can_be_read_back(audit: Audit) -> None:
    schema = json.loads(schema_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(json.loads(render_json(audit)))
    (again,) = decode(render_json(audit).encode())
    assert render_json(again) == render_json(audit)
    assert again == audit or audit is CRAFTED


def test_several_audits_are_an_array() -> None:
    schema = json.loads(schema_text())
    document = json.loads(render_json([FULL, NOTHING]))
    jsonschema.Draft202012Validator(schema).validate(document)
    assert len(document) == 2


def test_depths_and_severities_are_words() -> None:
    document = json.loads(render_json(FULL))
    assert document["depth"] == "headers"
    assert {verdict["severity"] for verdict in document["verdicts"]} <= {"critical", "high", "medium", "low", "info"}


def test_the_report_is_ascii_and_the_same_every_time() -> None:
    assert render_json(CRAFTED).isascii()
    assert "\x1b" not in render_json(CRAFTED)
    assert render_json(FULL) == render_json(FULL)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_what_is_not_an_audit_is_said_to_be_none(data: bytes) -> None:
    if data.strip() != b"[]":
        with pytest.raises(FormatError, match="not an audit"):
            decode(data)


@pytest.mark.parametrize("word", [3, "grave", None, [], {}])
def test_severities_that_are_not_words_are_refused(word: object) -> None:
    document = json.loads(render_json(FULL))
    document["verdicts"][0]["severity"] = word
    with pytest.raises(FormatError):
        decode(json.dumps(document).encode())
