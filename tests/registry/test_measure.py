"""A snapshot is measured by the checks of an audit; what is there is not measured again; a killed run loses and doubles nothing."""

from __future__ import annotations

import copy
import gzip
import itertools
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest

from benchmarks.records import with_card
from tests.registry.conftest import DAY, killed, no_file_is_left_over, one_by_one, reference, rows, take, write_lines
from weighbridge.checks.catalogue import CHECKS
from weighbridge.checks.contract import Check
from weighbridge.errors import FormatError
from weighbridge.facts.catalogue import READERS
from weighbridge.facts.engine import Facts
from weighbridge.model import Depth, State
from weighbridge.registry import lines, measuring
from weighbridge.registry.measuring import Measured, measure, processes
from weighbridge.registry.store import Store, created, opened
from weighbridge.scoring.audit import weigh
from weighbridge.sources.record import RecordRepository

CARD = "---\nlicense: mit\nbase_model: acme/base\n---\n# A model\n\nIt was trained on IMDB for 3 hours on one A100.\n"


def records(count: int) -> list[dict[str, Any]]:
    return [
        {
            "id": f"acme/model-{i}", "downloads": i * 100, "likes": i % 7, "lastModified": "2025-06-01T00:00:00.000Z",
            "siblings": [{"rfilename": name} for name in (["pytorch_model.bin", "README.md"] if i % 2 else ["model.safetensors"])],
            "tags": ["license:mit"] if i % 3 else [], "cardData": {"license": "mit"} if i % 3 else None,
            **({"card": CARD} if i % 4 == 0 else {}),
        }
        for i in range(count)
    ]  # fmt: skip


