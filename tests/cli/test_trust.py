"""Naming whom to trust, on the command line and in the settings: what it answers, and the status that it leaves."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests import clones
from tests.clones import SshSigner
from tests.conftest import CHECKOUT
from weighbridge.cli.main import run

KEY = CHECKOUT / "examples" / "keys" / "ann.pub"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CHECKOUT / "examples" / "signed-bert-4m", tmp_path / "model"))


def test_a_scan_tells_who_signed(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["scan", str(model), "--key", str(KEY)]) == 0
    assert "as they were signed, by the holder of the key ann.pub" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("command", ["scan", "audit"])
def test_a_stripped_signature_or_a_changed_file_leaves_1(
    model: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    line = [command, str(model), "--key", str(KEY), "--select", "SE044,SE045"]
    assert run(line) == 0
    (model / "vocab.txt").write_text("changed\n")
    assert run(line) == 1
    assert "vocab.txt was changed" in " ".join(capsys.readouterr().out.split())
    (model / "model.sig").unlink()
    assert run(line) == 1


def test_one_file_alone_cannot_be_verified(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["scan", str(model / "model.safetensors"), "--key", str(KEY)]) == 4
    assert "give the folder" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("command", ["scan", "audit"])
def test_a_question_asked_and_left_open_leaves_4(model: Path, command: str) -> None:
    line = [command, str(model), "--key", str(KEY), "--select", "SE044,SE045"]
    assert run([*line, "--depth", "headers"]) == 4
    assert run([command, str(model), "--select", "SE044,SE045"]) == 0


def test_the_settings_name_keys_relative_to_themselves(model: Path, tmp_path: Path) -> None:
    shutil.copy(KEY, tmp_path / "ann.pub")
    settings = tmp_path / "weighbridge.toml"
    settings.write_text('[trust]\nkeys = ["ann.pub"]\n')
    line = ["scan", str(model), "--config", str(settings)]
    assert run(line) == 0
    (model / "model.sig").unlink()
    assert run(line) == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[trust]\nkeys = ["none.pub"]\n', "none.pub cannot be read"),
        ('[trust]\nidentity = "ann@example.org"\n', "belong together"),
        ('[trust]\nkey = ["ann.pub"]\n', "did you mean 'keys'"),
    ],
)
def test_settings_that_cannot_be_used_are_told(
    model: Path, tmp_path: Path, text: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = tmp_path / "weighbridge.toml"
    settings.write_text(text)
    assert run(["scan", str(model), "--config", str(settings)]) == 2
    assert told in capsys.readouterr().err


def test_an_identity_needs_its_provider(model: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["scan", str(model), "--identity", "ann@example.org"]) == 2
    assert "belong together" in capsys.readouterr().err


def test_a_clone_is_asked_who_committed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ann, eve = SshSigner(tmp_path), SshSigner(tmp_path, "eve")
    clone = clones.new(tmp_path / "clone")
    clones.commit(clone, "first", *ann.options, config_json="{}", README_md="# Model\n")
    line = ["audit", str(clone), "--select", "SE054"]
    assert run([*line, "--allowed-signers", str(ann.allowed)]) == 0
    assert run([*line, "--allowed-signers", str(eve.allowed)]) == 1
    settings = tmp_path / "weighbridge.toml"
    settings.write_text(f'[trust]\nallowed-signers = "{ann.allowed.name}"\n')
    assert run([*line, "--config", str(settings)]) == 0
    shutil.rmtree(clone / ".git")
    assert run([*line, "--config", str(settings)]) == 4
    assert "no git clone" in capsys.readouterr().out
