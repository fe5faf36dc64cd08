"""The sandbox: what behaves is served, what does not is ended, and the caller is told which."""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from weighbridge.errors import ModelFailed, UsageError
from weighbridge.measure import cell
from weighbridge.measure.sandbox import Ending, Limits, Sandbox

CELLS = "tests.measure.cells"
SHORT = Limits(seconds=20.0, silence=10.0)


def box(name: str, limits: Limits = SHORT) -> Sandbox:
    return Sandbox(f"{CELLS}:{name}", limits=limits)


def failing(name: str, limits: Limits = SHORT) -> Sandbox:
    with box(name, limits) as held, pytest.raises(ModelFailed):
        held.ask(1)
    assert held.ended is not None
    return held


def test_it_answers_and_ends() -> None:
    with box("echo") as held:
        assert held.ask({"text": "Größe\n\u2028"}) == {"text": "Größe\n\u2028"}
        assert held.ask([1.5] * 100_000) == [1.5] * 100_000
    assert held.ended is not None
    assert (held.ended.ending, held.ended.status) == (Ending.FINISHED, 0)


def test_what_a_model_prints_is_no_answer() -> None:
    with box("chatter") as held:
        assert held.ask(1) == 1
    assert held.ended is not None
    assert "nor is this" in held.ended.complaints


def test_answers_before_a_crash_are_kept() -> None:
    with box("crash") as held:
        assert [held.ask(1), held.ask(2)] == [1, 2]
        with pytest.raises(ModelFailed, match="SIGSEGV") as told:
            held.ask(3)
        with pytest.raises(ModelFailed, match="has ended"):
            held.ask(4)
    assert told.value.ending == Ending.CRASHED


@pytest.mark.parametrize("name", ["hang", "deaf"])
def test_a_hang_is_ended(name: str) -> None:
    begun = time.monotonic()
    held = failing(name, Limits(seconds=60.0, silence=0.5))
    assert held.ended is not None
    assert held.ended.ending is Ending.OUT_OF_TIME
    assert time.monotonic() - begun < 15


def test_a_process_that_does_not_read_is_ended() -> None:
    with box("deaf", Limits(seconds=60.0, silence=0.5)) as held, pytest.raises(ModelFailed, match="no answer in time"):
        held.ask("x" * 3_000_000)


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is Linux's")
@pytest.mark.parametrize("name", ["eat", "eat_natively"])
def test_an_eater_of_memory_is_ended(name: str) -> None:
    held = failing(name, Limits(memory=400_000_000, seconds=20.0))
    assert held.ended is not None
    assert held.ended.ending is Ending.OUT_OF_MEMORY


@pytest.mark.parametrize(
    ("name", "ending"),
    [("leave", Ending.CRASHED), ("raises", Ending.RAISED), ("lie", Ending.BROKE_PROTOCOL), ("litter", Ending.RAISED)],
)
def test_each_end_is_told_apart(name: str, ending: Ending) -> None:
    held = failing(name, Limits(seconds=20.0, file_size=20_000_000))
    assert held.ended is not None
    assert held.ended.ending is ending


def test_an_answer_without_end_is_refused() -> None:
    held = failing("flood", Limits(seconds=20.0, answer=100_000))
    assert held.ended is not None
    assert held.ended.ending is Ending.BROKE_PROTOCOL


def test_a_function_that_is_not_there_is_told() -> None:
    held = failing("nothing")
    assert held.ended is not None
    assert "nothing" in held.ended.reason


@pytest.fixture
def listener() -> Iterator[tuple[str, int]]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()


def test_nobody_is_reached(listener: tuple[str, int]) -> None:
    with box("call_home") as held:
        assert held.ask(list(listener)) != "connected"
        assert held.isolation in {"namespace", "interpreter"}


def test_without_namespaces_the_interpreter_refuses() -> None:
    with pytest.raises(cell.NetworkRefused):
        cell._refuse("socket.connect", (None, ("127.0.0.1", 80)))
    cell._refuse("socket.connect", (None, "/run/some.socket"))
    cell._refuse("open", ("file", "r", 0))


def test_secrets_of_the_environment_stay_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    with box("tell") as held:
        assert held.ask("HF_TOKEN") is None
        assert held.ask("HF_HUB_OFFLINE") == "1"
        assert held.ask("HOME") != str(Path.home())


@pytest.mark.skipif(sys.platform != "linux", reason="it looks at Linux's table of processes")
def test_what_it_started_goes_with_it() -> None:
    with box("spawn") as held:
        status = Path(f"/proc/{held.ask(1)}/status")
        assert status.exists()
    until = time.monotonic() + 10
    while status.exists() and "State:\tZ" not in status.read_text() and time.monotonic() < until:
        time.sleep(0.02)
    assert not status.exists() or "State:\tZ" in status.read_text()


def test_limits_that_allow_nothing_are_refused() -> None:
    with pytest.raises(UsageError):
        Limits(memory=0)
