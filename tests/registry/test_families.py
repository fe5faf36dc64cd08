"""Architectures told from shapes, on made-up families whose shapes are those of real ones."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

pytest.importorskip("sklearn")

from tests.registry.conftest import reference
from weighbridge.errors import FormatError, SourceError, UsageError
from weighbridge.registry.families import Shapes, family_of, features, odd_ones, read_dimensions


def encoder(length: int, width: int = 768, layers: int = 12) -> dict[str, int]:
    return {
        f"[1, {length}]": 3,
        f"[1, {length}, {width}]": 8 * layers,
        f"[1, 12, {length}, {length}]": 5 * layers,
        str(length): 2,
    }


def picture(side: int) -> dict[str, int]:
    return {f"[1, 64, {side}, {side}]": 12, f"[1, 128, {side // 2}, {side // 2}]": 10, "[1, 1000]": 1}


def models() -> list[Shapes]:
    found = [Shapes(f"a/bert-{n}", "Bert", encoder(4 + n)) for n in range(20)]
    found += [Shapes(f"b/distil-{n}", "DistilBert", encoder(4 + n, layers=6)) for n in range(20)]
    return found + [Shapes(f"c/res-{n}", "ResNet", picture(32 + 2 * n)) for n in range(20)]


def test_families_are_told_apart_whatever_was_traced() -> None:
    judged = odd_ones(models())
    assert (judged.models, judged.families, judged.left_out, judged.odd) == (60, 3, 0, ())
    assert judged.accuracy == 1.0


def test_a_model_under_a_false_name_is_told() -> None:
    judged = odd_ones([*models(), Shapes("evil/resnet", "ResNet", encoder(9)), Shapes("few/one", "Rare", {"[1]": 1})])
    assert [(odd.id, odd.claimed, odd.likeliest) for odd in judged.odd] == [("evil/resnet", "ResNet", "Bert")]
    assert judged.left_out == 1


def test_the_length_of_the_text_traced_makes_no_other_shape() -> None:
    short, long = features(encoder(4)), features(encoder(17))
    assert {key for key in short if key.startswith("shape")} == {key for key in long if key.startswith("shape")}
    assert "shape 1,L,768" in short


def test_architectures_have_families() -> None:
    assert [family_of(name) for name in ("BertForMaskedLM", "GPT2LMHeadModel", "BartModel")] == ["Bert", "GPT2", "Bart"]


def test_too_few_models_teach_nothing() -> None:
    with pytest.raises(UsageError, match="too few"):
        odd_ones(models()[:30][:20])


def test_files_are_read_with_care(tmp_path: Path) -> None:
    good = tmp_path / "v.json.gz"
    good.write_bytes(gzip.compress(json.dumps({"BertModel": {"a/b": {"[1, 2]": 3}}}).encode()))
    assert read_dimensions(good) == [Shapes("a/b", "Bert", {"[1, 2]": 3})]
    for name, data in {"a.json": b"[1]", "b.json": b'{"x": {"y": {"z": "w"}}}', "c.json": b"["}.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(FormatError, match="dimension vectors"):
            read_dimensions(tmp_path / name)
    (tmp_path / "d.json.gz").write_bytes(good.read_bytes()[:20])
    with pytest.raises(SourceError, match="cannot be read"):
        read_dimensions(tmp_path / "d.json.gz")


def test_real_vectors_are_read() -> None:
    found = read_dimensions(reference("naming/dimension-vectors-7133.json.gz"))
    assert len(found) == 7133
