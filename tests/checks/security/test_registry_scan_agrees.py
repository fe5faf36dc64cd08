from __future__ import annotations

import io
import pickle
import zipfile

from tests.checks.security.scans import observed, scan_of
from tests.hub.server import LoopbackHub
from weighbridge.api import audit
from weighbridge.checks.security import FILE_CHECKS, SCANNING
from weighbridge.checks.security.by_file import alarms
from weighbridge.checks.security.registry_scan_agrees import registry_scan_agrees
from weighbridge.facts.registry import Registry
from weighbridge.facts.scan import FileScan, Scan
from weighbridge.model import Depth, Outcome, Severity, State
from weighbridge.scoring.policy import Policy
from weighbridge.sources.options import SourceOptions

EVIL = scan_of(observed("keras.lambda", "Lambda"), scanners=("keras",))
CLEAN = scan_of(scanners=("keras",))


def judge(registry: Registry | None, scan: Scan | None) -> list[Outcome]:
    result = registry_scan_agrees.function(registry, scan)
    return [result] if isinstance(result, Outcome) else list(result)


def state(registry: Registry | None, scan: Scan | None) -> State:
    (outcome,) = judge(registry, scan)
    return outcome.state


DONE, FLAGGED = Registry(scans_done=True), Registry(scans_done=True, flagged_files=("model.bin",))


def test_the_lambda_is_an_alarm() -> None:
    assert alarms(EVIL)["model.bin"] >= Severity.HIGH
    assert alarms(CLEAN) == {}


def test_every_check_of_a_file_is_part_of_a_scan() -> None:
    assert set(FILE_CHECKS) < set(SCANNING)
    assert {check.code for check in FILE_CHECKS} == {check.code for check in SCANNING if check.code < "SE040"}


def test_without_a_registry_or_its_scan_there_is_no_question() -> None:
    assert state(None, CLEAN) is State.NOT_APPLICABLE
    assert state(Registry(), CLEAN) is State.NOT_APPLICABLE


def test_what_one_side_has_not_looked_at_is_open() -> None:
    (outcome,) = judge(DONE, None)
    assert (outcome.state, outcome.depth) == (State.UNKNOWN, Depth.HEADERS)
    assert state(Registry(scans_done=False), EVIL) is State.UNKNOWN
    assert state(FLAGGED, Scan((FileScan("model.bin", incomplete="too large"),))) is State.UNKNOWN


def test_agreement_is_verified() -> None:
    assert state(DONE, CLEAN) is State.VERIFIED
    assert state(FLAGGED, EVIL) is State.VERIFIED


def test_a_file_that_only_one_side_flags_contradicts() -> None:
    for registry, scan, told in ((DONE, EVIL, "passes model.bin"), (FLAGGED, CLEAN, "flags model.bin")):
        (outcome,) = judge(registry, scan)
        assert (outcome.state, outcome.subject) == (State.CONTRADICTED, "model.bin")
        assert told in outcome.message


def test_a_scan_that_is_not_finished_passes_nothing_but_what_it_flags_counts() -> None:
    unfinished = Registry(scans_done=False, flagged_files=("other.bin",))
    (outcome,) = judge(unfinished, EVIL)
    assert "other.bin" in outcome.message


class Evil:
    def __reduce__(self) -> tuple[object, ...]:
        return (print, ("inert",))


def test_a_hub_that_passes_a_malicious_pickle_is_contradicted(hub: LoopbackHub) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps(Evil()))
        archive.writestr("archive/version", "3\n")
    hub.add("acme/model", {"pytorch_model.bin": buffer.getvalue(), "config.json": "{}"})
    sources = SourceOptions(endpoint=hub.endpoint)
    found = audit("acme/model", policy=Policy(select=("SE049",)), sources=sources)
    assert [(v.state, v.subject) for v in found.verdicts] == [(State.CONTRADICTED, "pytorch_model.bin")]
