"""What goes wrong is on record, nothing that was done is lost, and the exit status tells the truth."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.decide import small
from tests.decide.faulty import FAULTY
from tests.decide.test_workflow import QUICK, decide
from tests.hub.faults import Fault
from tests.hub.server import LoopbackHub
from weighbridge.cli.main import run
from weighbridge.decide.fetching import fetch
from weighbridge.decide.record import Answer, State
from weighbridge.reuse import jobs
from weighbridge.reuse.catalogue import TECHNIQUES
from weighbridge.sources.options import SourceOptions
from weighbridge.sources.target import open_repository


@pytest.fixture
def faulty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every faulty technique stands in the catalogue, here and in the processes."""
    monkeypatch.setattr("weighbridge.decide.task.TECHNIQUES", (*FAULTY.values(), *TECHNIQUES))
    monkeypatch.setattr("weighbridge.decide.evaluation._CHEAP", {"linear-probe", *FAULTY})
    monkeypatch.setattr(jobs, "_WORKER", "tests.decide.faulty:serve")
    monkeypatch.setattr(jobs, "_GRACE", 2.0)


@pytest.mark.slow
def test_techniques_that_fail_each_in_its_own_way(home: Path, faulty: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("weighbridge.decide.evaluation._PATIENCE", 15.0)
    decision = decide(small.settings(home, candidates=["models/knowing"], techniques=[*FAULTY, *QUICK], held_out=0.7))
    reasons = {trial.technique: trial.reason for trial in decision.trials if trial.state is State.FAILED}
    assert set(reasons) == set(FAULTY)
    for name, said in (
        ("crashes", "SIGSEGV"), ("leaves", "no more of this"), ("hangs", "no answer in time"), ("eats-memory", "memory"),
        ("diverges", "no finite number"), ("babbles", "finite probabilities"), ("raises", "ZeroDivisionError"),
    ):  # fmt: skip
        assert said in reasons[name]
    assert (decision.answer, decision.technique) == (Answer.REUSE, "linear-probe")
    _nothing_of_them_reaches_the_screen(decision)


def _nothing_of_them_reaches_the_screen(decision: object) -> None:
    from weighbridge.render import decision as report

    assert "\x1b" not in report.render_markdown(decision) + report.render_html(decision)


def _status_and_record(settings: Path) -> tuple[int, dict[str, object]]:
    status = run(["decide", "run", str(settings), "--offline", "--quiet", "--threads", "1"])
    return status, json.loads((settings.parent / "decision" / "decision.json").read_text(encoding="utf-8"))


def test_two_classes_with_one_example_each_end_in_neither(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small.write_items(home / "items.csv", [("boats", "boats1 boats2"), ("birds", "birds1")])
    status, record = _status_and_record(small.settings(home, techniques=QUICK))
    assert (status, record["answer"]) == (1, "neither")
    capsys.readouterr()
    assert run(["decide", "explain", str(home / "decision")]) == 1
    assert "too few items" in capsys.readouterr().out


def test_a_budget_of_nought_leaves_the_baseline(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    status, record = _status_and_record(small.settings(home, budget="0 min"))
    # the artefact could not be measured in a clean environment: incomplete, and the record says why
    assert (status, record["answer"], record["trials"]) == (4, "from scratch", [])
    assert "no clean environment" in record["deployment"]["smoke_test"]


def test_a_budget_that_ends_while_features_are_extracted(home: Path) -> None:
    ticks = iter(range(0, 10**6, 40))
    decision = decide(small.settings(home, budget="2 min"), clock=lambda: float(next(ticks)))
    assert any("no time to extract" in reason for c in decision.candidates for reason in c.rejections)
    assert decision.answer is Answer.SCRATCH


def test_a_task_that_no_candidate_serves(home: Path, hub: LoopbackHub) -> None:
    small.static_model(home / "other" / "sees").joinpath("README.md").write_text(
        "---\npipeline_tag: image-classification\n---\n# Sees\n", encoding="utf-8"
    )
    (small.static_model(home / "other" / "empty") / "model.safetensors").unlink()
    small.static_model(home / "other" / "mute").joinpath("tokenizer.json").unlink()
    hub.add_folder("acme/broken", home / "models" / "knowing")
    hub.faults.add(Fault.BAD_JSON, "acme/broken")
    path = small.settings(home, candidates=["other", "acme/broken", "acme/nobody", "../../etc/passwd", "x\x00y"])
    decision = decide(path, sources=SourceOptions(endpoint=hub.endpoint, token="", timeout=3))
    reasons = {c.name: "; ".join(c.rejections) for c in decision.candidates}
    assert len(reasons) == 7
    assert all(reasons.values())
    assert "image-classification" in reasons["sees"]
    assert "safetensors" in reasons["empty"]
    assert "tokenizer.json" in reasons["mute"]
    assert "could not be read" in reasons["acme/nobody"]
    assert decision.answer is Answer.SCRATCH
    assert any(step.back == 1 and "no candidate serves" in step.outcome for step in decision.steps)


def test_a_download_that_breaks_off_is_told_and_taken_up_again(home: Path, hub: LoopbackHub) -> None:
    hub.add("acme/knowing", {f.name: f.read_bytes() for f in (home / "models" / "knowing").iterdir()})
    hub.faults.add(Fault.CUT, "model.safetensors", on="storage", after=1000)
    path = small.settings(
        home, candidates=["acme/knowing", "models/guessing"], techniques=["linear-probe"], held_out=0.7
    )
    sources = SourceOptions(endpoint=hub.endpoint, token="", timeout=3)
    broken = decide(path, sources=sources)
    rejections = {c.name: "; ".join(c.rejections) for c in broken.candidates}
    assert "could not be fetched" in rejections["acme/knowing"]
    assert not rejections["guessing"]
    assert not list((home / "decision" / "work").rglob("*.part"))
    hub.faults.clear()
    whole = decide(path, sources=sources)
    assert whole.chosen == "acme/knowing"


def test_weights_that_are_not_those_listed_are_refused(home: Path, hub: LoopbackHub) -> None:
    hub.add_folder("acme/knowing", home / "models" / "knowing")  # lists a hash that is not the file's
    decision = decide(
        small.settings(home, candidates=["acme/knowing"]), sources=SourceOptions(endpoint=hub.endpoint, token="")
    )
    assert "its hash differs" in decision.candidates[0].rejections[0]
    assert not list((home / "decision" / "work").rglob("model.safetensors"))


def test_a_candidate_that_changed_is_not_taken_for_what_it_was(tmp_path: Path) -> None:
    pytest.importorskip("safetensors")
    model = small.static_model(tmp_path / "model")
    before = fetch(open_repository(str(model)), tmp_path / "held")
    other = small.static_model(tmp_path / "other", knows=False)
    shutil.copyfile(other / "model.safetensors", model / "model.safetensors")  # of the same size
    after = fetch(open_repository(str(model)), tmp_path / "held")
    assert {name for name in before if before[name] != after[name]} == {"model.safetensors"}


def test_candidates_of_one_name_are_told_apart(home: Path) -> None:
    small.static_model(home / "elsewhere" / "knowing", knows=False)
    path = small.settings(home, candidates=["elsewhere/knowing", "models/knowing"], limits={"licences": ["apache-2.0"]})
    decision = decide(path)
    assert [c.name for c in decision.candidates] == ["knowing", "knowing (2)"]
