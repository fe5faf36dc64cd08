"""SARIF that code scanning accepts and that never reads as 'clean' where nothing was seen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from tests.render.samples import CRAFTED, FULL, NOTHING
from weighbridge.model import Audit, Severity
from weighbridge.render.sarif import MAX_RESULTS, MAX_RUNS, render_sarif

# The OASIS schema, errata 01, as published at docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas.
SCHEMA = json.loads((Path(__file__).parent / "schemas" / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
AUDITS = {"full": FULL, "crafted": CRAFTED, "nothing": NOTHING}


def run_of(audit: Audit) -> dict[str, Any]:
    run: dict[str, Any] = json.loads(render_sarif(audit))["runs"][0]
    return run


@pytest.mark.parametrize("audit", AUDITS.values(), ids=AUDITS)
def test_it_is_valid(audit: Audit) -> None:
    jsonschema.Draft4Validator(SCHEMA).validate(json.loads(render_sarif(audit)))
    assert render_sarif(audit).isascii()


def test_several_audits_are_several_runs() -> None:
    log = json.loads(render_sarif([FULL, NOTHING]))
    jsonschema.Draft4Validator(SCHEMA).validate(log)
    assert len({run["automationDetails"]["id"] for run in log["runs"]}) == 2


def test_rules_are_found_by_their_index_and_security_ones_carry_a_score() -> None:
    run = run_of(FULL)
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    graded = {rule["id"]: rule["properties"].get("security-severity") for rule in rules}
    assert graded["SE001"] == "9.5"
    assert graded["PV003"] is None


def test_a_member_of_an_archive_is_a_logical_location_and_its_offset_not_the_files() -> None:
    result = next(r for r in run_of(FULL)["results"] if r["ruleId"] == "SE001")
    logical = result["locations"][0]["logicalLocations"][0]
    assert logical["fullyQualifiedName"] == "pytorch_model.bin!archive/data.pkl@0x29"
    assert "region" not in result["locations"][0]["physicalLocation"]


def test_places_are_lines_or_bytes() -> None:
    result = next(r for r in run_of(FULL)["results"] if r["ruleId"] == "PV003")
    regions = [location["physicalLocation"].get("region") for location in result["locations"]]
    assert regions == [{"byteLength": 0, "byteOffset": 8}, {"startLine": 48}]
    assert "/blob/c9745ed1" in result["locations"][1]["properties"]["link"]


def test_levels_follow_severity_and_a_waiver_suppresses() -> None:
    results = {r["ruleId"]: r for r in run_of(FULL)["results"]}
    assert results["SE001"]["level"] == results["PV003"]["level"] == "error"
    assert results["QU007"]["level"] == "warning"
    assert results["PV014"]["level"] == "note"
    assert results["SE002"]["suppressions"][0]["justification"].startswith("reviewed")


def test_what_was_not_looked_at_is_told() -> None:
    notes = run_of(FULL)["invocations"][0]["toolExecutionNotifications"]
    assert [note["associatedRule"]["id"] for note in notes if "associatedRule" in note] == ["MA005", "SE010", "SE011"]
    assert any("openvino_model.bin" in note["message"]["text"] for note in notes)


def test_fingerprints_do_not_change_with_the_words() -> None:
    changed = tuple(msgspec.structs.replace(v, message="other", remedy="other") for v in FULL.verdicts)
    other = msgspec.structs.replace(FULL, verdicts=changed)
    prints = [[r["partialFingerprints"] for r in run_of(audit)["results"]] for audit in (FULL, other)]
    assert prints[0] == prints[1]


def test_more_results_than_are_shown_are_cut_with_a_note() -> None:
    alarm = FULL.alarms(Severity.CRITICAL)[0]
    many = tuple(msgspec.structs.replace(alarm, subject=str(n)) for n in range(MAX_RESULTS + 7))
    run = run_of(msgspec.structs.replace(FULL, verdicts=many))
    assert len(run["results"]) == MAX_RESULTS
    assert "7 results left out" in run["invocations"][0]["toolExecutionNotifications"][-1]["message"]["text"]


def test_more_audits_than_a_file_may_have_runs_are_one_run() -> None:
    count = MAX_RUNS + 1
    models = [
        msgspec.structs.replace(FULL, ref=msgspec.structs.replace(FULL.ref, name=f"acme/{n}")) for n in range(count - 1)
    ]
    log = json.loads(render_sarif([*models, NOTHING]))
    jsonschema.Draft4Validator(SCHEMA).validate(log)
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    assert len(run["invocations"]) == count
    assert len(run["results"]) == (count - 1) * len(run_of(FULL)["results"])
    order = ["error", "warning", "note"]
    levels = [order.index(result["level"]) for result in run["results"]]
    assert levels == sorted(levels)
    assert {result["properties"]["model"] for result in run["results"]} == {model.ref.name for model in models}
    marks = [result["partialFingerprints"]["weighbridge/v1"] for result in run["results"]]
    assert len(set(marks)) == (count - 1) * len(
        {r["partialFingerprints"]["weighbridge/v1"] for r in run_of(FULL)["results"]}
    )
    assert len(run["versionControlProvenance"]) == count - 1


def test_one_run_for_all_is_cut_with_a_note_too() -> None:
    many = msgspec.structs.replace(FULL, verdicts=FULL.verdicts * 40)
    (run,) = json.loads(render_sarif([many] * (MAX_RUNS + 1)))["runs"]
    assert len(run["results"]) == MAX_RESULTS
    assert "left out" in run["invocations"][-1]["toolExecutionNotifications"][0]["message"]["text"]
