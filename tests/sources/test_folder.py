from __future__ import annotations

import os
import socket
import sys
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import TODAY
from weighbridge.errors import SourceError
from weighbridge.facts.catalogue import READERS
from weighbridge.facts.contents import Contents
from weighbridge.facts.engine import Facts
from weighbridge.model import Depth, Origin
from weighbridge.sources.folder import FolderRepository
from weighbridge.sources.local import LocalFile
from weighbridge.sources.pointer import parse_pointer

POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"a" * 64 + b"\nsize 5000000000\n"


def paths(repository: FolderRepository) -> list[str]:
    return [file.path for file in repository.files]


def skipped(repository: FolderRepository) -> dict[str, str]:
    return {skip.path: skip.reason for skip in repository.skipped}


def test_files_are_listed_in_the_order_of_their_paths(tmp_path: Path) -> None:
    for path in ("b/x.bin", "a.txt", "b.txt", "b/a/y.bin"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(b"12345")
    repository = FolderRepository(tmp_path)
    assert paths(repository) == ["a.txt", "b.txt", "b/a/y.bin", "b/x.bin"]
    assert {file.size for file in repository.files} == {5}
    assert repository.ref.origin is Origin.FOLDER
    assert repository.ref.name == tmp_path.name
    assert repository.ref.commit is None
    assert repository.record is None


def test_an_empty_folder_has_no_files(tmp_path: Path) -> None:
    repository = FolderRepository(tmp_path)
    assert list(repository.files) == []
    assert list(repository.skipped) == []


@pytest.mark.parametrize("folder", [".git", "__pycache__", "sub/__pycache__", ".cache/huggingface"])
def test_what_tools_leave_behind_is_not_listed(tmp_path: Path, folder: str) -> None:
    (tmp_path / folder).mkdir(parents=True)
    (tmp_path / folder / "x").touch()
    (tmp_path / "model.bin").touch()
    repository = FolderRepository(tmp_path)
    assert paths(repository) == ["model.bin"]
    assert list(repository.unlisted) == ([] if folder == ".git" else [folder])


def test_the_state_of_a_download_is_all_known(tmp_path: Path) -> None:
    state = tmp_path / ".cache" / "huggingface"
    (state / "download" / "sub").mkdir(parents=True)
    for name in (".gitignore", "CACHEDIR.TAG", "download/model.bin.metadata", "download/sub/a.lock"):
        (state / name).touch()
    assert not FolderRepository(tmp_path).unlisted
    (state / "download" / "evil.py").touch()
    assert FolderRepository(tmp_path).unlisted == (".cache/huggingface",)


def test_a_link_within_the_folder_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "real.bin").write_bytes(b"weights")
    (tmp_path / "link.bin").symlink_to("real.bin")
    repository = FolderRepository(tmp_path)
    assert repository.open("link.bin").read_at(0, 100) == b"weights"
    assert not repository.skipped


@pytest.mark.parametrize("target", ["/etc/hostname", "../secret", "sub/../../secret", "loop"])
def test_a_link_out_of_the_folder_is_told_and_never_followed(tmp_path: Path, target: str) -> None:
    root = tmp_path / "model"
    root.mkdir()
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "loop").symlink_to("loop")
    (root / "weights.bin").symlink_to(target if target != "loop" else tmp_path / "loop")
    repository = FolderRepository(root)
    assert "out of the folder" in skipped(repository)["weights.bin"]
    assert repository.files[0].linked_to
    with pytest.raises(SourceError):
        repository.open("weights.bin")


def test_a_link_to_itself_is_told(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "broken").symlink_to("nowhere")
    assert set(skipped(FolderRepository(tmp_path))) == {"loop", "broken"}


def test_a_link_to_a_folder_is_not_walked(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "again").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "a" / "beside").symlink_to(tmp_path / "a", target_is_directory=True)
    repository = FolderRepository(tmp_path)
    assert paths(repository) == ["a/again"]
    assert set(skipped(repository)) == {"a/again", "a/beside"}


def test_a_file_replaced_by_a_link_after_listing_is_not_opened(tmp_path: Path) -> None:
    root = tmp_path / "model"
    root.mkdir()
    (root / "x.bin").write_bytes(b"1")
    repository = FolderRepository(root)
    (root / "x.bin").unlink()
    (root / "x.bin").symlink_to("/etc/hostname")
    with pytest.raises(SourceError):
        repository.open("x.bin")


def test_a_file_replaced_while_it_is_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.bin").write_bytes(b"1" * 10)
    source = FolderRepository(tmp_path).open("x.bin")
    (tmp_path / "y.bin").write_bytes(b"2" * 10)
    (tmp_path / "y.bin").replace(tmp_path / "x.bin")
    with pytest.raises(SourceError, match="changed"):
        source.read_at(0, 10)


@pytest.mark.parametrize("path", ["../secret", "/etc/passwd", "", ".", "a/../x", "x\0"])
def test_only_listed_files_can_be_opened(tmp_path: Path, path: str) -> None:
    (tmp_path / "x").touch()
    with pytest.raises(SourceError):
        FolderRepository(tmp_path).open(path)


