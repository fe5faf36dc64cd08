from __future__ import annotations

from pathlib import Path

import pytest

from weighbridge.sources.folder import FolderRepository

RECORD = "other/x.py,,\nvad/__init__.py,sha256=x,1\nvad/model.onnx,,\n"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    site = tmp_path / "lib" / "site-packages"
    for path, text in {
        "vad/model.onnx": "weights",
        "plain/model.onnx": "weights",
        "silero_vad-1.0.dist-info/RECORD": RECORD,
        "silero_vad-1.0.dist-info/METADATA": "Name: silero-vad",
        "silero_vad-1.0.dist-info/WHEEL": "x",
        "silero_vad-1.0.dist-info/licenses/LICENSE": "MIT License",
        "vad-9.dist-info/METADATA": "Name: impostor",
    }.items():
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_text(text)
    return site


def test_a_package_is_listed_with_its_distributions_licence(site: Path) -> None:
    repository = FolderRepository(site / "vad")
    assert [file.path for file in repository.files] == [
        "model.onnx", "silero_vad-1.0.dist-info/METADATA", "silero_vad-1.0.dist-info/licenses/LICENSE",
    ]  # fmt: skip
    assert repository.read("silero_vad-1.0.dist-info/licenses/LICENSE") == b"MIT License"


def test_a_folder_that_no_distribution_names_stands_alone(site: Path) -> None:
    assert [file.path for file in FolderRepository(site / "plain").files] == ["model.onnx"]


def test_a_package_installed_into_any_folder_is_known(tmp_path: Path) -> None:
    for path, text in {"vad/x.onnx": "", "vad-1.dist-info/RECORD": RECORD, "vad-1.dist-info/LICENSE": "MIT"}.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    assert [file.path for file in FolderRepository(tmp_path / "vad").files] == ["vad-1.dist-info/LICENSE", "x.onnx"]


def test_a_licence_that_is_a_link_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "vad").mkdir()
    (tmp_path / "vad-1.dist-info").mkdir()
    (tmp_path / "vad-1.dist-info" / "RECORD").write_text(RECORD)
    (tmp_path / "vad-1.dist-info" / "LICENSE").symlink_to("/etc/hostname")
    assert list(FolderRepository(tmp_path / "vad").files) == []
