"""A snapshot through a Hub's interface: complete, polite, and none the worse for being killed."""

from __future__ import annotations

import datetime
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.hub.faults import Fault
from tests.hub.server import LoopbackHub
from tests.registry.conftest import DAY, killed, no_file_is_left_over, rows
from weighbridge.cli.main import run
from weighbridge.errors import FormatError, SourceError, UsageError
from weighbridge.registry import crawl
from weighbridge.registry.crawl import FOLDER, Crawled, Plan, snapshot, unfinished
from weighbridge.registry.store import Store, created, opened
from weighbridge.sources.options import SourceOptions

NEXT = DAY + datetime.timedelta(days=1)


@pytest.fixture
def hub() -> Iterator[LoopbackHub]:
    with LoopbackHub() as hub:
        for number in range(25):
            hub.add(
                f"acme/m{number:02d}",
                {"README.md": f"# {number}", "model.safetensors": b"x"},
                record={"downloads": number},
            )
        yield hub


def take(store: Store, hub: LoopbackHub, day: datetime.date = DAY, **plan: Any) -> Crawled:
    settings = {"page": 10, **plan}
    return snapshot(store, SourceOptions(endpoint=hub.endpoint, token=""), Plan(day, hub.endpoint, **settings))


def names(store: Store) -> list[str]:
    return [row["id"] for row in rows(store, "models")]


def listings(hub: LoopbackHub) -> int:
    return len(hub.requests("/api/models?"))


def test_all_pages_are_taken_and_nothing_is_left_behind(store: Store, hub: LoopbackHub) -> None:
    crawled = take(store, hub)
    assert names(store) == [f"acme/m{number:02d}" for number in range(25)]
    assert (crawled.models, crawled.fault, listings(hub)) == (25, "", 3)
    assert crawled.report.is_complete
    assert not (store.folder / FOLDER).exists()
    assert {row["downloads"] for row in rows(store, "models")} == set(range(25))
    assert len(rows(store, "files")) == 50


def test_a_limit_asks_for_no_more(store: Store, hub: LoopbackHub) -> None:
    take(store, hub, limit=12)
    assert len(names(store)) == 12
    assert listings(hub) == 2


def test_one_owner(store: Store, hub: LoopbackHub) -> None:
    hub.add("other/x")
    take(store, hub, author="other")
    assert names(store) == ["other/x"]


def test_a_lost_registry_is_taken_up_where_it_was(store: Store, hub: LoopbackHub) -> None:
    hub.faults.add(Fault.STATUS, "cursor=20", status=404)
    with pytest.raises(SourceError):
        take(store, hub)
    assert not store.snapshots
    hub.faults.clear()
    before = listings(hub)
    take(store, hub)
    assert listings(hub) == before + 1
    assert len(names(store)) == 25


def test_a_registry_that_asks_to_wait_is_waited_for(store: Store, hub: LoopbackHub) -> None:
    hub.faults.add(Fault.STATUS, "cursor=10", status=429, times=1, Retry_After="1")
    begin = time.monotonic()
    take(store, hub)
    assert time.monotonic() - begin >= 1
    assert len(names(store)) == 25


def test_models_that_are_listed_twice_count_once(store: Store, hub: LoopbackHub) -> None:
    hub.models["again"] = hub.models["acme/m03"]
    crawled = take(store, hub)
    assert len(names(store)) == crawled.models == 25
    assert crawled.report.is_complete


@pytest.mark.parametrize(
    ("link", "fault"),
    [
        ("{endpoint}/api/models?limit=10&cursor=10&turn={turn}", "circles"),
        ("http://203.0.113.1/api/models?cursor=1", "elsewhere"),
        ("{endpoint}/api/models?limit=10&cursor=10", "itself"),
        ("{endpoint}/api/models?cursor= 1\t&x={turn}", "cannot be read"),
        ("{endpoint}/api/models?cursor=" + "9" * 9000, "cannot be read"),
    ],
)
def test_a_listing_that_never_ends_is_ended_and_told(store: Store, hub: LoopbackHub, link: str, fault: str) -> None:
    hub.listing_link = lambda turn: f'<{link.format(endpoint=hub.endpoint, turn=turn)}>; rel="next"'
    crawled = take(store, hub)
    assert fault in crawled.fault
    assert any("ended early" in row["reason"] for row in rows(store, "rejects"))
    assert not crawled.report.is_complete
    assert listings(hub) < 40


