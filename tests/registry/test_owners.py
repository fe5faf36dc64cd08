"""What a Hub says of the owners of a snapshot's models, and what it leaves open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hub.faults import Fault
from tests.hub.server import LoopbackHub
from tests.registry.conftest import DAY, no_file_is_left_over, rows, take, write_lines
from weighbridge.cli.main import run
from weighbridge.errors import SourceError
from weighbridge.registry import owners
from weighbridge.registry.owners import Owners, take_owners
from weighbridge.registry.store import Store, opened
from weighbridge.sources.options import SourceOptions


@pytest.fixture
def hub() -> Iterator[LoopbackHub]:
    """A Hub with a verified organisation, another, one of which it tells nothing more, and a person."""
    with LoopbackHub() as hub:
        hub.organisations.update({"acme": True, "beta": False, "mute": None})
        hub.people.add("ann")
        yield hub


@pytest.fixture
def listed(store: Store, tmp_path: Path) -> Store:
    """A dataset of models of five owners, of which the Hub does not know the last."""
    names = ("gone/a", "ann/b", "mute/c", "beta/d", "acme/e", "acme/f", "without-owner")
    take(store, write_lines(tmp_path / "d.jsonl", [{"id": name, "downloads": i} for i, name in enumerate(names)]))
    return store


def asked(hub: LoopbackHub) -> SourceOptions:
    return SourceOptions(endpoint=hub.endpoint, token="")


def test_owners_are_told_apart(listed: Store, hub: LoopbackHub) -> None:
    found = take_owners(listed, asked(hub), DAY, 100)
    assert found == Owners(3, 1, 1, {"the registry knows nobody of that name": 1})
    assert {row["owner"]: (row["kind"], row["is_verified"]) for row in rows(listed, "owners")} == {
        "acme": ("organisation", True), "beta": ("organisation", False), "mute": ("organisation", None), "ann": ("person", None),
    }  # fmt: skip
    assert [(row["id"], row["reason"]) for row in rows(listed, "rejects")] == [
        ("gone", "no owner: the registry knows nobody of that name")
    ]
    assert no_file_is_left_over(opened(listed.folder))


def test_those_of_the_most_downloaded_come_first_and_no_one_is_asked_for_twice(
    listed: Store, hub: LoopbackHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owners, "_LOT", 1)
    assert take_owners(listed, asked(hub), DAY, 2).organisations == 2
    assert [row["owner"] for row in rows(listed, "owners")] == ["acme", "beta"]
    hub.log.clear()
    assert take_owners(opened(listed.folder), asked(hub), DAY, 100).persons == 1
    assert not [request for request in hub.log if "acme" in request.path or "beta" in request.path]
    assert take_owners(opened(listed.folder), asked(hub), DAY, 100).organisations == 0
    hub.log.clear()
    take(listed, write_lines(tmp_path / "more.jsonl", [{"id": "late/model", "downloads": 0}, {"id": "last/model"}]))
    take_owners(opened(listed.folder), asked(hub), DAY, 2)
    assert not [request for request in hub.log if "gone" in request.path]
    left = opened(listed.folder)
    assert (len(rows(left, "owners")), len(rows(left, "rejects"))) == (4, 3)


def test_a_hub_that_stops_answering_is_an_error_and_what_was_told_stays(
    listed: Store, hub: LoopbackHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owners, "_LOT", 1)
    hub.faults.add(Fault.STATUS, "beta", status=503)
    options = SourceOptions(endpoint=hub.endpoint, token="", max_wait=0.0)
    with pytest.raises(SourceError):
        take_owners(listed, options, DAY, 100)
    assert [row["owner"] for row in rows(opened(listed.folder), "owners")] == ["acme"]


def test_an_answer_of_another_kind_is_a_fault_of_that_owner_alone(listed: Store, hub: LoopbackHub) -> None:
    hub.organisations["beta"] = None
    hub.odd_overviews["beta"] = ["not", "an", "object"]
    found = take_owners(listed, asked(hub), DAY, 100)
    assert found.failed["the registry does not describe its owners as a Hub does"] == 1
    assert found.organisations == 2


def test_names_that_no_owner_has_are_not_asked_for(store: Store, hub: LoopbackHub, tmp_path: Path) -> None:
    take(store, write_lines(tmp_path / "d.jsonl", [{"id": "a/b", "author": "../../settings"}]))
    assert take_owners(store, asked(hub), DAY, 100) == Owners(0, 0, 0, {})
    assert not hub.log


def test_the_command_tells_of_how_many_nothing_is_known(
    listed: Store, hub: LoopbackHub, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
    assert run(["registry", "owners", str(listed.folder), "-q"]) == 4
    assert "3 organisations, 1 of them verified, 1 persons" in capsys.readouterr().err
    hub.people.add("gone")
    assert run(["registry", "owners", str(listed.folder), "-q"]) == 0
    assert run(["registry", "owners", str(listed.folder), "-q"]) == 3
