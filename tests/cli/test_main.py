"""The command line as a person meets it: help, errors, exit status, output."""

from __future__ import annotations

import io
import json
import os
import pathlib
import subprocess
import sys
from typing import Any

import click
import msgspec
import pytest
from click.testing import CliRunner

from tests.render.samples import CRAFTED, FULL, NOTHING
from weighbridge.cli import main as entry
from weighbridge.cli import output
from weighbridge.cli.audit import FORMATS
from weighbridge.cli.main import COMMANDS, cli, run
from weighbridge.cli.status import worst
from weighbridge.errors import ConnectionLost, NothingToAudit, RepositoryNotFound, UsageError
from weighbridge.model import Audit, Severity

TOKEN = "hf_AbCdEfGhIjKlMnOpQrStUvWxYz01234567"
CLEAN = msgspec.structs.replace(FULL, verdicts=tuple(v for v in FULL.verdicts if v.state == "verified"), skipped=())
ANSWERS: dict[str, Any] = {
    "full": FULL,
    "crafted": CRAFTED,
    "nothing": NOTHING,
    "clean": CLEAN,
    "absent": RepositoryNotFound("there is no absent", hint="Check the name."),
    "empty": NothingToAudit("it is empty"),
    "lost": ConnectionLost(f"lost with Bearer {TOKEN}"),
    "bug": RuntimeError(f"oops \x1b[31m {TOKEN}"),
    "interrupt": KeyboardInterrupt(),
}


@pytest.fixture(autouse=True)
def _answers(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> None:
    def audit(target: str, **_options: object) -> Audit:
        answer = ANSWERS[target]
        if isinstance(answer, BaseException):
            raise answer
        return answer  # type: ignore[no-any-return]

    monkeypatch.setattr("weighbridge.api.audit", audit)
    monkeypatch.setattr("weighbridge.cli.audit.lookup_of", lambda *_: None)
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "HF_TOKEN", "WEIGHBRIDGE_DEBUG"):
        monkeypatch.delenv(name, raising=False)


Captured = pytest.CaptureFixture[str]


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["full"], 1),
        (["full", "--fail-on", "critical"], 1),
        (["full", "--fail-on", "never"], 0),
        (["full", "--fail-on", "never", "--strict"], 4),
        (["clean"], 0),
        (["clean", "--strict"], 0),
        (["absent"], 2),
        (["empty"], 3),
        (["bug"], 2),
        (["interrupt"], 130),
        (["clean", "full"], 1),
        (["clean", "empty"], 3),
        (["full", "absent", "clean"], 2),
        (["full", "bug", "clean"], 2),
        (["clean", "--depth", "deep"], 2),
        ([], 2),
    ],
)
@pytest.mark.parametrize("form", ["terminal", "json", "sarif", "markdown"])
def test_the_exit_status_does_not_depend_on_the_format(arguments: list[str], status: int, form: str) -> None:
    assert run(["audit", *arguments, "--format", form]) == status


def test_the_worst_status_wins() -> None:
    assert worst([0, 4, 3, 1, 2]) == 2
    assert worst([0, 4, 3, 1]) == 1
    assert worst([0, 4, 3]) == 3
    assert worst([0, 4]) == 4
    assert worst([]) == 3


def test_a_failing_target_does_not_stop_the_others(capsys: Captured) -> None:
    assert run(["audit", "absent", "full", "bug", "nothing", "--format", "json"]) == 2
    captured = capsys.readouterr()
    assert [audit["ref"]["name"] for audit in json.loads(captured.out)] == [FULL.ref.name, NOTHING.ref.name]
    assert "error: absent: there is no absent\nhint: Check the name.\nsee: https://" in captured.err


