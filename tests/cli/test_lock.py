"""`weighbridge lock`: made through the Hub, checked against nobody but code, lock and cache."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.formats import seeds_core
from tests.hub.server import LoopbackHub
from weighbridge.cli.main import run

CARD = "---\nlicense: mit\n---\n# One\n"


@pytest.fixture
def project(hub: LoopbackHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    hub.add("acme/one", {"README.md": CARD, "model.safetensors": seeds_core.small_safetensors(), "config.json": "{}"})
    monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    write(folder, "")
    return folder


def write(folder: Path, settings: str) -> None:
    (folder / "app.py").write_text(
        f"from transformers import AutoModel\nAutoModel.from_pretrained('acme/one'{settings})\n"
    )


def locked(folder: Path) -> dict[str, object]:
    return json.loads((folder / "weighbridge.lock").read_text("utf-8"))["models"][0]


def pin(folder: Path) -> str:
    commit = str(locked(folder)["commit"])
    write(folder, f", revision='{commit}'")
    return commit


def fetch(hub: LoopbackHub, folder: Path, commit: str) -> Path:
    from huggingface_hub import HfApi

    return Path(
        HfApi(endpoint=hub.endpoint).snapshot_download("acme/one", revision=commit, cache_dir=folder.parent / "cache")
    )


def test_a_lock_holds_commit_files_licence_and_verdict(project: Path, hub: LoopbackHub) -> None:
    assert run(["lock", "-q"]) == 0
    held = locked(project)
    assert (held["model"], held["licence"], held["verdict"]) == ("acme/one", "MIT", "safe")
    assert len(str(held["commit"])) == 40
    files = held["files"]
    assert isinstance(files, list)
    assert {file["path"] for file in files} >= {"README.md", "config.json", "model.safetensors"}
    assert all(file.get("sha256") or file.get("git") for file in files)


def test_check_asks_nobody_and_fails_until_the_code_is_pinned(
    project: Path, hub: LoopbackHub, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["lock", "-q"]) == 0
    asked = len(hub.requests())
    assert run(["lock", "--check", "-q"]) == 1
    assert "app.py:2: acme/one: loads no revision" in capsys.readouterr().out
    pin(project)
    assert run(["lock", "--check", "-q"]) == 0
    assert len(hub.requests()) == asked


def test_a_model_that_is_not_locked_is_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lock", "-q"]) == 0
    pin(project)
    (project / "new.py").write_text("from sentence_transformers import SentenceTransformer as S\nS('acme/two')\n")
    assert run(["lock", "--check", "-q"]) == 1
    assert "new.py:2: acme/two: used, and not locked [unlocked]" in capsys.readouterr().out


def test_another_commit_is_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["lock", "-q"]) == 0
    write(project, f", revision='{'0' * 40}'")
    assert run(["lock", "--check", "-q"]) == 1
    assert "[another commit]" in capsys.readouterr().out


def test_a_changed_file_in_the_cache_is_told(
    project: Path, hub: LoopbackHub, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["lock", "-q"]) == 0
    snapshot = fetch(hub, project, pin(project))
    assert run(["lock", "--check", "-q"]) == 0
    assert "3 files of the local cache compared" in capsys.readouterr().err
    for name in ("model.safetensors", "config.json"):
        blob = (snapshot / name).resolve()
        blob.write_bytes(blob.read_bytes()[:-1] + b"!")
    assert run(["lock", "--check", "-q"]) == 1
    shown = capsys.readouterr().out
    assert shown.count("[file]") == 2
    assert "model.safetensors in the cache has the hash" in shown
    assert run(["lock", "--check", "--no-hashes", "-q"]) == 0


def test_offline_the_lock_is_made_from_the_cache(project: Path, hub: LoopbackHub) -> None:
    commit = hub.models["acme/one"].commit
    write(project, f", revision='{commit}'")
    fetch(hub, project, commit)
    asked = len(hub.requests())
    assert run(["lock", "-q", "--offline"]) == 0
    assert locked(project)["commit"] == commit
    assert len(hub.requests()) == asked


def test_what_cannot_be_locked_leaves_4(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "more.py").write_text("from transformers import AutoModel\nAutoModel.from_pretrained('acme/absent')\n")
    assert run(["lock", "-q"]) == 4
    assert "acme/absent is not locked" in capsys.readouterr().err
    (project / "more.py").write_text("from transformers import AutoModel\nAutoModel.from_pretrained(input())\n")
    assert run(["lock", "-q"]) == 4
    pin(project)
    assert run(["lock", "--check", "-q"]) == 4


@pytest.mark.parametrize("text", ["", "[]", '{"schema": "weighbridge/lock/9.9"}', '{"models": 3}', "[" * 100_000])
def test_a_file_that_is_no_lock_is_an_error(project: Path, text: str) -> None:
    (project / "weighbridge.lock").write_text(text)
    assert run(["lock", "--check", "-q"]) == 2


def test_nothing_used_leaves_3(project: Path) -> None:
    (project / "app.py").write_text("x = 1\n")
    assert run(["lock", "-q"]) == 3
