"""Every technique on a transformer of one layer: what it makes classifies, saves and loads, and says the same again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

np = pytest.importorskip("numpy")
for name in ("sklearn", "torch", "transformers", "tokenizers", "onnxruntime", "peft"):
    pytest.importorskip(name, reason="needs weighbridge[reuse]")

from tests.decide import small  # noqa: E402
from weighbridge.errors import FormatError  # noqa: E402
from weighbridge.measure.tasks import Item  # noqa: E402
from weighbridge.reuse.catalogue import TECHNIQUES, technique  # noqa: E402
from weighbridge.reuse.contract import SECTIONS, Bench, Diverged, Profile, Stage  # noqa: E402
from weighbridge.reuse.jobs import FEATURES, Job  # noqa: E402
from weighbridge.reuse.material import Material, Part, load_material  # noqa: E402
from weighbridge.reuse.worker import perform  # noqa: E402


def material(learn: int = 60, held: int = 30) -> Material:
    rows = small.items(learn + held)
    classes = np.array([small.TOPICS.index(topic) for topic, _ in rows])
    texts = [text for _, text in rows]
    return Material(Item.TEXT, small.TOPICS, Part(texts[:learn], classes[:learn]), Part(texts[learn:], classes[learn:]))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A model, its features, and a probe to convert."""
    folder = tmp_path_factory.mktemp("desk")
    small.transformer(folder / "model")
    material().save(folder / "items")
    (folder / "features").mkdir()
    profile = Profile("small", str(folder / "model"), 10_000, 16)
    assert not perform(Job(profile, str(folder / "items"), str(folder / "features"))).failure
    features = np.load(folder / "features" / FEATURES)["train"]
    probe = Bench(profile, material(), folder / "probe", features)
    technique("linear-probe").fit(probe).save(folder / "probe")
    return folder, profile, features


def bench(desk: Any, name: str, **keys: Any) -> Bench:
    folder, profile, features = desk
    place = folder / f"tried-{name}"
    place.mkdir(exist_ok=True)
    return Bench(profile, keys.pop("material", material()), place, features, start=folder / "probe", **keys)


@pytest.mark.parametrize("name", [t.name for t in TECHNIQUES if t.stage is Stage.TUNE])
def test_what_is_tuned_predicts_saves_and_loads(desk: Any, name: str) -> None:
    from weighbridge.reuse.networks import load_classifier

    held = bench(desk, name)
    fitted = technique(name).fit(held)
    rows = fitted.probabilities(held.material.test.items)
    assert rows.shape == (30, 3)
    assert rows.sum(axis=1) == pytest.approx(np.ones(30), abs=1e-5)
    fitted.save(held.folder)
    loaded = load_classifier(held.folder, Path(held.profile.folder))
    assert loaded.probabilities(held.material.test.items) == pytest.approx(rows, abs=1e-5)
    again = technique(name).fit(held).probabilities(held.material.test.items)
    assert again == pytest.approx(rows, abs=1e-5)


@pytest.mark.parametrize(("name", "gap"), [("onnx", 1e-5), ("int8-dynamic", 0.1), ("int8-static", 0.2)])
def test_what_is_converted_says_nearly_the_same(desk: Any, name: str, gap: float) -> None:
    from weighbridge.reuse.networks import load_classifier

    held = bench(desk, name)
    assert held.start
    before = load_classifier(held.start, Path(held.profile.folder)).probabilities(held.material.test.items)
    after = technique(name).fit(held).probabilities(held.material.test.items)
    assert np.abs(after - before).max() <= gap
    assert {"model.onnx", "tokenizer.json", "classifier.json"} <= {path.name for path in held.folder.iterdir()}


