"""Histories come by git from a Hub, and a model that gives none costs itself alone."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import clones
from tests.hub.faults import Fault
from tests.hub.server import LoopbackHub
from tests.registry.conftest import DAY, no_file_is_left_over, rows, take, write_lines
from weighbridge.cli.main import run
from weighbridge.errors import SourceError
from weighbridge.registry import histories
from weighbridge.registry.histories import Asked, take_histories
from weighbridge.registry.store import Store, opened
from weighbridge.sources.git_fetch import fetched_history


def noise(seed: int) -> str:
    """Return text that no compression makes small."""
    return random.Random(seed).randbytes(100_000).hex()


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[LoopbackHub]:
    """A Hub with the histories of two models."""
    with LoopbackHub() as hub:
        hub.clones = tmp_path / "served"
        (hub.clones / "acme").mkdir(parents=True)
        first = clones.new(hub.clones / "acme" / "one")
        clones.commit(first, "Publish", weights_bin=noise(1))
        clones.commit(first, "Train longer", weights_bin=noise(2))
        clones.commit(clones.new(hub.clones / "acme" / "two"), "Publish", README_md="# Two")
        yield hub


@pytest.fixture
def listed(store: Store, tmp_path: Path) -> Store:
    """A dataset of three models, the last of which the Hub does not give away."""
    names = ("acme/one", "acme/two", "acme/gone")
    take(store, write_lines(tmp_path / "d.jsonl", [{"id": name, "downloads": i} for i, name in enumerate(names)]))
    return store


def test_commits_are_fetched_and_the_contents_are_not(listed: Store, hub: LoopbackHub) -> None:
    found = take_histories(listed, Asked(DAY, hub.endpoint))
    assert (found.models, found.commits, sum(found.failed.values())) == (2, 3, 1)
    commits = {(row["id"], row["title"]): row for row in rows(listed, "commits")}
    assert set(commits) == {("acme/one", "Publish"), ("acme/one", "Train longer"), ("acme/two", "Publish")}
    head = clones.git(hub.clones / "acme" / "one", "rev-parse", "HEAD") if hub.clones else ""
    assert commits["acme/one", "Train longer"]["commit"] == head.strip()
    assert commits["acme/two", "Publish"]["is_signed"] is False
    assert [(row["id"], row["reason"].partition(":")[0]) for row in rows(listed, "rejects")] == [
        ("acme/gone", "no history")
    ]
    assert not any("authorization" in request.headers for request in hub.log)
    assert no_file_is_left_over(opened(listed.folder))


def test_a_clone_holds_no_contents(hub: LoopbackHub) -> None:
    with fetched_history(f"{hub.endpoint}/acme/one") as history:
        folder = history._common
        assert len(history.commits(10)) == 2
        assert sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) < 100_000
    assert not folder.exists()


def test_what_is_there_is_not_fetched_again(listed: Store, hub: LoopbackHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(histories, "_LOT", 1)
    assert take_histories(listed, Asked(DAY, hub.endpoint, models=2)).models == 1
    hub.log.clear()
    assert take_histories(opened(listed.folder), Asked(DAY, hub.endpoint)).models == 1
    assert not [request for request in hub.log if "acme/two" in request.path]
    left = opened(listed.folder)
    assert (len(rows(left, "commits")), len(rows(left, "rejects"))) == (3, 1)


def test_only_the_newest_commits_are_taken_where_no_more_are_wanted(listed: Store, hub: LoopbackHub) -> None:
    take_histories(listed, Asked(DAY, hub.endpoint, commits=1))
    assert {row["title"] for row in rows(listed, "commits") if row["id"] == "acme/one"} == {"Train longer"}


def test_a_hub_that_is_gone_is_an_error_and_changes_nothing(listed: Store, hub: LoopbackHub) -> None:
    hub.faults.add(Fault.SILENT)
    with pytest.raises(SourceError, match="gives no history"):
        take_histories(listed, Asked(DAY, hub.endpoint))
    assert not rows(opened(listed.folder), "rejects")


def test_a_redirect_to_a_local_file_is_not_followed(listed: Store, hub: LoopbackHub) -> None:
    assert hub.clones is not None
    hub.faults.add(Fault.STATUS, "acme/one", status=302, Location=(hub.clones / "acme" / "one").as_uri())
    assert take_histories(listed, Asked(DAY, hub.endpoint)).models == 1


def test_the_command_tells_what_could_not_be_had(
    listed: Store, hub: LoopbackHub, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
    assert run(["registry", "histories", str(listed.folder), "-q"]) == 4
    assert "3 commits of 2 models" in capsys.readouterr().err


def test_a_server_that_never_stops_complaining_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "git"
    program.write_text("#!/bin/sh\nexec yes 'remote: no' >&2\n")
    program.chmod(0o755)
    monkeypatch.setattr("weighbridge.sources.git_fetch.shutil.which", lambda _: str(program))
    monkeypatch.setattr("weighbridge.sources.git_fetch._LARGEST_FILE", 100)
    monkeypatch.setattr("weighbridge.sources.git_fetch._SECONDS", 10)
    with pytest.raises(SourceError, match="could not fetch"), fetched_history("https://hub.invalid/acme/one"):
        pass
