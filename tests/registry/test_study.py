"""The study answers what it can, says what it cannot, and comes out as published where the published figures are right."""

from __future__ import annotations

import csv
import datetime
import io
import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.registry.conftest import DAY, reference, take
from weighbridge.checks.catalogue import CHECKS
from weighbridge.registry import open_dataset
from weighbridge.registry.importing import Report
from weighbridge.registry.measuring import measure, processes
from weighbridge.registry.store import Store, created
from weighbridge.registry.study.association import with_intervals
from weighbridge.registry.study.questions import QUESTIONS
from weighbridge.registry.study.relations import between_models, with_projects
from weighbridge.registry.study.studying import Study, study
from weighbridge.render.study import files_of, render_study_html, render_study_json

Take = Callable[..., Report]
HOSTILE = "evil/<script>alert(1)</script>"


def cells(found: Study, name: str) -> list[dict[str, Any]]:
    """Return the rows of a figure as mappings."""
    figure = next(figure for figure in found.figures if figure.question.name == name)
    return [dict(zip(figure.columns, row, strict=True)) for row in figure.rows]


def answered(store: Store, **options: Any) -> Study:
    return study(open_dataset(store.folder), **options)


@pytest.fixture
def four(take_records: Take, store: Store) -> Store:
    base = {"pipeline_tag": "fill-mask", "library_name": "transformers"}
    take_records(
        base | {"id": "a/base", "downloads": 70, "tags": ["license:mit"], "config": {"model_type": "bert"},
                "siblings": [{"rfilename": "model.safetensors"}, {"rfilename": "README.md"}], "lastModified": "2025-01-01T00:00:00.000Z"},
        base | {"id": "a/child", "downloads": 20, "tags": ["license:apache-2.0", "dataset:squad"],
                "cardData": {"base_model": "a/base"}, "siblings": [{"rfilename": "pytorch_model.bin"}]},
        base | {"id": "b/grandchild", "downloads": 10, "tags": [], "cardData": {"base_model": "a/child"}},
        base | {"id": "b/loop", "downloads": 0, "tags": ["license:cc-by-nc-4.0"], "cardData": {"base_model": "b/loop"}},
    )  # fmt: skip
    return store


def test_concentration_by_hand(four: Store) -> None:
    by_model = next(row for row in cells(answered(four), "concentration") if row["quantity"] == "downloads, by model")
    # Gini of 0, 10, 20, 70: 2 * (2*10 + 3*20 + 4*70) / (4 * 100) - 5/4
    assert (by_model["holders"], by_model["total"]) == (4, 100)
    assert by_model["gini"] == pytest.approx(0.55)
    assert (by_model["share_of_largest"], by_model["share_of_ten"]) == (pytest.approx(0.7), 1.0)


def test_reach_goes_through_others_and_ends_in_a_circle(take_records: Take, four: Store) -> None:
    take_records({"id": "c/1", "tags": [], "cardData": {"base_model": "c/2"}}, {"id": "c/2", "tags": [], "cardData": {"base_model": "c/1"}}, name="circle.jsonl")  # fmt: skip
    reach = {row["base_model"]: (row["children"], row["models"]) for row in cells(answered(four), "reach")}
    assert reach == {"a/base": (1, 2), "a/child": (1, 1), "c/1": (1, 1), "c/2": (1, 1)}


def test_missing_attributes_formats_and_mitigations(four: Store) -> None:
    found = answered(four)
    task = next(row for row in cells(found, "missing_attributes") if row["models_of"] == "task: fill-mask")
    assert (task["models"], task["no_licence"], task["no_dataset"], task["no_base_model"]) == (4, 0.25, 0.75, 0.25)
    formats = {row["format"]: row["models"] for row in cells(found, "formats")}
    assert (formats["safetensors"], formats["pickle (PyTorch and others)"], formats["GGUF"]) == (1, 1, 0)
    told = {row["mitigation"]: row["share"] for row in cells(found, "mitigations")}
    assert (told["licence declared"], told["organisations verified"]) == (0.75, None)


def test_names_alone_are_counted_but_are_of_no_share(tmp_path: Path) -> None:
    store = created(tmp_path / "hub")
    (tmp_path / "ids.txt").write_text("a/x\nb/y\n")
    take(store, tmp_path / "ids.txt")
    found = answered(store)
    assert (found.models, found.described) == (2, 0)
    assert not cells(found, "licences")


def test_what_cannot_be_answered_is_said(four: Store) -> None:
    absent = {figure.question.name: figure.absent for figure in answered(four).figures if figure.absent}
    assert absent["scores"] == "the dataset has no scores for 2026-01-15"
    assert absent["licence_uses"] == "the dataset has no dependents and no repositories for 2026-01-15"


def test_scores_and_verdicts_once_it_is_measured(four: Store) -> None:
    measure(four, DAY, CHECKS, engine=processes(1))
    found = answered(four)
    assert {row["attribute"] for row in cells(found, "scores")} >= {"licence", "quality", "popularity"}
    assert all(row["code"].count(" ") == 1 for row in cells(found, "verdicts"))


