"""Every command and every piece of Python that the documentation shows is run as it stands."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import clones
from tests.clones import GpgSigner, SshSigner
from tests.docs.pages import ROOT, Block, blocks

# What the blocks' other lines do (`pip install`, `git clone`, `make`) is not for a test to repeat.
RUN = re.compile(r"(?:.*\| *)?weighbridge |(?:hf|mkdir|printf) ")
EXPECTED = re.compile(r"#\s*exit status (\d)")


def command_blocks() -> list[Block]:
    return [block for block in blocks("sh") if list(lines_of(block))]


def lines_of(block: Block) -> Iterator[str]:
    """Yield the lines that are run."""
    for line in block.text.replace("\\\n", " ").splitlines():
        if RUN.match(line):
            yield line


def surroundings(folder: Path, endpoint: str) -> dict[str, str]:
    """Return the environment of somebody who has installed the program and has a Hub of his own."""
    return {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}/usr/bin{os.pathsep}/bin",
        "PYTHONPATH": str(ROOT / "src"),  # this checkout, whichever one is installed
        "HF_ENDPOINT": endpoint,
        "HF_HOME": str(folder / "hf"),
        "HOME": str(folder),
        "COLUMNS": "100",
    }


@pytest.fixture(scope="module")
def signed_clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a clone whose commits are signed with SSH, and the keys of its team."""
    folder = tmp_path_factory.mktemp("team")
    ssh, gpg = SshSigner(folder), GpgSigner(folder, "bob")
    gpg.close()
    clone = clones.new(folder / "my-clone")
    clones.commit(clone, "Publish", *ssh.options, README_md="# Model\n", config_json="{}")
    clones.git(clone, *ssh.options, "tag", "-s", "-m", "First release", "v1.0")
    return folder


@pytest.fixture
def desk(tmp_path: Path, signed_clone: Path) -> Path:
    """A folder with the examples in it, as a clone of this repository has them, and a signed clone of another."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    shutil.copytree(signed_clone / "my-clone", tmp_path / "my-clone")
    shutil.copy(signed_clone / "ann-signers", tmp_path / "team-signers")
    shutil.copy(signed_clone / "bob.asc", tmp_path / "team-keys.asc")
    return tmp_path


@pytest.mark.parametrize("block", command_blocks(), ids=str)
def test_commands_of_a_block_run(block: Block, desk: Path, hub_for_docs: str) -> None:
    environment = surroundings(desk, hub_for_docs)
    for line in lines_of(block):
        expected = EXPECTED.search(line)
        done = subprocess.run(
            ["bash", "-c", line], cwd=desk, env=environment, capture_output=True, text=True, check=False
        )
        assert "Traceback" not in done.stderr, line
        assert done.returncode in ({int(expected[1])} if expected else {0, 1}), f"{line}\n{done.stdout}\n{done.stderr}"


@pytest.mark.parametrize("block", list(blocks("python")), ids=str)
def test_python_runs(block: Block, desk: Path, hub_for_docs: str) -> None:
    if "/docs/" not in str(block.page):
        pytest.skip("a check's skeleton, which refers to the modules around it")
    done = subprocess.run(
        [sys.executable, "-c", block.text], cwd=desk, env=surroundings(desk, hub_for_docs), capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
