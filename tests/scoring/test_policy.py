"""Policies are read strictly, and a waiver stands only as long as it says."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.render.samples import FULL
from tests.support import TODAY, MemoryRepository
from weighbridge.checks.contract import Check, check
from weighbridge.errors import UsageError
from weighbridge.facts.clock import Clock, read_clock
from weighbridge.facts.engine import Facts, Reader, Unreadable
from weighbridge.model import (
    Attribute,
    Audit,
    Depth,
    Evidence,
    Factor,
    Location,
    Outcome,
    Severity,
    State,
    contradicted,
    verified,
)
from weighbridge.scoring.audit import weigh
from weighbridge.scoring.fingerprint import fingerprint
from weighbridge.scoring.policy import (
    Policy,
    Waiver,
    check_names,
    find_settings,
    known,
    load_baseline,
    load_policy,
    parse_fail_on,
)
from weighbridge.scoring.record import encode

DATA = b"weights"
HASH = hashlib.sha256(DATA).hexdigest()


def _unreadable(_facts: Facts) -> Any:
    raise Unreadable("not in this test")


class FakeReaders(Mapping[type[Any], Reader]):
    def __getitem__(self, kind: type[Any]) -> Reader:
        return Reader(Depth.METADATA, read_clock if kind is Clock else _unreadable)

    def __iter__(self) -> Iterator[type[Any]]:
        return iter(())

    def __len__(self) -> int:
        return 0


@check(code="SE901", attribute=Attribute.SECURITY, factor=Factor.CODE_EXECUTION, severity=Severity.HIGH)
def bad(clock: Clock) -> Outcome:
    """Find something."""
    where = Location("model.bin", offset=3)
    return contradicted("bad", Evidence("x", where), remedy="mend", subject="model.bin")


@check(code="SE902", attribute=Attribute.SECURITY, factor=Factor.INTEGRITY, severity=Severity.LOW)
def good(clock: Clock) -> Outcome:
    """Find nothing."""
    return verified("good")


@check(code="QU903", attribute=Attribute.QUALITY, factor=Factor.STRUCTURE, severity=Severity.LOW)
def broken(clock: Clock) -> Outcome:
    """Fail."""
    raise ZeroDivisionError


@check(code="QU904", attribute=Attribute.QUALITY, factor=Factor.STRUCTURE, severity=Severity.LOW)
def blind(audit: Audit) -> Outcome:
    """Need what is not there."""
    raise AssertionError


def weighed(*checks: Check, policy: Policy | None = None) -> Audit:
    facts = Facts(MemoryRepository({"model.bin": DATA}), FakeReaders(), as_of=TODAY)
    return weigh(facts, checks or (good, bad), policy)


def test_checks_run_in_the_order_of_their_codes_whatever_the_order_given() -> None:
    assert encode(weighed(good, bad, blind)) == encode(weighed(blind, bad, good))
    assert [verdict.code for verdict in weighed(good, bad, blind).verdicts] == ["QU904", "SE901", "SE902"]


def test_a_fault_in_a_check_is_an_open_question_and_costs_no_other_verdict() -> None:
    audit = weighed(broken, good)
    assert [(v.code, v.state) for v in audit.verdicts] == [("QU903", State.UNKNOWN), ("SE902", State.VERIFIED)]
    assert "ZeroDivisionError" in audit.verdicts[0].message
    assert not audit.is_complete


def test_a_waiver_accepts_the_finding_it_covers() -> None:
    policy = Policy(waivers=(Waiver("SE901", "reviewed", path="*.bin", subject="model*"),))
    audit = weighed(policy=policy)
    assert audit.verdicts[0].waived == "reviewed"
    assert audit.notes == ()
    assert policy.failures(audit) == []
    assert Policy().failures(weighed()) == list(weighed().alarms())


@pytest.mark.parametrize(
    ("waiver", "note"),
    [
        (Waiver("SE901", "reviewed", path="*.onnx"), "covers nothing"),
        (Waiver("SE901", "reviewed", subject="other"), "covers nothing"),
        (Waiver("SE902", "reviewed"), "covers nothing"),
        (Waiver("SE901", "reviewed", expires=TODAY), "expired"),
        (Waiver("SE901", "reviewed", sha256="0" * 64), "another content"),
    ],
)
def test_a_waiver_that_does_not_stand_is_told_about(waiver: Waiver, note: str) -> None:
    audit = weighed(policy=Policy(waivers=(waiver,)))
    assert audit.verdicts[0].waived == ""
    assert note in audit.notes[0]
    assert Policy().failures(audit)


def test_a_waiver_stands_until_its_day_and_for_its_content() -> None:
    waiver = Waiver("SE901", "reviewed", expires=TODAY + datetime.timedelta(1), sha256=HASH)
    assert weighed(policy=Policy(waivers=(waiver,))).verdicts[0].waived == "reviewed"


def test_what_a_baseline_holds_does_not_fail(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    path.write_bytes(encode(weighed()))
    policy = Policy(baseline=load_baseline(path))
    audit = weighed(policy=policy)
    assert policy.failures(audit) == []
    assert audit.alarms() == weighed().alarms()
    assert "in the baseline" in audit.notes[0]
    assert policy.failures(FULL)


def test_a_fingerprint_survives_new_words_and_moved_lines_but_not_another_file() -> None:
    verdict = FULL.alarms()[1]
    moved = Evidence("other words", Location("model.safetensors", offset=99))
    same = msgspec.structs.replace(verdict, message="other", evidence=(moved,))
    other = msgspec.structs.replace(verdict, evidence=(Evidence("x", Location("other.safetensors")),))
    assert fingerprint(same) == fingerprint(verdict) != fingerprint(other)
    assert known(verdict)[0] == "PV003"


def test_another_finding_of_security_in_a_known_file_is_new() -> None:
    verdict = next(v for v in FULL.alarms() if v.attribute is Attribute.SECURITY)
    found = (Evidence("loading calls subprocess.Popen('id')", verdict.evidence[0].where),)
    assert fingerprint(msgspec.structs.replace(verdict, evidence=found)) != fingerprint(verdict)
    assert fingerprint(msgspec.structs.replace(verdict, message="other")) == fingerprint(verdict)


def written(tmp_path: Path, text: str, name: str = "weighbridge.toml") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_policy_is_read_from_either_file(tmp_path: Path) -> None:
    text = """
    select = ["PV", "security"]
    fail-on = "medium"
    depth = "full"
    strict = true
    [weights.checks]
    PV001 = 3
    [weights.factors]
    "provenance.dataset details" = 9
    [[waivers]]
    code = "SE001"
    reason = "reviewed"
    expires = 2027-01-31
    """
    policy = load_policy(written(tmp_path, text))
    assert (policy.select, policy.fail_on, policy.depth, policy.strict) == (
        ("PV", "security"), Severity.MEDIUM, Depth.FULL, True,
    )  # fmt: skip
    assert policy.weights.checks == {"PV001": 3}
    assert policy.waivers[0].expires == datetime.date(2027, 1, 31)
    project = written(tmp_path, '[tool.weighbridge]\nfail-on = "never"\n', "pyproject.toml")
    assert load_policy(project).fail_on is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("fail_on = 'high'", ["weighbridge.toml", "'fail_on'", "'fail-on'"]),
        ("fail-on = 'hihg'", ["'hihg'", "'high'"]),
        ("depth = 'deep'", ["'deep'"]),
        ("[weights]\ncheck = {}", ["weights", "'check'", "'checks'"]),
        ("[weights.factors]\n'provenance.data' = 1", ["provenance.data"]),
        ("[weights.checks]\nPV001 = -1", ["PV001", "-1"]),
        ("[weights.checks]\nPV001 = nan", ["PV001"]),
        ("[[waivers]]\ncode = 'SE001'", ["reason"]),
        ("[[waivers]]\ncode = 'SE001'\nreason = '  '", ["reason"]),
        ("[[waivers]]\ncode = 'SE001'\nreason = 'x'\nexpire = 2027-01-01", ["'expire'", "'expires'"]),
        ("[[waivers]]\ncode = 'SE001'\nreason = 'x'\nsha256 = 'abc'", ["sha256"]),
        ("select = 'PV'", ["select"]),
        ("select = [", ["not TOML"]),
        ("baseline = 'absent.json'", ["absent.json"]),
    ],
)
def test_a_mistake_is_told_with_file_and_key(tmp_path: Path, text: str, words: list[str]) -> None:
    with pytest.raises(UsageError) as caught:
        load_policy(written(tmp_path, text))
    assert all(word in caught.value.message for word in ["weighbridge.toml"] * ("absent" not in text) + words)


def test_names_that_do_not_exist_are_told() -> None:
    with pytest.raises(UsageError, match="SE999"):
        check_names(Policy(waivers=(Waiver("SE999", "x"),)), ["SE901"], "weighbridge.toml")


def test_settings_are_found_upwards(tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    written(tmp_path, "[project]\nname = 'x'\n", "pyproject.toml")
    assert find_settings(deep) in (None, *(p for p in [find_settings(tmp_path.parent)] if p))
    written(tmp_path, "[tool.weighbridge]\n", "pyproject.toml")
    assert find_settings(deep) == tmp_path / "pyproject.toml"
    near = written(deep, "")
    assert find_settings(deep) == near


def test_fail_on_may_be_never() -> None:
    assert parse_fail_on("never", "x") is None
    assert Policy(fail_on=None).failures(FULL) == []
    assert [v.severity for v in Policy(fail_on=Severity.HIGH).failures(FULL)] == [Severity.CRITICAL, Severity.HIGH]