def test_a_sample_has_intervals(four: Store) -> None:
    row = next(row for row in cells(answered(four, is_sample=True), "licences") if row["licence"] == "mit")
    # Wilson's interval of 1 in 4.
    assert (row["share"], round(row["low"], 4), round(row["high"], 4)) == (0.25, 0.0456, 0.6994)


def test_turnover_between_two_days(take_records: Take, four: Store) -> None:
    later = DAY + datetime.timedelta(days=30)
    take_records({"id": "a/base", "downloads": 90, "tags": []}, {"id": "new/one", "downloads": 5, "tags": []}, day=later, name="later.jsonl")  # fmt: skip
    found = study(open_dataset(four.folder), earlier=DAY)
    assert cells(found, "turnover") == [{"band": "1: of the first ten", "stayed": 1, "came": 1, "left": 3}]


@pytest.mark.parametrize(
    ("original", "derivative", "relation"),
    [("mit", "apache-2.0", "compatible"), ("cc-by-nc-4.0", "mit", "incompatible"), (None, "mit", "unknown"), ("mit", "my-own", "unknown")],
)  # fmt: skip
def test_licences_of_derivatives(original: str | None, derivative: str, relation: str) -> None:
    found = between_models([{"original": original, "derivative": derivative, "relations": 3}])
    assert (found[0]["relation"], found[0]["part"], found[0]["whole"]) == (relation, 3, 3)


def test_projects_with_several_licences_are_not_judged() -> None:
    rows = [{"original": "mit", "derivative": "mit", "is_ambiguous": False, "relations": 2},
            {"original": "gpl-3.0", "derivative": None, "is_ambiguous": True, "relations": 5}]  # fmt: skip
    found = {row["relation"]: (row["part"], row["whole"]) for row in with_projects(rows)}
    assert (found["compatible"], found["not judged"]) == ((2, 2), (5, 7))


def test_correlations_agree_with_scipy(take_records: Take, store: Store) -> None:
    from scipy.stats import spearmanr

    take_records(*({"id": f"a/{n}", "downloads": (n * 7) % 5, "tags": ["license:mit"] * (n % 2)} for n in range(30)))
    measure(store, DAY, CHECKS, engine=processes(1))
    pairs = open_dataset(store.folder).query(
        "select s.value, m.downloads from scores s join models m using (registry, id) where attribute = 'licence'"
    )
    expected = spearmanr([row["value"] for row in pairs.rows()], [row["downloads"] for row in pairs.rows()]).statistic
    row = next(row for row in cells(answered(store), "popularity") if row["attribute"] == "licence")
    assert row["correlation"] == pytest.approx(expected)
    assert row["low"] < row["correlation"] < row["high"]


def test_constant_scores_and_few_models_have_no_correlation() -> None:
    rows = [
        {"attribute": "quality", "models": 9, "correlation": 0.5},
        {"attribute": "licence", "models": 90, "correlation": None},
    ]
    assert with_intervals(rows) == []


def test_a_page_of_hostile_names_is_inert(take_records: Take, store: Store) -> None:
    take_records(
        {"id": HOSTILE, "tags": ["license:=1+1", "dataset:\x1b[31mred"], "downloads": 3, "pipeline_tag": "</svg><b>"}
    )
    found = answered(store)
    page = render_study_html(found)
    assert "<script" not in page
    assert "<b>" not in page
    assert "\x1b" not in page
    files = dict(files_of(found))
    assert all("\x1b" not in text for text in files.values())
    assert "'=1+1" in files["licences.csv"]
    for name, text in files.items():
        if name.endswith(".svg"):
            assert ET.fromstring(text).tag == "{http://www.w3.org/2000/svg}svg"
        else:
            assert len({len(row) for row in csv.reader(io.StringIO(text))}) == 1


def test_every_question_has_its_file_and_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "study.md").read_text()
    assert [question.name for question in QUESTIONS if f"`{question.name}`" not in page] == []


def test_the_real_figures_come_out_as_published(tmp_path: Path) -> None:
    store = created(tmp_path / "hub")
    for name in ("icse23/hub-records-2022.jsonl.gz", "icse23/model-ids-2022-08.txt.gz", "icse23/downloads-2022.csv.gz",
                 "peatmoss/uses-with-licences.csv.gz", "peatmoss/github-licences.json.gz"):  # fmt: skip
        take(store, reference(name))
    found = answered(store)
    uses = {row["relation"]: row for row in cells(found, "licence_uses")}
    assert (uses["incompatible"]["relations"], uses["compatible"]["relations"]) == (54, 11_782)
    assert [f"{100 * uses[kind]['share']:.2f}" for kind in ("incompatible", "compatible", "unknown")] == [
        "0.24",
        "52.43",
        "47.33",
    ]
    formats = {row["format"]: row for row in cells(found, "formats")}
    assert f"{formats['pickle (PyTorch and others)']['share']:.3f}" == "0.962"
    assert formats["safetensors"]["models"] == 0
    owners = next(row for row in cells(found, "concentration") if row["quantity"] == "models, by owner")
    assert f"{owners['share_of_ten']:.3f}" == "0.169"
    assert {row["series"] for row in cells(found, "downloads_by_rank")} == {
        "npm",
        "pypi",
        "huggingface",
        "models of huggingface",
    }
    assert json.loads(render_study_json(found))["models"] == found.models
