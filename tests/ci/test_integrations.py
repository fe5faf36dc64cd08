"""The pre-commit hook and the GitHub Action really run, on local files, with names that mean harm."""

from __future__ import annotations

import json
import os
import pickle
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
HOSTILE = "a b$(touch pwned);`touch pwned` '\"; touch pwned #"


class _Inert:
    """Pickles as a call that would only print."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("echo inert",)


def _environment(**more: str) -> dict[str, str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, **more}


def _hook() -> dict[str, object]:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert [hook["id"] for hook in hooks] == ["weighbridge-scan"]
    return dict(hooks[0])


def _action() -> dict[str, object]:
    return dict(yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8")))


def _commit(folder: Path, *names: str) -> int:
    command = [*shlex.split(str(_hook()["entry"])), *_hook()["args"], *names]  # type: ignore[misc]
    return subprocess.run(command, cwd=folder, env=_environment(), capture_output=True, check=False).returncode


def test_hook_stops_a_commit_of_a_pickle_that_calls(tmp_path: Path) -> None:
    (tmp_path / "good.pkl").write_bytes(pickle.dumps({"a": [1, 2]}))
    (tmp_path / "bad.pkl").write_bytes(pickle.dumps(_Inert()))
    assert _commit(tmp_path, "good.pkl", "bad.pkl") == 1
    assert _commit(tmp_path, "good.pkl") == 0


def test_hook_takes_no_name_for_an_option(tmp_path: Path) -> None:
    (tmp_path / "-oreport.pkl").write_bytes(pickle.dumps(_Inert()))
    (tmp_path / "good.pkl").write_bytes(pickle.dumps({"a": 1}))
    assert _commit(tmp_path, "-oreport.pkl", "good.pkl") == 1


def test_no_step_interpolates_into_its_script() -> None:
    for step in _action()["runs"]["steps"]:  # type: ignore[index]
        assert "${{" not in step["run"]
        assert "uses" not in step


def _run_action(folder: Path, target: str, sarif: str = "out.sarif", key: str = "") -> int:
    step = next(s for s in _action()["runs"]["steps"] if s.get("id") == "scan")  # type: ignore[index]
    environment = _environment(
        TARGET=target, FAIL_ON="medium", SARIF=sarif, KEY=key, GITHUB_OUTPUT=str(folder / "outputs")
    )
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False).returncode


@pytest.mark.parametrize("name", [HOSTILE, "--help", "-"])
def test_action_scans_a_folder_of_any_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "bad.pkl").write_bytes(pickle.dumps(_Inert()))
    assert _run_action(tmp_path, name) == 1
    assert json.loads((tmp_path / "out.sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"
    assert not list(tmp_path.rglob("pwned"))


def test_action_does_not_take_a_missing_path_for_an_id(tmp_path: Path) -> None:
    assert _run_action(tmp_path, "org/name") == 3


def test_action_refuses_a_report_path_that_would_add_outputs(tmp_path: Path) -> None:
    assert _run_action(tmp_path, ".", "a\nother=1") == 2
    assert not (tmp_path / "outputs").exists()


def test_action_asks_for_a_signature_where_a_key_is_given(tmp_path: Path) -> None:
    key = tmp_path / HOSTILE.replace("/", "")
    shutil.copy(ROOT / "examples" / "keys" / "ann.pub", key)
    for name, status in (("signed-bert-4m", 0), ("reviews-bert-4m", 1)):
        shutil.copytree(ROOT / "examples" / name, tmp_path / name)
        assert _run_action(tmp_path, name, key=key.name) == status
    assert not list(tmp_path.rglob("pwned"))
