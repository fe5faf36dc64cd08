"""Decisions from end to end on a small task."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.decide import small
from weighbridge.decide.record import Answer, Decision, Deployment, State
from weighbridge.errors import UsageError
from weighbridge.uses.lock import read_lock

QUICK = ["linear-probe", "onnx"]


def decide(settings: Path, **session: Any) -> Decision:
    from weighbridge.decide.session import Session
    from weighbridge.decide.task import load_task
    from weighbridge.decide.workflow import decide as settle
    from weighbridge.reuse.jobs import Workshop
    from weighbridge.scoring.policy import Policy
    from weighbridge.sources.options import SourceOptions

    home = settings.parent / "decision"
    # no index: the clean environment cannot be made, which the record has to say
    workshop = Workshop(home / "work", {"PATH": os.defpath, "PIP_NO_INDEX": "1"}, threads=1)
    workshop.folder.mkdir(parents=True, exist_ok=True)
    sources = session.pop("sources", SourceOptions(offline=True))
    held = Session(load_task(settings), workshop, home, session.pop("policy", Policy()), sources, **session)
    return settle(held, settings.parent)


def test_the_model_that_knows_the_words_is_reused_and_packed(home: Path) -> None:
    path = small.settings(home, techniques=QUICK, held_out=0.7, limits={"size": "5 MB", "latency": 1000})
    decision = decide(path)
    assert (decision.answer, decision.chosen, decision.technique) == (Answer.REUSE, "knowing", "linear-probe")
    assert [c.name for c in decision.candidates] == ["knowing", "guessing"]
    best = next(t for t in decision.trials if t.candidate == "knowing")
    assert best.chosen_by
    assert best.chosen_by.value > 0.9
    assert best.against_baseline
    assert best.against_baseline.p_value < 0.001
    (form,) = decision.conversions
    assert form.largest_difference < 1e-5
    assert form.agreement == 1.0
    _the_artefact_answers_as_it_was_judged(decision, home)
    _what_was_done_is_not_done_again(path, decision)
    _the_reports_tell_it(decision)


def _the_artefact_answers_as_it_was_judged(decision: Decision, home: Path) -> None:
    found = decision.deployment
    assert found
    folder = home / "decision" / found.folder
    assert found.met == {"size": True, "latency": True}
    assert not found.is_clean
    assert "no clean environment" in found.smoke_test
    wanted = {
        "model.onnx",
        "tokenizer.json",
        "predict.py",
        "requirements.txt",
        "weighbridge.lock",
        "NOTICE",
        "README.md",
        "bom.cdx.json",
    }
    assert wanted <= set(found.files)
    result = subprocess.run(
        [sys.executable, "predict.py", "birds1 birds77 birds149"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(result.stdout)["label"] == "birds"
    card = (folder / "README.md").read_text()
    assert "license: mit\n" in card
    assert "The trial of knowing, linear-probe beats the baseline" in card
    (locked,) = read_lock(folder / "weighbridge.lock").models
    assert {file.path for file in locked.files} == {"README.md", "model.safetensors", "tokenizer.json"}
    assert locked.model == "knowing"
    _the_bill_is_valid((folder / "bom.cdx.json").read_text())


def _the_bill_is_valid(text: str) -> None:
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None


def _what_was_done_is_not_done_again(path: Path, before: Decision) -> None:
    done = sorted((path.parent / "decision" / "work").glob("*/done.json"))
    assert len(done) == 5  # features and a probe of two candidates, and a form
    times = [file.stat().st_mtime_ns for file in done]
    after = decide(path)
    assert [file.stat().st_mtime_ns for file in done] == times
    assert (after.answer, after.trials) == (before.answer, before.trials)


def _the_reports_tell_it(decision: Decision) -> None:
    import jsonschema

    from weighbridge.render import decision as report

    document = json.loads(report.render_json(decision))
    jsonschema.validate(document, json.loads(report.SCHEMA_PATH.read_text()))
    assert report.read_json(report.render_json(decision).encode(), "record") == decision
    page, text = report.render_html(decision), report.render_markdown(decision)
    assert "<svg" in page
    assert "<script" not in page
    assert "Reuse knowing by linear-probe" in text
    assert "What would change the answer" in text


def test_a_form_for_pytorch_alone_is_proved_and_not_packed(home: Path) -> None:
    from weighbridge.render.decision import render_markdown

    small.static_model(home / "models" / "third", knows=True)
    path = home / "models" / "third" / "config.json"
    path.write_text('{"architectures": ["BertModel"], "model_type": "bert"}', encoding="utf-8")
    keys = {"techniques": ["linear-probe", "int8-torch", "onnx"], "held_out": 0.7, "candidates": ["models/third"]}
    decision = decide(small.settings(home, **keys))
    assert decision.deployment
    assert decision.deployment.form == "onnx"
    forms = {form.technique: form for form in decision.conversions}
    assert forms["int8-torch"].state is State.MEASURED
    assert forms["int8-torch"].size > 0
    assert "as good, and not packed: it needs PyTorch" in render_markdown(decision)


def test_another_candidates_tokenizer_is_tried(home: Path) -> None:
    path = home / "models" / "guessing" / "tokenizer.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"boats1"', '"oars1"'), encoding="utf-8")
    decision = decide(small.settings(home, techniques=QUICK, held_out=0.7))
    outcomes = [swap.outcome for swap in decision.swaps if swap.part == "tokenizer"]
    assert len(outcomes) == 1
    assert outcomes[0].startswith("that of guessing: accuracy 0.")


def test_a_graph_that_knows_stripes_is_reused_for_images(tmp_path: Path, libraries: None) -> None:
    small.stripes(tmp_path / "stripes", 240)
    small.graph(tmp_path / "models" / "knowing", knows=True)
    small.graph(tmp_path / "models" / "guessing", knows=False)
    two = small.graph(tmp_path / "models" / "two")
    shutil.copy(two / "model.onnx", two / "other.onnx")
    keys = {"task": "image-classification", "data": "stripes", "held_out": 0.6, "techniques": QUICK}
    decision = decide(small.settings(tmp_path, **keys))
    assert (decision.answer, decision.chosen, decision.technique) == (Answer.REUSE, "knowing", "linear-probe")
    assert decision.baseline_name == "logistic regression on pixels"
    found = decision.deployment
    assert found
    assert found.is_faithful  # the packed program prepares images as they were when the model was judged
    rejected = {c.name: c.rejections for c in decision.candidates if c.rejections}
    assert set(rejected) == {"two"}
    assert "2 ONNX graphs" in rejected["two"][0]
    assert {swap.part for swap in decision.swaps} == {"head", "resolution"}
    assert any(
        "(as deployed): accuracy 1.000 on" in swap.outcome or "accuracy 0.9" in swap.outcome for swap in decision.swaps
    )
    fails = [swap.outcome for swap in decision.swaps if "fails" in swap.outcome]
    assert len(fails) == 4  # the graph takes one size alone
    image = next((tmp_path / "stripes" / "rows").iterdir())
    assert _predicted(tmp_path, image) == "rows"


def _predicted(home: Path, image: Path) -> str:
    command = [sys.executable, "predict.py", str(image)]
    result = subprocess.run(command, cwd=home / "decision" / "artefact", capture_output=True, text=True, check=True)
    return str(json.loads(result.stdout)["label"])


def test_pixels_that_are_enough_need_no_model(tmp_path: Path, libraries: None) -> None:
    from PIL import Image

    for number in range(60):
        name, grey = ("dark", 40) if number % 2 else ("light", 210)
        (tmp_path / "greys" / name).mkdir(parents=True, exist_ok=True)
        Image.new("L", (9, 7), grey + number // 2).save(tmp_path / "greys" / name / f"{number}.png")
    decision = decide(small.settings(tmp_path, task="image-classification", data="greys", target=0.7))
    assert decision.answer is Answer.SCRATCH
    assert decision.deployment
    assert decision.deployment.is_faithful
    assert _predicted(tmp_path, tmp_path / "greys" / "light" / "0.png") == "light"


def test_an_image_that_is_none_is_named(tmp_path: Path, libraries: None) -> None:
    small.stripes(tmp_path / "stripes", 12)
    (tmp_path / "stripes" / "rows" / "notes.png").write_text("not a picture", encoding="utf-8")
    with pytest.raises(UsageError, match=r"notes\.png is no image"):
        decide(small.settings(tmp_path, task="image-classification", data="stripes"))


def test_a_baseline_that_reaches_the_target_needs_no_model(home: Path) -> None:
    rows = [(topic, f"{topic} {text}") for topic, text in small.items(200)]
    small.write_items(home / "items.csv", rows)
    decision = decide(small.settings(home, target=0.8))
    assert decision.answer is Answer.SCRATCH
    assert decision.candidates == ()
    assert decision.deployment
    assert "beyond doubt" in decision.reason
    rows_of = subprocess.run(
        [sys.executable, "predict.py", "Birds birds3"],
        cwd=home / "decision" / "artefact",
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(rows_of.stdout)["label"] == "birds"


def test_no_candidate_within_the_limits_leads_back_to_stage_one(home: Path) -> None:
    decision = decide(small.settings(home, limits={"licences": ["apache-2.0"]}))
    assert decision.answer is Answer.SCRATCH
    assert [c.rejections for c in decision.candidates] == [("its licence is MIT; allowed are apache-2.0",)] * 2
    assert any(step.back == 1 for step in decision.steps)


def test_two_classes_with_one_example_each(home: Path) -> None:
    small.write_items(home / "items.csv", [("boats", "boats1 boats2"), ("birds", "birds1")])
    decision = decide(small.settings(home, techniques=QUICK))
    assert decision.answer is Answer.NEITHER
    assert "held out" in decision.reason
    assert decision.baseline_cross_validated is None
    assert decision.data
    assert any("fewer than five" in note for note in decision.data.notes)


def test_a_row_without_its_label_is_told(home: Path) -> None:
    small.write_items(home / "items.csv", [("boats", "boats1"), ("", "boats2"), ("birds", "birds1")])
    with pytest.raises(UsageError, match="row 2 has no label"):
        decide(small.settings(home))


@pytest.mark.parametrize(
    ("is_faithful", "met", "fits"),
    [(True, {"size": True}, True), (False, {}, False), (True, {"memory": None}, False), (True, {"size": False}, False)],
)
def test_what_answers_otherwise_than_it_was_judged_is_not_deployed(
    libraries: None, is_faithful: bool, met: dict[str, bool | None], fits: bool
) -> None:
    from weighbridge.decide.deployment import is_fit

    assert is_fit(Deployment(form="onnx", folder="artefact", size=1, is_faithful=is_faithful, met=met)) is fits


def test_one_class_is_no_task(home: Path) -> None:
    small.write_items(home / "items.csv", [("boats", "boats1")] * 10)
    decision = decide(small.settings(home))
    assert decision.answer is Answer.NEITHER
    assert "one class" in decision.reason


def test_a_budget_of_nought_tries_nothing(home: Path) -> None:
    decision = decide(small.settings(home, budget="0 s"))
    assert (decision.answer, decision.trials) == (Answer.SCRATCH, ())
    assert "budget leaves no time" in decision.reason


def test_a_budget_that_is_used_up_is_told_trial_by_trial(home: Path) -> None:
    path = small.settings(home, techniques=QUICK, budget="5 min")
    decide(path)  # so that the features are there: without them, no candidate comes so far
    ticks = iter(range(0, 10**6, 400))
    decision = decide(path, clock=lambda: float(next(ticks)))
    assert {trial.state for trial in decision.trials} == {State.SKIPPED}
    assert all("budget leaves" in trial.reason for trial in decision.trials)


def test_a_broken_candidate_does_not_stop_the_others(home: Path) -> None:
    path = home / "models" / "guessing" / "tokenizer.json"
    path.write_text("{}", encoding="utf-8")
    decision = decide(small.settings(home, techniques=QUICK, held_out=0.7))
    assert decision.chosen == "knowing"
    guessing = next(c for c in decision.candidates if c.name == "guessing")
    assert "is not a tokenizer" in guessing.rejections[0]


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"task": "juggling"}, "decide.task"),
        ({"budget": "soon"}, "decide.budget"),
        ({"metric": "vibes"}, "decide.metric"),
        ({"techniques": ["magic"]}, "decide.techniques"),
        ({"scores": {"charm": 3}}, "decide.scores"),
        ({"colour": "blue"}, "colour"),
        ({"limits": {"size": "big"}}, "limits.size"),
    ],
)
def test_settings_that_ask_for_what_does_not_exist_are_refused(
    tmp_path: Path, libraries: None, keys: dict[str, Any], said: str
) -> None:
    from weighbridge.decide.task import load_task

    if "scores" in keys:
        keys = {"scores": {}} | {k: v for k, v in keys.items() if k != "scores"} | {"scores": keys["scores"]}
    path = small.settings(tmp_path, **{k: v for k, v in keys.items() if k != "scores"})
    if "scores" in keys:
        path.write_text(path.read_text() + "[decide.scores]\ncharm = 3\n")
    with pytest.raises(UsageError, match=said):
        load_task(path)