@pytest.mark.skipif(sys.platform == "win32", reason="no pipes")
def test_pipes_and_sockets_are_listed_as_skipped_and_never_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "model.bin")
    with socket.socket(socket.AF_UNIX) as server:
        monkeypatch.chdir(tmp_path)  # an address of a socket must be short
        server.bind("s")
        repository = FolderRepository(tmp_path)
    assert set(skipped(repository)) == {"model.bin", "s"}
    assert paths(repository) == []


def test_a_pipe_beside_can_never_block_a_reader(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SourceError, match="no regular file"):
        LocalFile("pipe", tmp_path / "pipe")


def test_names_that_are_no_text_are_told(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.bin")).touch()
    (tmp_path / "naïve\n.bin").touch()
    repository = FolderRepository(tmp_path)
    assert paths(repository) == ["naïve\n.bin"]
    assert skipped(repository) == {"\\udcff.bin": "its name is no UTF-8"}


def test_the_number_of_files_is_limited_and_the_rest_told_once(tmp_path: Path) -> None:
    for folder in "abc":
        (tmp_path / folder).mkdir()
        for number in range(5):
            (tmp_path / folder / str(number)).touch()
    repository = FolderRepository(tmp_path, max_files=7)
    assert len(repository.files) == 7
    assert skipped(repository) == {"b/2": "the listing stops at 7 files"}


def test_a_tree_of_folders_alone_ends(tmp_path: Path) -> None:
    for number in range(50):
        (tmp_path / str(number)).mkdir()
    repository = FolderRepository(tmp_path, max_files=5)
    assert len(repository.skipped) == 1


def test_depth_is_limited(tmp_path: Path) -> None:
    deep = tmp_path / "/".join(["d"] * 80)
    deep.mkdir(parents=True)
    (deep / "x").touch()
    repository = FolderRepository(tmp_path)
    assert paths(repository) == []
    assert "nested" in repository.skipped[0].reason


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0)
    assert "closed" in skipped(FolderRepository(tmp_path))


def test_a_pointer_of_lfs_is_told_from_the_file_itself(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(POINTER)
    (tmp_path / "prose.md").write_bytes(b"x" * len(POINTER))
    found = {file.path: file for file in FolderRepository(tmp_path).files}
    pointer = found["model.safetensors"]
    assert (pointer.is_pointer, pointer.is_lfs, pointer.sha256, pointer.size) == (True, True, "a" * 64, len(POINTER))
    assert not found["prose.md"].is_pointer


def test_a_pointer_is_never_compared_with_the_hash_of_what_it_stands_for(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(POINTER)
    facts = Facts(FolderRepository(tmp_path), READERS, depth=Depth.FULL, as_of=TODAY)
    contents = facts.need(Contents)
    assert contents.hashes == ()
    assert "pointer" in contents.skipped[0].reason


@given(st.binary(max_size=400) | st.binary(max_size=200).map(lambda tail: POINTER[:60] + tail))
def test_pointers_are_parsed_without_surprises(data: bytes) -> None:
    place = Path("/dev/shm" if Path("/dev/shm").is_dir() else "/tmp") / f"weighbridge-{os.getpid()}"
    place.write_bytes(data)
    try:
        assert parse_pointer(str(place)) in {None, "a" * 64}
    finally:
        place.unlink()


def test_a_large_folder_is_listed_in_little_memory(tmp_path: Path) -> None:
    for number in range(100):
        (tmp_path / f"{number:03}").mkdir()
        for name in range(50):
            (tmp_path / f"{number:03}" / f"file-{name}.json").touch()
    tracemalloc.start()
    try:
        repository = FolderRepository(tmp_path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(repository.files) == 5000
    assert peak / 5000 < 600  # bytes a file


@pytest.mark.parametrize(
    ("records", "commit"), [(["c" * 40], "c" * 40), (["c" * 40, "d" * 40], None), (["junk"], None)]
)
def test_a_download_keeps_its_commit(tmp_path: Path, records: list[str], commit: str | None) -> None:
    state = tmp_path / ".cache" / "huggingface" / "download" / "sub"
    state.mkdir(parents=True)
    for number, record in enumerate(records):
        (state / f"{number}.metadata").write_text(f"{record}\netag\n1700000000.0\n")
    assert FolderRepository(tmp_path).ref.commit == commit


def test_reads_stay_inside_the_file(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(bytes(range(100)))
    source = FolderRepository(tmp_path).open("x")
    assert source.read_at(90, 1 << 63) == bytes(range(90, 100))
    assert source.read_at(100, 1) == source.read_at(-1, 5) == source.read_at(5, -1) == b""


def test_a_file_that_vanished_is_told(tmp_path: Path) -> None:
    (tmp_path / "x").touch()
    repository = FolderRepository(tmp_path)
    (tmp_path / "x").unlink()
    with pytest.raises(SourceError, match="cannot be read"):
        repository.open("x")