def test_a_total_that_is_a_lie_is_told(
    hub: LoopbackHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hub.listing_headers["X_Total_Count"] = "9000000"
    monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
    arguments = [
        "registry",
        "snapshot",
        "-o",
        str(tmp_path / "hub"),
        "--limit",
        "0",
        "--page-size",
        "10",
        "--snapshot",
        "2026-01-15",
    ]
    assert run(arguments) == 4
    assert "announced 9,000,000 models and listed 25" in capsys.readouterr().err
    assert len(names(opened(tmp_path / "hub"))) == 25


def test_what_is_no_model_is_rejected(store: Store, hub: LoopbackHub) -> None:
    hub.models["acme/m01"].record = {"id": "../../etc/passwd \x00"}
    hub.models["acme/m02"].record = {"id": 7, "modelId": None}
    hub.models["acme/m03"].record = {"id": None, "modelId": None}
    crawled = take(store, hub)
    assert sum(crawled.report.rejected.values()) == 2
    assert len(names(store)) == 23


def test_what_is_no_listing_is_an_error(store: Store, hub: LoopbackHub) -> None:
    hub.faults.add(Fault.STATUS, "/api/models?", status=200, body=b'{"models": []}')
    with pytest.raises(SourceError, match="does not list"):
        take(store, hub)


def test_another_plan_does_not_mix_with_an_unfinished_one(store: Store, hub: LoopbackHub) -> None:
    hub.faults.add(Fault.STATUS, "cursor=20", status=404)
    with pytest.raises(SourceError):
        take(store, hub)
    with pytest.raises(UsageError, match="unfinished snapshot of 2026-01-15"):
        take(store, hub, limit=5)


def test_a_broken_journal_is_told(store: Store, hub: LoopbackHub) -> None:
    (store.folder / FOLDER).mkdir(parents=True)
    (store.folder / FOLDER / "journal.json").write_text("{")
    with pytest.raises(Exception, match="cannot be read"):
        take(store, hub)


def test_cards_are_asked_for_only_where_they_may_have_changed(store: Store, hub: LoopbackHub) -> None:
    take(store, hub, cards=True)
    assert {row["id"]: row["text"] for row in rows(store, "cards")}["acme/m07"] == "# 7"
    assert len(hub.requests("README.md")) == 25
    hub.log.clear()
    hub.add("acme/m03", {"README.md": "# 3", "model.safetensors": b"other weights"})
    hub.add("acme/m04", {"README.md": "# 4, now with a licence", "model.safetensors": b"x"})
    take(store, hub, NEXT, cards=True)
    asked = hub.requests("README.md")
    assert {request.path.split("/")[2] for request in asked} == {"m03", "m04"}
    assert all("if-none-match" in request.headers for request in asked)
    later = {row["id"]: row["text"] for row in rows(store, "cards") if row["snapshot"] == NEXT}
    assert (later["acme/m03"], later["acme/m04"], len(later)) == ("# 3", "# 4, now with a licence", 25)


def test_a_card_that_is_lost_is_asked_for_again(store: Store, hub: LoopbackHub) -> None:
    hub.faults.add(Fault.SILENT, "m15/resolve")
    with pytest.raises(SourceError):
        take(store, hub, cards=True)
    hub.faults.clear()
    take(store, hub, cards=True)
    assert len(rows(store, "cards")) == 25


def test_a_card_too_large_is_left_out_whole(store: Store, hub: LoopbackHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crawl, "_MAX_CARD", 100)
    hub.add("acme/m03", {"README.md": "x" * 101})
    take(store, hub, cards=True)
    assert len(names(store)) == 25
    assert "acme/m03" not in {row["id"] for row in rows(store, "cards")}


def test_a_card_that_is_refused_is_left_out(store: Store, hub: LoopbackHub) -> None:
    hub.models["acme/m05"].gated = "auto"
    crawled = take(store, hub, cards=True)
    assert crawled.report.is_complete
    assert len(rows(store, "cards")) == 24


def test_a_snapshot_killed_twenty_times_loses_and_doubles_nothing(store: Store, hub: LoopbackHub) -> None:
    for number in range(25, 40):
        hub.add(f"acme/m{number:02d}", {"README.md": f"# {number}"})
    hub.add("no name \x00")
    attempts = killed("snapshot", store.folder, hub.endpoint)
    assert attempts["killed"] == 20
    assert attempts["half"] > 3
    begun = unfinished(opened(store.folder))
    day = begun.snapshot if begun else NEXT + datetime.timedelta(days=50)
    take(opened(store.folder), hub, day, page=5)
    left = opened(store.folder)
    listed = sorted(set(hub.models) - {"no name \x00"})
    for day in left.snapshots:
        assert sorted(row["id"] for row in rows(left, "models") if row["snapshot"] == day) == listed
        assert len([row for row in rows(left, "files") if row["snapshot"] == day]) == 65
        assert len([row for row in rows(left, "rejects") if row["snapshot"] == day]) == 1
    assert no_file_is_left_over(left)


def test_what_was_taken_already_is_not_taken_again(
    store: Store, hub: LoopbackHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A snapshot may be killed when its rows count and its pages are still there."""
    hub.models["acme/m01"].record = {"id": "../../etc/passwd \x00"}
    monkeypatch.setattr(crawl.shutil, "rmtree", lambda *_, **__: None)
    take(store, hub)
    monkeypatch.undo()
    asked = listings(hub)
    again = take(opened(store.folder), hub)
    assert listings(hub) == asked
    assert (again.report.known, sum(again.report.rejected.values())) == (24, 1)
    left = opened(store.folder)
    assert (len(names(left)), len(rows(left, "rejects"))) == (24, 1)
    assert not (store.folder / FOLDER).exists()


@pytest.mark.parametrize("damage", ["journal", "page", "no page"])
def test_a_damaged_snapshot_in_the_making_is_told(store: Store, hub: LoopbackHub, damage: str) -> None:
    hub.faults.add(Fault.STATUS, "cursor=20", status=404)
    with pytest.raises(SourceError):
        take(store, hub)
    hub.faults.clear()
    folder = store.folder / FOLDER
    if damage == "journal":  # a dataset of a stranger's must not choose who gets the token
        journal = (folder / "journal.json").read_text()
        (folder / "journal.json").write_text(journal.replace('"following":"', '"following":"@203.0.113.1'))
    elif damage == "page":
        (folder / "page-000001.jsonl").write_bytes(b'{"id": "a/b"}\n{"id\xff')
    else:
        (folder / "page-000001.jsonl").unlink()
    with pytest.raises(FormatError) as caught:
        take(store, hub)
    assert "Delete" in caught.value.hint


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_twenty_kills_lose_and_double_nothing(tmp_path: Path, hub: LoopbackHub) -> None:
    for number in range(25, 600):
        hub.add(f"acme/m{number:02d}", {"README.md": f"# {number}"})
    environment = {**os.environ, "HF_ENDPOINT": hub.endpoint, "HF_HOME": str(tmp_path / "hf")}
    folder, chance, kills, partial, began_again = tmp_path / "hub", random.Random(3), 0, 0, 0
    arguments = [
        sys.executable,
        "-m",
        "weighbridge",
        "registry",
        "snapshot",
        "-q",
        "--limit",
        "0",
        "--page-size",
        "5",
        "-o",
        str(folder),
    ]
    while kills < 20:
        process = subprocess.Popen(
            [*arguments, "--snapshot", f"2026-02-{1 + began_again:02d}"], env=environment, stderr=subprocess.DEVNULL
        )
        time.sleep(chance.uniform(0.3, 1.6))
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
            kills += 1
            partial += (folder / FOLDER / "page-000000.jsonl").exists()
        elif process.returncode == 0:
            began_again += 1
        process.wait()
    final = subprocess.run(
        [*arguments, "--snapshot", f"2026-02-{1 + began_again:02d}"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert final.returncode == 0, final.stderr
    assert partial > 3
    store = opened(folder)
    for day in store.snapshots:
        found = [row["id"] for row in rows(store, "models") if row["snapshot"] == day]
        assert sorted(found) == sorted(hub.models)
        assert len([row for row in rows(store, "files") if row["snapshot"] == day]) == 625
    assert no_file_is_left_over(store)


def test_the_journal_is_written_after_its_page(store: Store, hub: LoopbackHub) -> None:
    """A page that is on the disk without the journal knowing is asked for again and written over."""
    hub.faults.add(Fault.STATUS, "cursor=20", status=404)
    with pytest.raises(SourceError):
        take(store, hub)
    hub.faults.clear()
    (store.folder / FOLDER / "page-000002.jsonl").write_bytes(msgspec.json.encode({"id": "half/written"}))
    take(store, hub)
    assert len(names(store)) == 25
    assert "half/written" not in names(store)


def test_a_dataset_with_a_snapshot_in_the_making_can_be_opened(tmp_path: Path, hub: LoopbackHub) -> None:
    store = created(tmp_path / "hub")
    hub.faults.add(Fault.STATUS, "cursor=20", status=404)
    with pytest.raises(SourceError):
        take(store, hub)
    assert created(tmp_path / "hub").snapshots == ()
