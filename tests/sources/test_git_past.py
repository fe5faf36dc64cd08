"""A clone's past: releases, moved references, the commit's files, and files that are gone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.clones import commit, git, new
from weighbridge.errors import SourceError
from weighbridge.model import Move, Past
from weighbridge.sources import git_past
from weighbridge.sources.folder import FolderRepository
from weighbridge.sources.git_refs import read_references

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    return new(tmp_path / "clone")


def past(clone: Path) -> Past:
    return FolderRepository(clone).past()


def test_the_nearest_tag_behind_the_commit_is_the_release(clone: Path) -> None:
    commit(clone, "one", config_json="1")
    git(clone, "tag", "v0.9")
    released = commit(clone, "two", config_json="2", README_md="a")
    git(clone, "tag", "-a", "-m", "First", "v1.0-rc-1")
    assert past(clone).release is not None
    for number in range(3):
        commit(clone, "more", README_md=f"{number}", sub__model_bin=f"{number}")
    git(clone, "checkout", "-q", "-b", "other", "HEAD~1")
    commit(clone, "elsewhere")
    git(clone, "tag", "v9")
    git(clone, "checkout", "-q", "main")
    found = past(clone).release
    assert found is not None
    assert (found.name, found.commit, found.commits_since) == ("v1.0-rc-1", released, 3)
    assert found.changed == ("README.md", "sub/model.bin")


def test_without_a_tag_there_is_no_release(clone: Path) -> None:
    commit(clone, "one")
    assert past(clone) == Past()


def test_a_moved_tag_is_told_by_what_was_packed_before(clone: Path) -> None:
    old = commit(clone, "one")
    git(clone, "tag", "v1")
    git(clone, "pack-refs", "--all")
    newer = commit(clone, "two")
    git(clone, "tag", "-f", "v1")
    assert past(clone).moves == (Move("refs/tags/v1", old, newer, "packed-refs", True),)


@pytest.fixture
def fetched(clone: Path, tmp_path: Path) -> Path:
    """A clone of a repository that is fetched from twice: an ordinary push, then a forced one."""
    commit(clone, "one")
    commit(clone, "two")
    copy = tmp_path / "copy"
    git(tmp_path, "clone", "-q", str(clone), str(copy))
    commit(clone, "three")
    git(copy, "fetch", "-q")
    git(clone, "reset", "-q", "--hard", "HEAD~2")
    commit(clone, "another three")
    git(copy, "fetch", "-q")
    return copy


def test_a_forced_push_is_told_by_the_log_of_the_branch(fetched: Path) -> None:
    moves = [move for move in past(fetched).moves if move.name == "refs/remotes/origin/main"]
    assert [move.is_kept for move in moves if "fast-forward" in move.how] == [True]
    assert [move.is_kept for move in moves if "forced-update" in move.how] == [False]


def test_a_forced_push_whose_old_commits_are_gone_is_not_called_kept(fetched: Path) -> None:
    git(fetched, "reset", "-q", "--hard", "origin/main")
    old = next(move.old for move in past(fetched).moves if "forced-update" in move.how)
    (fetched / ".git" / "logs" / "HEAD").unlink()
    log = fetched / ".git" / "logs" / "refs" / "remotes" / "origin" / "main"
    kept = log.read_text()
    log.unlink()
    shutil.rmtree(fetched / ".git" / "logs")
    git(fetched, "-c", "gc.reflogExpire=now", "reflog", "expire", "--expire=now", "--all")
    git(fetched, "prune", "--expire=now")
    log.parent.mkdir(parents=True)
    log.write_text(kept)
    (move,) = [move for move in past(fetched).moves if move.old == old]
    assert move.is_kept is None


@pytest.mark.parametrize(
    "name",
    [
        "refs/tags/../../x",
        "refs/tags/a b",
        "refs/tags/-x\x01",
        "refs/notes/x",
        "refs/tags/" + "a/" * 50,
        "refs/tags/x.lock",
    ],
)
def test_names_that_are_not_plain_are_left_out(clone: Path, name: str) -> None:
    head = commit(clone, "one")
    (clone / ".git" / "packed-refs").write_text(f"{head} {name}\n{head} refs/tags/v1\n^{head}\n# x\n\x00\n")
    assert read_references(clone / ".git").tags == {"refs/tags/v1": head}
    assert past(clone).release is not None


def test_references_that_are_links_or_nonsense_are_left_out(clone: Path, tmp_path: Path) -> None:
    head = commit(clone, "one")
    tags = clone / ".git" / "refs" / "tags"
    (tmp_path / "elsewhere").write_text(head)
    (tags / "link").symlink_to(tmp_path / "elsewhere")
    (tags / "broken").write_text("ref: refs/heads/main\n")
    (tags / "absent").write_text("a" * 40)
    assert read_references(clone / ".git").tags == {"refs/tags/absent": "a" * 40}
    assert past(clone).release is None


def test_the_commits_files_are_told_with_what_pointers_stand_for(clone: Path) -> None:
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'ab' * 32}\nsize 10\n"
    commit(clone, "one", model_bin=pointer, config_json="{}")
    (clone / "link").symlink_to("config.json")
    commit(clone, "two")
    found = {file.path: file for file in FolderRepository(clone).committed()}
    assert sorted(found) == ["config.json", "link", "model.bin"]
    assert found["link"].size is None
    assert found["model.bin"].lfs_sha256 == "ab" * 32
    assert found["config.json"].blob == git(clone, "rev-parse", "HEAD:config.json")


def test_files_that_are_gone_are_found_with_the_commit_that_brought_them(clone: Path) -> None:
    commit(clone, "one", keep_txt="same", other_md="x")
    brought = commit(clone, "two", secrets_txt="old\n", sub__a_txt="first")
    commit(clone, "three", secrets_txt=None, sub__a_txt="second")
    repository = FolderRepository(clone)
    files, left_out = repository.old_files(lambda path: path.endswith(".txt"))
    assert {file.path: file.data for file in files} == {"secrets.txt": b"old\n", "sub/a.txt": b"first"}
    assert left_out == 0
    assert {repository.commit_with(file.blob) for file in files} == {brought}


def test_large_and_many_old_files_are_left_out_and_counted(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(clone, "one", a_txt="x" * 2000, b_txt="b", c_txt="cc")
    commit(clone, "two", a_txt=None, b_txt=None, c_txt=None)
    repository = FolderRepository(clone)
    monkeypatch.setattr(git_past, "FILE_BYTES", 1000)
    files, left_out = repository.old_files(lambda _: True)
    assert (sorted(file.data for file in files), left_out) == ([b"b", b"cc"], 1)
    monkeypatch.setattr(git_past, "ALL_BYTES", 2)
    files, left_out = repository.old_files(lambda _: True)
    assert (len(files), left_out) == (1, 2)
    monkeypatch.setattr(git_past, "FILE_LIMIT", 1)
    assert repository.old_files(lambda _: True)[1] >= 2


def test_nothing_is_gone_from_a_history_that_only_grew(clone: Path) -> None:
    commit(clone, "one", a_txt="x")
    assert FolderRepository(clone).old_files(lambda _: True) == ((), 0)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://huggingface.co/acme/model", "acme/model"),
        ("https://user:secret@huggingface.co/acme/model.git", "acme/model"),
        ("git@hf.co:acme/model", "acme/model"),
        ("https://example.org/acme/model", ""),
        ("https://huggingface.co/datasets/acme/model", ""),
        ("https://huggingface.co/../../etc", ""),
    ],
)
def test_the_model_that_it_is_a_clone_of(clone: Path, address: str, name: str) -> None:
    commit(clone, "one")
    git(clone, "remote", "add", "origin", address)
    assert FolderRepository(clone).upstream == name


def test_what_is_no_clone_has_no_past(tmp_path: Path) -> None:
    repository = FolderRepository(tmp_path)
    assert (repository.is_clone, repository.upstream) == (False, "")
    for ask in (repository.past, repository.committed, lambda: repository.old_files(lambda _: True)):
        with pytest.raises(SourceError, match="no git clone"):
            ask()