def test_one_target_is_an_object_and_ids_come_from_standard_input(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(["audit", "full", "--format", "json"])
    assert json.loads(capsys.readouterr().out)["ref"]["name"] == FULL.ref.name
    monkeypatch.setattr("sys.stdin", io.StringIO("full\n\n# a comment\n  nothing\n"))
    run(["audit", "-", "--format", "json"])
    assert len(json.loads(capsys.readouterr().out)) == 2


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_is_written(form: str, capsys: Captured, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "report"
    assert run(["audit", "crafted", "--format", form, "-o", str(path)]) == 1
    assert capsys.readouterr().out == ""
    written = path.read_text(encoding="utf-8")
    run(["audit", "crafted", "--format", form])
    assert capsys.readouterr().out == written
    assert "\x1b" not in written
    assert TOKEN[:9] not in written
    assert [p.name for p in tmp_path.iterdir()] == ["report"]


def test_a_report_is_written_whole_or_not_at_all(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    path = tmp_path / "report"
    path.write_text("old")
    path.chmod(0o640)
    with monkeypatch.context() as patched:
        patched.setattr("os.fdopen", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
        with pytest.raises(UsageError, match="No space left"):
            output.emit("new", path)
    assert path.read_text() == "old"
    output.emit("new", path)
    assert path.read_text() == "new"
    assert path.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [path]
    assert run(["audit", "full", "-o", str(tmp_path / "no" / "such" / "folder")]) == 2


def test_formats_for_one_model_refuse_several(capsys: Captured) -> None:
    assert run(["audit", "full", "nothing", "--format", "html"]) == 2
    assert "html holds one model" in capsys.readouterr().err


def test_a_badge_of_one_attribute(capsys: Captured) -> None:
    run(["audit", "full", "--format", "badge", "--attribute", "security"])
    assert capsys.readouterr().out.count("<rect") == 2


def test_quiet_and_explain_and_verbose(capsys: Captured) -> None:
    run(["audit", "full", "-q"])
    assert capsys.readouterr().out.count("\n") == 1
    run(["audit", "full", "--explain", "--verbose"])
    shown = capsys.readouterr().out
    assert "What moved the scores" in shown
    assert "Verified (6)" in shown


def test_errors_are_a_sentence_without_tokens_or_traceback(capsys: Captured) -> None:
    for target in ("lost", "bug"):
        run(["audit", target])
        shown = capsys.readouterr().err
        assert "Traceback" not in shown
        assert TOKEN[:9] not in shown
        assert "hf_[redacted]" in shown
        assert "\x1b" not in shown


def test_debug_shows_where_it_happened_but_no_token(capsys: Captured) -> None:
    assert run(["--debug", "audit", "bug"]) == 2
    shown = capsys.readouterr().err
    assert "Traceback" in shown
    assert "RuntimeError" in shown
    assert TOKEN[:9] not in shown


def test_a_mistake_in_a_setting_is_told(tmp_path: pathlib.Path, capsys: Captured) -> None:
    (tmp_path / "weighbridge.toml").write_text("fail_on = 'low'")
    assert run(["audit", "full"]) == 2
    assert "did you mean 'fail-on'" in capsys.readouterr().err


def test_settings_are_read_and_the_command_line_wins(tmp_path: pathlib.Path) -> None:
    (tmp_path / "weighbridge.toml").write_text("fail-on = 'never'\nstrict = true")
    assert run(["audit", "full"]) == 4
    assert run(["audit", "full", "--fail-on", "high"]) == 1


def test_what_is_in_the_baseline_does_not_fail(tmp_path: pathlib.Path, capsys: Captured) -> None:
    path = tmp_path / "baseline.json"
    run(["audit", "full", "--format", "json", "-o", str(path)])
    assert run(["audit", "full", "--baseline", str(path)]) == 0
    assert run(["audit", "crafted", "--baseline", str(path)]) == 1
    path.write_text("{}")
    assert run(["audit", "full", "--baseline", str(path)]) == 2


def test_compare(capsys: Captured) -> None:
    assert run(["compare", "full", "nothing"]) == 1
    assert "Verdicts that differ" in capsys.readouterr().out
    assert run(["compare", "clean"]) == 2
    for form in ("json", "markdown", "html"):
        assert run(["compare", "clean", "nothing", "--format", form]) == 0
        assert CLEAN.ref.name.split("/")[1] in capsys.readouterr().out


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_examples(name: str) -> None:
    pytest.importorskip(COMMANDS[name].target.partition(":")[0])
    assert "Example" in CliRunner().invoke(cli, [name, "--help"]).output


def test_the_table_of_commands_is_true() -> None:
    for name, command in COMMANDS.items():
        module = pathlib.Path(entry.__file__).parent / f"{command.target.partition(':')[0].rpartition('.')[2]}.py"
        if module.exists():
            found = cli.get_command(click.Context(cli), name)
            assert found is not None
            assert found.name == name


def test_unknown_commands_and_options_are_usage_errors(capsys: Captured) -> None:
    assert run(["adit"]) == 2
    assert "hint: Try `weighbridge --help`." in capsys.readouterr().err
    assert run(["audit", "full", "--nope"]) == 2
    assert "hint: Try `weighbridge audit --help`." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("environment", "is_terminal", "is_colored"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": "0"}, True, False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ({"TERM": "dumb"}, True, False),
    ],
)
def test_colours_follow_the_environment(
    environment: dict[str, str], is_terminal: bool, is_colored: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    stream = io.StringIO()
    monkeypatch.setattr(stream, "isatty", lambda: is_terminal, raising=False)
    assert output.wants_color(stream) is is_colored


def command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    settings = {**os.environ, **environment}
    return subprocess.run(
        [sys.executable, "-m", "weighbridge", *arguments], capture_output=True, check=False, env=settings
    )


def test_help_is_there_at_once() -> None:
    best = min(_process_time() for _ in range(3))
    assert best < 0.15


def _process_time() -> float:
    before = os.times()
    assert command("--help").returncode == 0
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def test_a_reader_that_leaves_is_no_error() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "weighbridge", "--help"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()


def test_importing_the_package_is_cheap() -> None:
    program = (
        "import weighbridge, sys; sys.exit(any(m in sys.modules for m in ('msgspec', 'click', 'weighbridge.model')))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_severities_are_offered_gravest_first() -> None:
    from weighbridge.cli.settings import SEVERITIES

    assert SEVERITIES[0] == Severity.CRITICAL.label
    assert SEVERITIES[-1] == "never"
