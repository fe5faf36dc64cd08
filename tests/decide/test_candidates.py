"""Candidates that are searched for: in a registry's snapshot, and on the Hub."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.decide import small
from tests.decide.test_workflow import QUICK, decide
from tests.hub.server import LoopbackHub
from weighbridge.cli.main import run
from weighbridge.decide.record import Answer, Decision
from weighbridge.sources.options import SourceOptions


def _online(hub: LoopbackHub) -> SourceOptions:
    return SourceOptions(endpoint=hub.endpoint, token="")


def _publish(hub: LoopbackHub, name: str, folder: Path, **model: Any) -> None:
    hub.add(name, {file.name: file.read_bytes() for file in folder.iterdir()}, **model)


def _search_step(decision: Decision) -> str:
    return next(step.outcome for step in decision.steps if step.subject == "search")


def test_the_hub_is_searched(home: Path, hub: LoopbackHub) -> None:
    for name in ("knowing", "guessing"):
        _publish(hub, f"lab/{name}-words", home / "models" / name)
    _publish(hub, "lab/other", home / "models" / "guessing")
    keys: dict[str, Any] = {
        "candidates": [],
        "search": {"words": "Words", "limit": 3},
        "techniques": QUICK,
        "held_out": 0.7,
    }
    decision = decide(small.settings(home, **keys), sources=_online(hub))
    assert (decision.answer, decision.chosen) == (Answer.REUSE, "lab/knowing-words")
    assert {c.name for c in decision.candidates} == {"lab/knowing-words", "lab/guessing-words"}
    assert "finds 2 models by 'Words'" in _search_step(decision)
    (asked,) = (request for request in hub.requests() if request.path.startswith("/api/models?"))
    assert "filter=safetensors" in asked.path


def test_a_search_that_fails_does_not_stop_the_named(home: Path) -> None:
    keys: dict[str, Any] = {"search": {"words": "words"}, "techniques": QUICK, "held_out": 0.7}
    decision = decide(small.settings(home, **keys))
    assert decision.chosen == "knowing"
    assert "found nothing: " in _search_step(decision)


def test_a_snapshot_is_searched(home: Path, hub: LoopbackHub) -> None:
    pytest.importorskip("duckdb")
    _publish(hub, "lab/knowing", home / "models" / "knowing", record={"pipeline_tag": "feature-extraction"})
    _publish(hub, "lab/painter", home / "models" / "guessing", record={"pipeline_tag": "text-to-image"})
    environment = {"HF_ENDPOINT": hub.endpoint}
    taken = [sys.executable, "-m", "weighbridge", "registry", "snapshot", "-o", str(home / "hub"), "-q"]
    subprocess.run(taken, env=os.environ | environment, check=True, capture_output=True)
    keys: dict[str, Any] = {
        "candidates": [], "search": {"words": "feature extraction", "registry": "hub"}, "techniques": QUICK, "held_out": 0.7,
    }  # fmt: skip
    decision = decide(small.settings(home, **keys), sources=_online(hub))
    assert decision.chosen == "lab/knowing"
    assert "1 of 2 models in the snapshot" in _search_step(decision)


def test_init_writes_the_search_down(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from weighbridge.cli.settings import Request, policy_of
    from weighbridge.decide.task import Search, load_task
    from weighbridge.model import Severity

    run(
        [
            "decide",
            "init",
            "--data",
            "items.csv",
            "--search",
            "words, < 5 MB",
            "--registry",
            "hub",
            "--size",
            "5 MB",
            "--memory",
            "1 GiB",
            "--fail-on",
            "medium",
            "--image",
            "picture",
        ]
    )
    (home / "weighbridge.toml").write_text(capsys.readouterr().out, encoding="utf-8")
    task = load_task(home / "weighbridge.toml")
    assert task.search == Search("words, < 5 MB", "hub")
    assert (task.limits.size, task.limits.memory, task.image) == ("5 MB", "1 GiB", "picture")
    assert policy_of(Request(config=home / "weighbridge.toml")).fail_on is Severity.MEDIUM


def test_a_registry_without_words_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["decide", "init", "--data", "items.csv", "--registry", "hub"]) == 2
    assert "--registry needs --search" in capsys.readouterr().err


def test_a_run_that_is_killed_goes_on_where_it_was(home: Path) -> None:
    small.settings(home, techniques=QUICK, held_out=0.7)
    command = [
        sys.executable,
        "-m",
        "weighbridge",
        "decide",
        "run",
        "weighbridge.toml",
        "--offline",
        "-q",
        "--threads",
        "1",
    ]
    environment = os.environ | {"PIP_NO_INDEX": "1"}
    running = subprocess.Popen(command, cwd=home, env=environment, start_new_session=True, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 90
    while not (done := _done(home)) and running.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    assert done
    assert not (home / "decision" / "decision.json").exists()
    done = _done(home)
    result = subprocess.run(command, cwd=home, env=environment, capture_output=True, text=True, check=False)
    assert "Reuse knowing by linear-probe" in result.stdout
    after = _done(home)
    assert {path: after[path] for path in done} == done
    assert len(after) == 5


def _done(home: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in (home / "decision" / "work").glob("*/done.json")}
