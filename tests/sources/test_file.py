from __future__ import annotations

from pathlib import Path

import pytest

from weighbridge.errors import SourceError
from weighbridge.model import Origin, RepoFile
from weighbridge.sources.file import FileRepository


@pytest.fixture
def repository(tmp_path: Path) -> FileRepository:
    (tmp_path / "sub").mkdir()
    (tmp_path / "model.onnx").write_bytes(b"graph")
    (tmp_path / "model.onnx_data").write_bytes(b"weights")
    (tmp_path / "link").symlink_to("/etc/hostname")
    return FileRepository(tmp_path / "model.onnx")


def test_the_file_alone_is_listed(repository: FileRepository) -> None:
    assert list(repository.files) == [RepoFile("model.onnx", 5)]
    assert (repository.ref.origin, repository.ref.name) == (Origin.FILE, "model.onnx")


def test_the_file_and_those_beside_it_can_be_read(repository: FileRepository) -> None:
    assert repository.read("model.onnx") == b"graph"
    assert repository.read("model.onnx_data") == b"weights"


@pytest.mark.parametrize(
    "path", ["../x", "/etc/hostname", "sub", "link", "absent", "", ".", "..", "sub/../model.onnx", "a\0"]
)
def test_nothing_else_can_be_read(repository: FileRepository, path: str) -> None:
    with pytest.raises(SourceError):
        repository.open(path)


def test_a_file_reached_by_a_link_is_read(tmp_path: Path) -> None:
    (tmp_path / "blob").write_bytes(b"weights")
    (tmp_path / "model.bin").symlink_to("blob")
    assert FileRepository(tmp_path / "model.bin").read("model.bin") == b"weights"


def test_a_file_has_no_history(repository: FileRepository) -> None:
    with pytest.raises(SourceError, match="no history"):
        repository.commits()