@pytest.mark.parametrize("start", ["linear-probe", "nearest-neighbours"])
def test_a_classifier_quantised_in_torch_is_smaller_saves_and_loads(desk: Any, start: str, tmp_path: Path) -> None:
    from weighbridge.reuse.quantised import load_quantised

    held = bench(desk, "torch")
    technique(start).fit(held).save(tmp_path / "start")
    fitted = technique("int8-torch").fit(replace(held, start=tmp_path / "start"))
    items = held.material.test.items
    rows = fitted.probabilities(items)
    assert rows.sum(axis=1) == pytest.approx(np.ones(30), abs=1e-5)
    if start == "linear-probe":
        from weighbridge.reuse.networks import load_classifier

        before = load_classifier(tmp_path / "start", Path(held.profile.folder)).probabilities(items)
        assert 0 < np.abs(rows - before).max() < 0.1
    fitted.save(tmp_path / "form")
    loaded = load_quantised(tmp_path / "form", tmp_path / "start", Path(held.profile.folder))
    assert loaded.probabilities(items) == pytest.approx(rows, abs=1e-6)
    sizes = [(tmp_path / name / "classifier.safetensors").stat().st_size for name in ("start", "form")]
    assert sizes[1] < sizes[0]


def test_a_dead_feature_gets_no_weight(desk: Any) -> None:
    from weighbridge.reuse.techniques.linear_probe import fitted_layer

    held = bench(desk, "linear-probe")
    features = held.features.copy()
    features[:, 3] = 1e-32 * np.random.default_rng(0).normal(size=len(features))
    layer = fitted_layer(replace(held, features=features))
    assert layer.weight.abs().max() < 100
    assert layer.weight[:, 3].abs().max() < 1e-6


def test_the_folded_probe_is_the_regression(desk: Any) -> None:
    from weighbridge.reuse.heads import linear_head
    from weighbridge.reuse.techniques.linear_probe import fitted_layer

    _, _, features = desk
    head = linear_head(0).fit(features, material().train.classes)
    import torch

    rows = torch.softmax(fitted_layer(bench(desk, "folded"))(torch.from_numpy(features)), dim=1).detach().numpy()
    assert rows == pytest.approx(head.predict_proba(features), abs=1e-4)


def test_fine_tuning_learns_what_it_is_shown(desk: Any) -> None:
    held = bench(desk, "learns")
    before = technique("linear-probe").fit(held).probabilities(held.material.train.items)
    after = technique("fine-tuning").fit(held).probabilities(held.material.train.items)
    truths = held.material.train.classes

    def loss(rows: Any) -> float:
        return float(-np.log(rows[np.arange(len(truths)), truths]).mean())

    assert loss(after) < loss(before)


def test_training_that_leaves_the_numbers_is_told(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("weighbridge.reuse.techniques.fine_tuning._RATE", float("nan"))
    with pytest.raises(Diverged):
        technique("fine-tuning").fit(bench(desk, "diverges"))


def test_a_class_without_items_to_learn_from_is_never_predicted(desk: Any) -> None:
    whole = material()
    known = whole.train.classes != 2
    part = Part([t for t, keep in zip(whole.train.items, known, strict=True) if keep], whole.train.classes[known])
    folder, profile, features = desk
    held = Bench(profile, Material(Item.TEXT, small.TOPICS, part, whole.test), folder / "unseen", features[known])
    for name in ("linear-probe", "nearest-neighbours"):
        assert 2 not in technique(name).fit(held).probabilities(whole.test.items).argmax(axis=1)


def test_a_failing_job_says_why_and_raises_nothing(desk: Any, tmp_path: Path) -> None:
    folder, profile, _ = desk
    broken = Profile("broken", str(tmp_path / "nowhere"), 1, 1)
    done = perform(Job(broken, str(folder / "items"), str(tmp_path)))
    assert "nowhere" in done.failure
    assert "holds no items" in perform(Job(profile, str(tmp_path), str(tmp_path))).failure


def test_items_come_back_as_they_were_written(tmp_path: Path) -> None:
    whole = material(5, 2)
    whole.save(tmp_path)
    read = load_material(tmp_path)
    assert (read.labels, read.train.items, read.test.classes.tolist()) == (
        whole.labels, whole.train.items, whole.test.classes.tolist(),
    )  # fmt: skip
    (tmp_path / "items.npz").write_bytes(b"PK\x03\x04nonsense")
    with pytest.raises(FormatError, match="holds no items"):
        load_material(tmp_path)


@pytest.mark.parametrize("known", TECHNIQUES, ids=lambda t: t.name)
def test_every_technique_tells_what_it_does_whence_and_where_it_fails(known: Any) -> None:
    assert set(known.docs) == {"summary", *SECTIONS}
    cost = known.cost(Profile("m", "", 10**6, 64, forward=0.01), material())
    assert cost.seconds > 0
    assert cost.memory > 0
