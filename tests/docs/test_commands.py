"""Every command that the documentation shows is run as it stands."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXPECTED = re.compile(r"#\s*exit status (\d)")


def commands() -> Iterator[tuple[str, int, str, int]]:
    """Yield page, line, command and expected exit status of every `weighbridge` line in an `sh` block."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for block in BLOCK.finditer(text):
            for line in block[1].replace("\\\n", " ").splitlines():
                if line.startswith("weighbridge "):
                    expected = EXPECTED.search(line)
                    where = text[: block.start()].count("\n") + 2
                    yield str(page.relative_to(ROOT)), where, line, int(expected[1]) if expected else -1


@pytest.mark.parametrize(("page", "line", "command", "status"), list(commands()))
def test_command_runs(page: str, line: int, command: str, status: int, tmp_path: Path, hub_for_docs: str) -> None:
    del page, line  # they name the test
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    words = shlex.split(command, comments=True)
    environment = {
        "HF_ENDPOINT": hub_for_docs,
        "HF_HOME": str(tmp_path / "hf"),
        "PATH": "/usr/bin:/bin",
        "HOME": str(tmp_path),
        "COLUMNS": "100",
    }
    script = [sys.executable, "-m", "weighbridge", *words[1:]]
    done = subprocess.run(script, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    assert done.returncode in ({0, 1} if status < 0 else {status}), done.stderr
