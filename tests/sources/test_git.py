from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from weighbridge.errors import SourceError
from weighbridge.sources import git_run
from weighbridge.sources.folder import FolderRepository
from weighbridge.sources.git import GitHistory, _commit

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")

SETTINGS = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_COMMITTER_DATE": "1700000000 +0200"}


def git(folder: Path, *arguments: str, **environment: str) -> str:
    command = ["git", "-c", "user.name=Ada Ö", "-c", "user.email=ada@example.org", "-c", "gc.auto=0", *arguments]
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **SETTINGS, **environment}, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    folder = tmp_path / "clone"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    git(folder, "commit", "-q", "--allow-empty", "-m", "initial commit")
    git(
        folder,
        "commit",
        "-q",
        "--allow-empty",
        "-m",
        "Add weights\n\nLong text.\n\nCo-authored-by: Bob <b@example.org>",
    )
    return folder


def test_the_commit_of_a_clone_is_its_head(clone: Path) -> None:
    assert FolderRepository(clone).ref.commit == git(clone, "rev-parse", "HEAD")


def test_packed_and_detached_heads_are_read(clone: Path) -> None:
    head = git(clone, "rev-parse", "HEAD")
    git(clone, "pack-refs", "--all")
    assert GitHistory(clone).head == head
    git(clone, "checkout", "-q", "--detach", "HEAD~1")
    assert GitHistory(clone).head == git(clone, "rev-parse", "HEAD") != head


def test_commits_come_newest_first_with_their_authors(clone: Path) -> None:
    newest, oldest = FolderRepository(clone).commits()
    assert newest.title == "Add weights"
    assert newest.authors == ("Ada Ö", "Bob")
    assert newest.date.isoformat() == "2023-11-15T00:13:20+02:00"
    assert newest.is_signed is False
    assert oldest.title == "initial commit"
    assert len(FolderRepository(clone).commits(1)) == 1


def test_a_signature_is_told_without_running_a_verifier(clone: Path) -> None:
    raw = git(clone, "cat-file", "commit", "HEAD")
    header, _, message = raw.partition("\n\n")
    signature = "gpgsig -----BEGIN SSH SIGNATURE-----\n abc\n -----END SSH SIGNATURE-----"
    made = subprocess.run(
        ["git", "hash-object", "-t", "commit", "-w", "--stdin", "--literally"],
        cwd=clone, input=f"{header}\n{signature}\n\n{message}\n", text=True, check=True, capture_output=True,
    )  # fmt: skip
    git(clone, "reset", "-q", "--hard", made.stdout.strip())
    assert [commit.is_signed for commit in FolderRepository(clone).commits()] == [True, False]


def test_nothing_that_the_clone_configures_is_run(clone: Path, tmp_path: Path) -> None:
    trap = tmp_path / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
    trap.chmod(0o755)
    keys = ("core.fsmonitor", "core.pager", "gpg.program", "core.sshCommand", "core.editor", "log.showSignature")
    for key in keys:
        git(clone, "config", key, "true" if key == "log.showSignature" else str(trap))
    git(clone, "config", "alias.rev-list", f"!{trap}")
    hooks = clone / ".git" / "hooks"
    for hook in ("post-checkout", "reference-transaction", "fsmonitor-watchman"):
        shutil.copy(trap, hooks / hook)
    assert len(FolderRepository(clone).commits()) == 2
    assert not (tmp_path / "sprung").exists()


def test_a_shallow_clone_has_the_commits_that_it_has(clone: Path, tmp_path: Path) -> None:
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{clone}", str(shallow))
    assert [commit.title for commit in FolderRepository(shallow).commits()] == ["Add weights"]


def test_a_second_worktree_is_a_clone_too(clone: Path, tmp_path: Path) -> None:
    git(clone, "worktree", "add", "-q", "-b", "other", str(tmp_path / "second"))
    repository = FolderRepository(tmp_path / "second")
    assert repository.ref.commit == git(clone, "rev-parse", "other")
    assert len(repository.commits()) == 2


def test_a_git_file_does_not_lead_into_foreign_repositories(clone: Path, tmp_path: Path) -> None:
    model = tmp_path / "model"
    model.mkdir()
    (model / ".git").write_text(f"gitdir: {clone / '.git'}\n")
    assert FolderRepository(model).ref.commit is None
    (model / ".git").unlink()
    (model / ".git").symlink_to(clone / ".git")
    assert FolderRepository(model).ref.commit is None


@pytest.mark.parametrize(
    "head", ["", "ref: refs/heads/../../../etc/passwd", "ref: refs/heads/none", "g" * 40, "ref: /etc/passwd", "\0" * 99]
)
def test_a_broken_head_is_no_clone(clone: Path, head: str) -> None:
    (clone / ".git" / "HEAD").write_text(head)
    repository = FolderRepository(clone)
    assert repository.ref.commit is None
    with pytest.raises(SourceError, match="no git clone"):
        repository.commits()


def test_a_pipe_for_a_head_does_not_block(clone: Path) -> None:
    (clone / ".git" / "HEAD").unlink()
    os.mkfifo(clone / ".git" / "HEAD")
    assert GitHistory(clone).head is None


def test_missing_objects_are_told(clone: Path) -> None:
    shutil.rmtree(clone / ".git" / "objects")
    (clone / ".git" / "objects").mkdir()
    with pytest.raises(SourceError, match="broken"):
        FolderRepository(clone).commits()


def test_a_folder_without_history_says_so(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no git clone"):
        FolderRepository(tmp_path).commits()


@pytest.mark.parametrize(
    ("person", "year"),
    [
        ("A <a> 99999999999 +0000", 5138),
        ("A <a> -5 +9999", 1970),
        ("A <a> 999999999999 -0000", 9987),
        ("<> 0 +0000", 1970),
    ],
)
def test_dates_that_no_calendar_holds_are_put_right(person: str, year: int) -> None:
    commit = _commit(f"{'a' * 40}\ntree x\nauthor {person}\ncommitter {person}\n\n    t\n")
    assert commit is not None
    assert commit.date.year == year


@pytest.mark.parametrize("entry", ["", "x", "a" * 40, f"{'a' * 40}\nauthor A\ncommitter <\n\nt", "\n\n\n"])
def test_what_is_no_commit_is_left_out(entry: str) -> None:
    assert _commit(entry) is None


def test_a_program_that_hangs_is_ended_with_all_that_it_started(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git_run, "_SECONDS", 0.3)
    with git_run.borrowed(clone / ".git") as own, pytest.raises(SourceError, match="seconds"):
        own.other("/bin/sh", "-c", "sleep 600 & sleep 600")


def test_output_without_end_is_cut(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git_run, "_OUTPUT_BYTES", 1000)
    with git_run.borrowed(clone / ".git") as own:
        assert len(own.other("/bin/sh", "-c", "while :; do echo more; done").output) == 1000
