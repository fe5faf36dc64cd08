"""A model's family: who belongs to it, what passes down, what is odd about the declarations."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("duckdb")

from tests.registry.conftest import DAY, take
from weighbridge.errors import NothingToAudit
from weighbridge.registry import open_dataset
from weighbridge.registry.importing import Report
from weighbridge.registry.lineage import Family, Lineages, spread
from weighbridge.registry.lineage_graph import LineageGraph
from weighbridge.registry.lineage_overview import overview, widest
from weighbridge.registry.store import created

EXAMPLE = Path(__file__).parents[2] / "examples" / "registry" / "family.jsonl"
BERT = "google-bert/bert-base-uncased"


@pytest.fixture(scope="module")
def lineages(tmp_path_factory: pytest.TempPathFactory) -> Lineages:
    store = created(tmp_path_factory.mktemp("lineage") / "hub")
    take(store, EXAMPLE)
    return Lineages(open_dataset(store.folder))


def ids(family: Family, generation: int) -> list[str]:
    return [member.id for member in family.members if member.generation == generation]


def kinds(family: Family, name: str) -> set[str]:
    return {odd.kind for odd in family.oddities if odd.id == name}


def test_generations_lie_to_either_side(lineages: Lineages) -> None:
    family = lineages.family("startup/de-search")
    assert {m.id: (m.generation, m.depth, m.is_known) for m in family.members} == {
        "startup/de-search": (0, 3, True),
        "lab/german-e5-small": (-1, 2, True),
        "lab/multilingual-minilm": (-2, 1, True),
        "nreimers/MiniLM-L12": (-3, 0, False),
        "startup/de-search-onnx": (1, 4, True),
    }
    assert (family.ancestors, family.reach) == (3, 1)
    assert {tie.relations for tie in family.ties} == {("finetune",), ("quantized",)}


def test_the_most_downloaded_come_first(lineages: Lineages) -> None:
    assert ids(lineages.family(BERT), 1) == [
        "acme/reviews-bert", "other/old-bert", "nobody/torn", "nobody/bert-large-mini",
    ]  # fmt: skip


def test_a_licence_that_an_ancestor_forbids_marks_every_generation_below(lineages: Lineages) -> None:
    family = lineages.family("lab/multilingual-minilm")
    marks = {member.id: [(mark.kind, mark.source) for mark in member.marks] for member in family.members}
    assert marks["startup/de-search"] == marks["startup/de-search-onnx"] == [("licence", "lab/german-e5-small")]
    assert marks["lab/german-e5-small"] == []


def test_a_tainted_base_marks_what_is_made_from_it_and_nothing_else(lineages: Lineages) -> None:
    family = lineages.family(BERT, tainted=["other/old-bert"])
    assert {m.id for m in family.members if m.marks} == {"other/old-bert", "other/merged-bert"}


def test_what_measuring_found_reaches_the_descendants(take_records: Callable[..., Report], tmp_path: Path) -> None:
    from weighbridge.checks.catalogue import CHECKS
    from weighbridge.registry.measuring import measure, processes
    from weighbridge.registry.store import opened

    take_records(
        {"id": "bad/base", "siblings": [{"rfilename": "pytorch_model.bin"}], "securityFileStatus": {"status": "unsafe"},
         "securityRepoStatus": {"scansDone": True, "filesWithIssues": [{"path": "pytorch_model.bin", "level": "unsafe"}]}},
        {"id": "good/child", "tags": ["base_model:finetune:bad/base"]},
    )  # fmt: skip
    store = opened(tmp_path / "hub")
    measure(store, DAY, CHECKS, engine=processes(1))
    marks = {m.id: m.marks for m in Lineages(open_dataset(store.folder)).family("good/child").members}
    assert [(mark.kind, mark.source) for mark in marks["good/child"]] == [("risk", "bad/base")]
    assert marks["good/child"][0].reason.startswith("SE")


def test_renamed_parents_are_found_under_their_name_of_today(lineages: Lineages) -> None:
    family = lineages.family(BERT)
    written = {tie.child: tie.written for tie in family.ties if tie.written}
    assert written == {"other/old-bert": "bert-base-uncased", "other/lonely-merge": "Acme/Reviews-BERT"}
    assert kinds(family, "other/old-bert") == {"renamed-parent"}


def test_a_parent_renamed_between_two_snapshots_is_found(take_records: Callable[..., Report], tmp_path: Path) -> None:
    take_records({"id": "a/old", "sha": "1" * 40}, {"id": "b/child", "tags": ["base_model:a/old"]})
    take_records(
        {"id": "a/new", "sha": "1" * 40}, {"id": "b/child", "tags": ["base_model:a/old"]},
        day=DAY + datetime.timedelta(days=7), name="later.jsonl",
    )  # fmt: skip
    family = Lineages(open_dataset(tmp_path / "hub")).family("a/new")
    assert ids(family, 1) == ["b/child"]
    assert family.ties[0].written == "a/old"


def test_two_candidates_for_a_new_name_are_none(take_records: Callable[..., Report], tmp_path: Path) -> None:
    take_records({"id": "A/X"}, {"id": "a/X"}, {"id": "b/child", "tags": ["base_model:a/x"]})
    assert Lineages(open_dataset(tmp_path / "hub")).family("b/child").ancestors == 1
    assert Lineages(open_dataset(tmp_path / "hub")).family("a/X").reach == 0


def test_oddities_are_told(lineages: Lineages) -> None:
    family = lineages.family(BERT)
    assert kinds(family, "nobody/torn") == {"contradictory-relation", "contradictory-parents"}
    assert kinds(family, "other/lonely-merge") == {"merge-of-one", "renamed-parent"}
    assert kinds(family, "other/merged-bert") == set()
    assert kinds(lineages.family("nobody/ouroboros"), "nobody/ouroboros") == {"self-reference"}
    assert kinds(lineages.family("nobody/orphan-7b"), "nobody/orphan-7b") == {"missing-parent"}
    chicken = lineages.family("nobody/chicken")
    assert kinds(chicken, "nobody/egg") == kinds(chicken, "nobody/chicken") == {"cycle"}
    assert chicken.member.depth is None


def test_another_parent_outside_the_family_makes_no_merge_of_one(lineages: Lineages) -> None:
    assert lineages.family("other/old-bert").oddities == tuple(
        odd for odd in lineages.family("other/old-bert").oddities if odd.kind == "renamed-parent"
    )


def test_a_model_without_relatives_is_a_family(lineages: Lineages) -> None:
    family = lineages.family("g00gle-bert/bert-base-uncased")
    assert (len(family.members), family.ties, family.member.depth) == (1, (), 0)


def test_who_is_not_there_has_no_family(lineages: Lineages) -> None:
    with pytest.raises(NothingToAudit, match="no/such"):
        lineages.family("no/such")
    assert lineages.family("gone/llama-7b").reach == 1  # declared, though the registry does not have it


def test_a_registry_without_edges(take_records: Callable[..., Report], tmp_path: Path) -> None:
    take_records({"id": "a/b"})
    lineages = Lineages(open_dataset(tmp_path / "hub"))
    assert lineages.family("a/b").reach == 0
    assert overview(lineages).edges == 0


def test_the_whole_in_numbers(lineages: Lineages) -> None:
    found = overview(lineages, top=2)
    assert [(reach.id, reach.descendants) for reach in found.widest] == [(BERT, 7), ("nreimers/MiniLM-L12", 4)]
    assert (found.models, found.declaring, found.edges) == (21, 17, 18)
    assert found.relations == {"": 1, "adapter": 1, "finetune": 11, "finetune|quantized": 1, "merge": 3, "quantized": 2}
    assert found.depths == {0: 6, 1: 8, 2: 4, 3: 1, 4: 1}
    assert found.oddities == {
        "self-reference": 1, "on a cycle": 2, "without depth": 2, "missing parent": 2, "renamed parent": 2,
        "contradictory relation": 1,
    }  # fmt: skip


def test_counting_the_widest_stops_early_and_is_exact() -> None:
    # Two ways lead from `a` to `d`: four ways in all, three descendants, as many as `x` has.
    pairs = [("b", "a"), ("c", "a"), ("d", "b"), ("d", "c"), ("y", "x"), ("z", "x"), ("w", "x")]
    graph = LineageGraph([child for child, _ in pairs], [parent for _, parent in pairs])
    found = widest(graph, graph.depths(), 2)
    assert [(reach.id, reach.descendants) for reach in found] == [("a", 3), ("x", 3)]


def test_marks_end_on_cycles_and_reach_other_sources() -> None:
    children = {"a": ["b"], "b": ["c"], "c": ["a"], "x": ["c"]}
    assert spread(["a", "x"], children) == {"b": "a", "c": "x", "a": "x"}
