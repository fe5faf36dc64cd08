"""Images: how they are prepared, graphs and networks as backbones, every technique on them."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

np = pytest.importorskip("numpy")
for name in ("sklearn", "torch", "transformers", "onnx", "onnxruntime", "peft", "PIL"):
    pytest.importorskip(name, reason="needs weighbridge[reuse]")

from tests.decide import small  # noqa: E402
from weighbridge.errors import FormatError, UsageError  # noqa: E402
from weighbridge.measure.images import Preparation  # noqa: E402
from weighbridge.measure.images import preparation as preparation_for  # noqa: E402
from weighbridge.measure.tasks import Item  # noqa: E402
from weighbridge.reuse.catalogue import TECHNIQUES, technique  # noqa: E402
from weighbridge.reuse.contract import Bench, Profile, Stage  # noqa: E402
from weighbridge.reuse.jobs import FEATURES, Job  # noqa: E402
from weighbridge.reuse.material import Material, Part  # noqa: E402
from weighbridge.reuse.worker import perform  # noqa: E402

MODELS = {
    "graph": small.graph,
    "graph of one image": lambda folder: small.graph(folder, batch=1),
    "transformer": small.vision_transformer,
}


@pytest.fixture(scope="module", params=MODELS)
def bench(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """A model, items, their features, and a probe to convert."""
    folder = tmp_path_factory.mktemp("images")
    small.stripes(folder / "stripes", 90)
    items = [(str(path), small.STRIPES.index(path.parent.name)) for path in sorted((folder / "stripes").glob("*/*"))]
    items = [items[number] for number in np.random.default_rng(0).permutation(len(items))]
    parts = [Part([p for p, _ in held], np.array([c for _, c in held])) for held in (items[:60], items[60:])]
    material = Material(Item.IMAGE, small.STRIPES, *parts)
    material.save(folder / "items")
    MODELS[request.param](folder / "model")
    (folder / "features").mkdir()
    profile = Profile("small", str(folder / "model"), 0, 0, is_trainable=request.param == "transformer")
    done = perform(Job(profile, str(folder / "items"), str(folder / "features")))
    assert not done.failure
    assert done.parameters > 80
    features = np.load(folder / "features" / FEATURES)["train"]
    assert features.shape == (60, 16 if profile.is_trainable else 3)
    held = Bench(profile, material, folder / "probe", features, start=folder / "probe")
    technique("linear-probe").fit(held).save(folder / "probe")
    return held


@pytest.mark.parametrize("known", [t for t in TECHNIQUES if t.stage is Stage.TUNE], ids=lambda t: t.name)
def test_what_is_tuned_predicts_saves_and_loads(bench: Bench, known: Any, tmp_path: Path) -> None:
    from weighbridge.reuse.networks import load_classifier

    if known.needs(bench.profile, bench.material):
        assert not bench.profile.is_trainable
        return
    fitted, items = known.fit(bench), bench.material.test.items
    rows = fitted.probabilities(items)
    assert rows.shape == (30, 3)
    assert rows.sum(axis=1) == pytest.approx(np.ones(30), abs=1e-5)
    fitted.save(tmp_path)
    loaded = load_classifier(tmp_path, Path(bench.profile.folder))
    assert loaded.probabilities(items) == pytest.approx(rows, abs=1e-5)
    if not bench.profile.is_trainable:
        assert (rows.argmax(axis=1) == bench.material.test.classes).mean() > 0.9


@pytest.mark.parametrize(
    ("start", "name", "gap"),
    [
        ("linear-probe", "onnx", 1e-5),
        ("nearest-neighbours", "onnx", 1e-5),
        ("linear-probe", "int8-dynamic", 0.15),
        ("linear-probe", "int8-static", 0.3),
    ],
)
def test_what_is_converted_says_nearly_the_same(
    bench: Bench, start: str, name: str, gap: float, tmp_path: Path
) -> None:
    from dataclasses import replace

    before = technique(start).fit(bench)
    before.save(tmp_path / "start")
    (tmp_path / "form").mkdir()
    after = technique(name).fit(replace(bench, folder=tmp_path / "form", start=tmp_path / "start"))
    items = bench.material.test.items
    assert np.abs(after.probabilities(items) - before.probabilities(items)).max() <= gap
    assert {path.name for path in (tmp_path / "form").iterdir()} == {"model.onnx", "classifier.json"}


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """Eight by four: its left half black, its right half white."""
    from PIL import Image

    rows = np.zeros((4, 8), np.uint8)
    rows[:, 4:] = 255
    Image.fromarray(rows).save(tmp_path / "picture.png")
    return tmp_path / "picture.png"


@pytest.mark.parametrize(
    ("shape", "settings", "found"),
    [
        ((3, 4, 8), {}, (3, 4, 8)),
        ((4, 8, 3), {}, (4, 8, 3)),
        (("c", "h", "w"), {}, (3, 224, 224)),
        ((3, 48, "w"), {}, (3, 48, 48)),
        ((1, "h", "w"), {"size": {"height": 6, "width": 2}}, (1, 6, 2)),
        ((3, -1, -1), {"size": 12}, (3, 12, 12)),
        ((3, 0, 0), {"size": {"shortest_edge": 9}, "crop_size": 5, "do_center_crop": True}, (3, 5, 5)),
        ((16,), {}, (16,)),
    ],
)
def test_the_input_tells_the_shape_and_the_settings_the_rest(
    picture: Path, shape: Any, settings: dict[str, Any], found: tuple[int, ...]
) -> None:
    array = preparation_for(shape, settings).of(str(picture))
    assert array.shape == preparation_for(shape, settings).shape == found
    assert array.dtype == np.float32
    assert 0 <= array.min() < array.max() <= 1


def test_values_are_scaled_and_centred_a_channel(picture: Path) -> None:
    settings = {"do_normalize": True, "image_mean": [0.5, 0.0, 1.0], "image_std": [0.5, 1.0, 2.0], "resample": 0}
    array = preparation_for((3, 4, 8), settings).of(str(picture))
    assert array[:, 0, 0].tolist() == [-1.0, 0.0, -0.5]
    assert array[:, 0, 7].tolist() == [1.0, 1.0, 0.0]
    assert preparation_for((4, 8, 3), {"do_rescale": False}).of(str(picture)).max() == 255


def test_the_middle_is_cut_where_the_settings_say_so(picture: Path) -> None:
    cut = Preparation(4, 4, shortest=4, resample=0).of(str(picture))
    assert cut[0].tolist() == [[0.0, 0.0, 1.0, 1.0]] * 4
    assert Preparation(4, 4, shortest=4).scaled(Fraction(1, 2)) == Preparation(2, 2, shortest=2)


@pytest.mark.parametrize(
    "settings",
    [
        {"size": 10**9},
        {"do_normalize": True, "image_mean": [0.5, 0.5], "image_std": [1, 1]},
        {"do_normalize": True, "image_mean": 0.5, "image_std": 0},
        {"do_normalize": True, "image_mean": ["red"] * 3, "image_std": [1] * 3},
        {"rescale_factor": "much"},
    ],
)
def test_settings_that_no_image_can_be_prepared_by_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(FormatError):
        preparation_for((3, "h", "w"), settings)


def test_what_is_no_image_is_told_by_name(tmp_path: Path) -> None:
    path = tmp_path / "notes.png"
    path.write_text("no image", encoding="utf-8")
    with pytest.raises(UsageError, match=r"notes\.png is no image"):
        preparation_for((3, 8, 8), {}).of(str(path))


def _broken(folder: Path) -> Path:
    small.graph(folder)
    (folder / "model.onnx").write_bytes(b"\x08\x07nonsense")
    return folder


def _of_rows(folder: Path) -> Path:
    from onnx import TensorProto, helper, save

    folder.mkdir()
    made = helper.make_graph(
        [helper.make_node("Relu", ["x"], ["y"])], "rows",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 4])], [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 4])],
    )  # fmt: skip
    save(helper.make_model(made, ir_version=8), folder / "model.onnx")
    return folder


def _without_last_layer(folder: Path) -> Path:
    import onnx

    small.graph(folder)
    model = onnx.load(folder / "model.onnx")
    del model.graph.node[4:]
    model.graph.output[0].name = "features"
    onnx.save(model, folder / "model.onnx")
    return folder


def _outside(folder: Path) -> Path:
    import onnx

    small.graph(folder)
    model = onnx.load(folder / "model.onnx")
    weights = model.graph.initializer[0]
    weights.ClearField("raw_data")
    weights.data_location = onnx.TensorProto.EXTERNAL
    weights.external_data.add(key="location", value="../../../../etc/passwd")
    (folder / "model.onnx").write_bytes(model.SerializeToString())
    return folder


def _without_inputs(folder: Path) -> Path:
    import onnx

    small.graph(folder)
    model = onnx.load(folder / "model.onnx")
    del model.graph.node[4].input[:]
    (folder / "model.onnx").write_bytes(model.SerializeToString())
    return folder


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (_broken, "cannot be read as ONNX"),
        (_of_rows, "takes no images"),
        (_without_last_layer, "no linear layer"),
        (_outside, "cannot be read as ONNX"),
        (_without_inputs, "cannot be read as ONNX"),
    ],
)
def test_a_graph_that_cannot_serve_is_told(make: Any, said: str, tmp_path: Path) -> None:
    from weighbridge.reuse.networks import load_network

    with pytest.raises(FormatError, match=said):
        load_network(make(tmp_path / "model"), Item.IMAGE)


def test_settings_that_are_no_json_are_told(tmp_path: Path) -> None:
    from weighbridge.reuse.networks import load_network

    folder = small.graph(tmp_path / "model")
    (folder / "preprocessor_config.json").write_text("{" * 9, encoding="utf-8")
    with pytest.raises(FormatError, match="preprocessor_config"):
        load_network(folder, Item.IMAGE)
    (folder / "preprocessor_config.json").write_text(json.dumps(["no", "settings"]), encoding="utf-8")
    assert load_network(folder, Item.IMAGE)[1].names == ("image",)
