import datetime
import gc
import weakref
from collections.abc import Iterable
from typing import Any

import pytest

from weighbridge.checks.catalogue import CHECKS
from weighbridge.checks.contract import Check, check
from weighbridge.checks.panel import Panel
from weighbridge.facts.card import Card
from weighbridge.facts.catalogue import READERS
from weighbridge.facts.config import Config
from weighbridge.facts.engine import Facts, Reader, Unreadable
from weighbridge.facts.manifest import Manifest
from weighbridge.facts.registry import Registry
from weighbridge.model import Attribute, Depth, Factor, Outcome, Severity, State, Verdict, claimed
from weighbridge.sources.record import RecordRepository

TODAY = datetime.date(2026, 1, 1)
RECORDS: list[dict[str, Any]] = [
    {},
    {"id": "a/bert-base-7b", "siblings": ["config.json", "model.safetensors"], "likes": 3, "tags": ["pytorch"]},
    {
        "id": "a/b",
        "cardData": {"license": "mit"},
        "siblings": ["README.md"],
        "card": "---\nlicense: mit\n---\n# B\n\ntext",
    },
    {
        "id": "a/b",
        "siblings": ["README.md"],
        "card": "# Results\n\n- Accuracy: 0.93\n\nTrained with a batch size of 8.",
    },
]


def facts(record: dict[str, Any], depth: Depth = Depth.HEADERS) -> Facts:
    return Facts(RecordRepository(record), READERS, depth=depth, as_of=TODAY)


def one_by_one(checks: Iterable[Check], about: Facts) -> list[Verdict]:
    return [verdict for check in checks for verdict in check.judge(about)]


def in_order(verdicts: Iterable[Verdict]) -> list[Verdict]:
    return sorted(verdicts, key=lambda verdict: (verdict.code, verdict.subject, verdict.message))


@pytest.mark.parametrize("depth", list(Depth))
def test_gives_what_the_checks_give_one_by_one(depth: Depth) -> None:
    panel = Panel(CHECKS)
    for record in RECORDS * 2:
        judged = panel.judge(facts(record, depth))
        assert in_order(judged) == in_order(one_by_one(CHECKS, facts(record, depth)))


@check(code="QU901", attribute=Attribute.QUALITY, factor=Factor.STRUCTURE, severity=Severity.LOW)
def needs_registry_then_card(registry: Registry, card: Card) -> Outcome:
    return claimed(f"{registry.likes} {card.words}")


@check(code="QU902", attribute=Attribute.QUALITY, factor=Factor.STRUCTURE, severity=Severity.LOW)
def can_do_without_card(card: Card | None) -> Outcome:
    return claimed("no card" if card is None else "card")


@check(code="QU903", attribute=Attribute.QUALITY, factor=Factor.STRUCTURE, severity=Severity.LOW)
def breaks(manifest: Manifest) -> Outcome:
    raise ValueError(len(manifest.files))


def made(**reasons: str) -> Facts:
    """Facts of which those in `reasons` are not there."""

    def reader(kind: type[Any]) -> Reader:
        def read(_: Facts) -> Any:
            if kind.__name__ in reasons:
                raise Unreadable(reasons[kind.__name__])
            return kind(()) if kind is Manifest else kind()

        return Reader(Depth.METADATA, read)

    kinds = {kind: reader(kind) for kind in (Registry, Card, Manifest)}
    return Facts(RecordRepository({}), kinds, depth=Depth.METADATA, as_of=TODAY)


def test_reads_no_fact_that_no_check_can_use() -> None:
    about = made(Registry="offline", Card="broken")
    Panel([needs_registry_then_card]).judge(about)
    assert list(about.gaps()) == ["Registry"]


def test_a_missing_fact_that_a_check_can_do_without_is_none() -> None:
    assert [v.message for v in Panel([can_do_without_card]).judge(made(Card="broken"))] == ["no card"]


def test_a_fault_in_one_check_costs_no_other_verdict() -> None:
    verdicts = Panel([breaks, can_do_without_card]).judge(made())
    assert {(v.code, v.state) for v in verdicts} == {("QU903", State.UNKNOWN), ("QU902", State.CLAIMED)}


def test_ever_new_reasons_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("weighbridge.checks.panel._MAX_STEPS", 10)
    panel = Panel([needs_registry_then_card, can_do_without_card])
    for number in range(100):
        about = made(Card=f"file {number} is broken")
        messages = {verdict.message for verdict in panel.judge(about)}
        assert messages == {f"could not be looked at: file {number} is broken", "no card"}


def test_a_fact_that_says_nothing_is_judged_once() -> None:
    calls = []

    @check(code="QU904", attribute=Attribute.QUALITY, factor=Factor.STRUCTURE, severity=Severity.LOW)
    def counts(card: Card) -> Outcome:
        calls.append(card)
        return claimed("looked")

    panel = Panel([counts])
    assert [v.message for _ in range(5) for v in panel.judge(made())] == ["looked"] * 5
    assert len(calls) == 1


def test_what_is_said_of_a_shared_fact_is_remembered_for_that_fact_alone() -> None:
    panel = Panel(CHECKS)
    one, same, other = (
        {"id": f"a/{name}", "siblings": [file]} for name, file in (("1", "a.bin"), ("2", "a.bin"), ("3", "b.onnx"))
    )
    for record in (one, same, other, one):
        assert in_order(panel.judge(facts(record))) == in_order(one_by_one(CHECKS, facts(record)))
    first, again = (panel.judge_all([facts(record)])[0][:-1] for record in (one, same))
    assert [id(part) for part in first] == [id(part) for part in again]


def test_what_is_remembered_of_shared_facts_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("weighbridge.checks.panel._MAX_REMEMBERED", 3)
    panel = Panel(CHECKS)
    for number in range(10):
        record = {"id": "a/b", "siblings": [f"file{number}.bin"]}
        assert in_order(panel.judge(facts(record))) == in_order(one_by_one(CHECKS, facts(record)))


def test_several_at_once_get_what_each_gets_alone_in_their_order() -> None:
    panel = Panel(CHECKS)
    found = panel.judge_all([facts(record) for record in RECORDS * 3])
    for record, parts in zip(RECORDS * 3, found, strict=True):
        assert in_order(v for part in parts for v in part) == in_order(one_by_one(CHECKS, facts(record)))
    assert panel.judge_all([]) == []


def test_what_is_said_of_one_repositorys_own_facts_is_not_kept() -> None:
    panel = Panel(CHECKS)
    record = {"id": "a/b", "siblings": [f"part-{number}.bin" for number in range(100)], "config": {"a": "x" * 3000}}
    about = facts(record)
    kept = weakref.ref(about.need(Manifest))
    assert not about.need(Config).is_common
    assert in_order(panel.judge(about)) == in_order(one_by_one(CHECKS, facts(record)))
    del about
    gc.collect()
    assert kept() is None
