"""Work over processes: in order, without pickling, and a dying worker costs one piece."""

from __future__ import annotations

import os
import signal
import time

import pytest

from weighbridge.facts import processes
from weighbridge.facts.scan import FileScan


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the test runner's own threads not keep the work in this process."""
    monkeypatch.setattr(processes.threading, "active_count", lambda: 1)
    monkeypatch.setattr(processes, "_cores", lambda: 3)


def failed(index: int, reason: str) -> FileScan:
    return FileScan(str(index), incomplete=reason)


def test_results_come_in_order_from_other_processes() -> None:
    found = processes.spread(lambda i: FileScan(f"{i}", kind=str(os.getpid())), 50, FileScan, failed)
    assert [scan.path for scan in found] == [str(number) for number in range(50)]
    assert str(os.getpid()) not in {scan.kind for scan in found}


def test_large_results_pass() -> None:
    found = processes.spread(lambda i: FileScan("x" * 3_000_000), 4, FileScan, failed)
    assert {len(scan.path) for scan in found} == {3_000_000}


def test_a_worker_that_dies_costs_one_piece() -> None:
    def work(index: int) -> FileScan:
        if index % 4 == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        return FileScan(str(index))

    found = processes.spread(work, 9, FileScan, failed)
    assert [scan.path for scan in found if scan.incomplete] == ["1", "5"]
    assert len(found) == 9


def test_a_worker_that_raises_costs_one_piece() -> None:
    found = processes.spread(lambda i: FileScan(str(1 // (i - 2))), 4, FileScan, failed)
    assert [bool(scan.incomplete) for scan in found] == [False, False, True, False]


def test_a_worker_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_PATIENCE", 0.2)

    def work(index: int) -> FileScan:
        if index == 0:
            time.sleep(30)
        return FileScan(str(index))

    found = processes.spread(work, 2, FileScan, failed)
    assert "too long" in found[0].incomplete


def test_a_worker_that_takes_too_much_time_is_ended_by_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_SECONDS", 0)

    def work(index: int) -> FileScan:
        while index == 1:
            pass
        return FileScan(str(index))

    found = processes.spread(work, 3, FileScan, failed)
    assert [scan.incomplete for scan in found] == ["", "it takes more than 0 seconds of a processor", ""]


@pytest.mark.skipif(not processes._held_bytes(), reason="the system does not tell how much memory is held")
def test_a_worker_is_held_to_its_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_MEMORY_BYTES", 160 * 1024 * 1024)
    kept: list[bytes] = []

    def work(index: int) -> FileScan:
        try:
            kept.append(bytes(60_000_000))
        except MemoryError:
            return FileScan(str(index), incomplete="memory")
        return FileScan(str(os.getpid()))

    found = processes.spread(work, 6, FileScan, failed)
    assert not any(scan.incomplete for scan in found)  # a worker that holds much is followed by a fresh one
    assert len({scan.path for scan in found}) > 2
    monkeypatch.setattr(processes, "_MEMORY_BYTES", 32 * 1024 * 1024)
    assert processes.spread(work, 1, FileScan, failed)[0].incomplete == "memory"


def test_with_threads_the_work_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes.threading, "active_count", lambda: 2)
    found = processes.spread(lambda i: FileScan(str(os.getpid())), 5, FileScan, failed)
    assert {scan.path for scan in found} == {str(os.getpid())}


def test_nothing_is_no_work() -> None:
    assert processes.spread(lambda i: FileScan(""), 0, FileScan, failed) == []