@pytest.fixture
def filled(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Forty models in several row groups."""
    monkeypatch.setattr(lines, "_BLOCK", 4000)
    take(store, write_lines(tmp_path / "d.jsonl", records(40)))
    return store


def measure_here(store: Store, checks: tuple[Check, ...] = CHECKS) -> Measured:
    """Measure in this process: starting others takes longer than the work."""
    return measure(store, DAY, checks, engine=one_by_one)


def verdicts(store: Store) -> list[tuple[Any, ...]]:
    return sorted(
        tuple(
            str(row[key])
            for key in (
                "snapshot",
                "registry",
                "id",
                "code",
                "version",
                "state",
                "severity",
                "subject",
                "grade",
                "message",
            )
        )
        for row in rows(store, "measurements")
    )


def scores(store: Store) -> list[tuple[Any, ...]]:
    return sorted(tuple(str(value) for value in row.values()) for row in rows(store, "scores"))


def audited(record: dict[str, Any], card: str | None) -> Any:
    facts = Facts(RecordRepository(record, card), READERS, depth=Depth.CARD, as_of=DAY)
    return weigh(facts, CHECKS)


def test_the_verdicts_and_scores_are_those_of_an_audit(filled: Store) -> None:
    measure(filled, DAY, CHECKS, engine=processes(2))
    expected_verdicts: list[tuple[str, ...]] = []
    expected_scores: list[tuple[str, ...]] = []
    for record in records(40):
        audit = audited(record, record.get("card"))
        for v in audit.verdicts:
            message = v.message if v.state is State.CONTRADICTED else None
            known = (
                DAY,
                "huggingface",
                record["id"],
                v.code,
                v.version,
                v.state.value,
                v.severity.label,
                v.subject,
                v.grade,
                message,
            )
            expected_verdicts.append(tuple(map(str, known)))
        expected_scores += [
            tuple(map(str, (DAY, "huggingface", record["id"], s.attribute.value, s.value, s.coverage, s.best)))
            for s in audit.scores
        ]
    assert verdicts(filled) == sorted(expected_verdicts)
    assert scores(filled) == sorted(expected_scores)


def test_what_is_measured_is_not_measured_again(filled: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = measure_here(filled)
    assert (first.models, first.left) == (40, 0)
    again = measure_here(filled)
    assert (again.models, again.left) == (0, 40)
    take(filled, write_lines(tmp_path / "more.jsonl", [{"id": "new/one"}]))
    more = measure_here(filled)
    assert (more.models, more.left) == (1, 40)
    assert len({row["id"] for row in rows(filled, "scores")}) == 41


def newer(check: Check) -> Check:
    changed = copy.copy(check)
    changed.version = check.version + 1
    changed.__dict__.pop("sign", None)
    return changed


def test_a_new_version_measures_that_check_alone(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    measure_here(filled)
    before = verdicts(filled)
    code = "LI001"
    changed = tuple(newer(check) if check.code == code else check for check in CHECKS)
    judged: list[str] = []
    monkeypatch.setattr(
        measuring, "checks_named", lambda codes: [c for c in changed if c.code in codes and not judged.append(c.code)]
    )
    measure_here(filled, changed)
    assert set(judged) == {code}
    after = verdicts(filled)
    assert [row for row in after if row[3] != code] == [row for row in before if row[3] != code]
    assert {row[4] for row in after if row[3] == code} == {"2"}
    assert len(after) == len(before)


def test_checks_added_later_give_the_same_bytes_as_all_at_once(
    filled: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    some = tuple(check for check in CHECKS if not check.code.startswith(("LI", "PO0")))
    measure_here(filled, some)
    measure_here(filled)
    later = [rows(filled, "measurements"), rows(filled, "scores")]
    whole = created(tmp_path / "whole")
    monkeypatch.setattr(lines, "_BLOCK", 4000)
    take(whole, tmp_path / "d.jsonl")
    measure_here(whole)
    assert later == [rows(whole, "measurements"), rows(whole, "scores")]


def test_checks_that_are_gone_leave_no_verdicts(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    measure_here(filled)
    measure_here(filled, tuple(check for check in CHECKS if not check.code.startswith("LI")))
    assert not [row for row in rows(filled, "measurements") if row["code"].startswith("LI")]
    assert {row["value"] for row in rows(filled, "scores") if row["attribute"] == "licence"} == {None}


def test_a_damaged_dataset_is_told(filled: Store) -> None:
    path = filled.paths("cards")[0]
    path.write_bytes(b"PAR1 is no more")
    with pytest.raises(FormatError, match="cannot be read") as caught:
        measure_here(filled)
    assert str(path) in caught.value.message


def command(folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "weighbridge", "registry", "measure", str(folder), "-q", "--workers", "2"],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip


def test_a_measurement_killed_twenty_times_is_that_of_one_that_was_not(
    filled: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts = killed("measure", filled.folder)
    assert attempts["killed"] == 20
    assert attempts["half"] > 3
    left = opened(filled.folder)
    measure_here(left)
    whole = created(tmp_path / "whole")
    take(whole, tmp_path / "d.jsonl")
    measure_here(whole)
    assert verdicts(left) == verdicts(whole)
    assert scores(left) == scores(whole)
    assert no_file_is_left_over(left)


@pytest.mark.slow
@pytest.mark.timeout(500)
def test_twenty_kills_lose_and_double_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "_BLOCK", 40_000)
    dump = write_lines(tmp_path / "d.jsonl", records(3000))
    interrupted, whole = created(tmp_path / "killed"), created(tmp_path / "whole")
    take(interrupted, dump)
    take(whole, dump)
    chance, kills, unfinished = random.Random(5), 0, 0
    begin = time.monotonic()
    assert command(whole.folder).wait(120) == 0
    lasts = time.monotonic() - begin
    groups = len(opened(whole.folder).parts("scores"))
    while kills < 20:
        process = command(interrupted.folder)
        time.sleep(chance.uniform(0.2, 1.0) * lasts)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            kills += 1
        process.wait()
        done = len(opened(interrupted.folder).parts("scores"))
        unfinished += 0 < done < groups
        if done > 0.8 * groups:  # nearly finished: most of it is to be done anew
            for part in opened(interrupted.folder).parts("scores")[3:]:
                _forget(interrupted.folder, part.covers)
    assert unfinished > 3
    process = command(interrupted.folder)
    assert process.wait(120) == 0, process.stderr.read() if process.stderr else ""
    assert verdicts(opened(interrupted.folder)) == verdicts(opened(whole.folder))
    assert scores(opened(interrupted.folder)) == scores(opened(whole.folder))
    assert no_file_is_left_over(opened(interrupted.folder))


def _forget(folder: Path, covers: str) -> None:
    store = opened(folder)
    with store.locked():
        store.commit([], removed=[part.path for part in store.manifest.parts if part.covers == covers])


@pytest.mark.slow
def test_the_records_of_2022_give_the_verdicts_of_an_audit(store: Store, tmp_path: Path) -> None:
    with gzip.open(reference("icse23/hub-records-2022.jsonl.gz")) as file:
        dump = [with_card(msgspec.json.decode(line)) for line in itertools.islice(file, 0, None, 40)]
    take(store, write_lines(tmp_path / "d.jsonl", dump))
    measure(store, DAY, CHECKS, engine=processes(2))
    found = {(row["id"], row["code"], row["state"], row["subject"]) for row in rows(store, "measurements")}
    assert found == {
        (record["id"], v.code, v.state.value, v.subject)
        for record in dump
        for v in audited(record, record.get("card")).verdicts
    }
