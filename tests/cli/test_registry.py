"""The commands of registry datasets: what they say, and their exit statuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.registry.conftest import write_lines
from weighbridge.cli.main import run


def test_import_tells_what_it_took(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dump = write_lines(tmp_path / "d.jsonl", [{"id": "a/b", "tags": ["license:mit"]}])
    assert run(["registry", "import", str(dump), "-o", str(tmp_path / "hub"), "--snapshot", "2026-01-15"]) == 0
    assert "1 models, 1 licences for 2026-01-15" in capsys.readouterr().err
    assert run(["registry", "import", str(dump), "-o", str(tmp_path / "hub"), "--snapshot", "2026-01-15"]) == 0
    assert "1 models were there already" in capsys.readouterr().err


def test_skipped_rows_show_in_the_exit_status(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dump = write_lines(tmp_path / "d.jsonl", [{"id": "a/b"}, "{"])
    assert run(["registry", "import", str(dump), "-o", str(tmp_path / "hub")]) == 4
    assert "is no JSON" in capsys.readouterr().err


def test_a_dump_without_a_row_is_nothing(tmp_path: Path) -> None:
    (tmp_path / "d.jsonl").write_text("\n\n")
    assert (
        run(["registry", "import", str(tmp_path / "d.jsonl"), "-o", str(tmp_path / "hub"), "--shape", "hub-records"])
        == 3
    )


def test_one_bad_dump_does_not_stop_the_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bad.bin").write_bytes(b"\x00\x01\x02")
    dump = write_lines(tmp_path / "d.jsonl", [{"id": "a/b"}])
    assert run(["registry", "import", str(tmp_path / "bad.bin"), str(dump), "-o", str(tmp_path / "hub")]) == 2
    said = capsys.readouterr().err
    assert "bad.bin" in said
    assert "1 models" in said


def test_shapes_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["registry", "import", "--shapes"]) == 0
    assert "hub-records" in capsys.readouterr().out


@pytest.fixture
def hub(tmp_path: Path) -> str:
    dump = write_lines(
        tmp_path / "d.jsonl",
        [
            {"id": "a/b", "downloads": 5, "tags": ["x,y", "=1+1"]},
            {"id": "c/d\u202e\u009b", "downloads": 70, "library_name": "\x1b[31mred"},
        ],
    )
    assert run(["registry", "import", str(dump), "-o", str(tmp_path / "hub"), "--snapshot", "2026-01-15"]) == 0
    return str(tmp_path / "hub")


def test_answers_are_drawn_and_made_safe_to_show(hub: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["registry", "query", hub, "select id, downloads, library from models order by downloads"]) == 0
    shown = capsys.readouterr().out
    assert "a/b" in shown.splitlines()[2]
    assert "(2 rows)" in shown
    assert not {"\x1b", "\x9b", "\u202e"} & set(shown)


def test_answers_as_csv_json_and_parquet(hub: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import json

    import pyarrow.parquet as pq

    asked = ["registry", "query", hub, "select id, tags, created from models where downloads = 5"]
    assert run([*asked, "--format", "csv"]) == 0
    assert capsys.readouterr().out == 'id,tags,created\na/b,"[""x,y"", ""=1+1""]",\n'
    assert run([*asked, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == [{"id": "a/b", "tags": ["x,y", "=1+1"], "created": None}]
    assert run([*asked, "--format", "parquet", "-o", str(tmp_path / "out.parquet")]) == 0
    assert pq.read_table(tmp_path / "out.parquet")["id"].to_pylist() == ["a/b"]
    assert run([*asked, "--format", "parquet"]) == 2


def test_long_answers_say_what_is_not_shown(hub: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["registry", "query", hub, "select * from range(120)", "--rows", "10"]) == 0
    assert "110 not shown" in capsys.readouterr().out
    assert run(["registry", "query", hub, "select * from range(120)", "--rows", "0"]) == 0
    assert "not shown" not in capsys.readouterr().out


def test_no_row_shows_in_the_exit_status(hub: str) -> None:
    assert run(["registry", "query", hub, "select * from models where false"]) == 3


def test_tables_are_listed(hub: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["registry", "query", hub, "--tables"]) == 0
    shown = capsys.readouterr().out
    assert "models  2 rows" in shown
    assert "base model" in shown


def test_a_question_is_needed_and_a_dataset(hub: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["registry", "query", hub]) == 2
    assert run(["registry", "query", str(tmp_path), "select 1"]) == 2
    assert "no registry dataset" in capsys.readouterr().err


def test_study_writes_what_the_files_name_ends_with(
    hub: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page, data, figures = tmp_path / "study.html", tmp_path / "study.json", tmp_path / "f"
    assert run(["registry", "study", hub, "-q", "-o", str(page), "--figures", str(figures)]) == 0
    assert '<h2 id="concentration">' in page.read_text()
    assert (figures / "concentration.svg").read_text().startswith("<svg xmlns=")
    assert run(["registry", "study", hub, "-q", "-o", str(data)]) == 0
    assert json.loads(data.read_text())["snapshot"] == "2026-01-15"
    capsys.readouterr()
    assert run(["registry", "study", hub, "-q"]) == 0
    assert "Gini" in capsys.readouterr().out


def test_comparing_with_a_day_that_is_not_there_names_those_that_are(
    hub: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["registry", "study", hub, "-q", "--compare", "2020-01-01"]) == 2
    assert "Earlier snapshots: none" in capsys.readouterr().err


def test_names_are_told(hub: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["registry", "names", hub]) == 0
    shown = capsys.readouterr().out
    assert "2 names in the snapshot of 2026-01-15" in shown
    assert "not known before `weighbridge registry measure`" in shown
    assert not {"\x1b", "\x9b", "\u202e"} & set(shown)
    assert run(["registry", "names", hub, "--format", "json"]) == 0
    import json

    assert json.loads(capsys.readouterr().out)["convention"]["names"] == 2
    (tmp_path / "few.json").write_text('{"BertModel": {"a/b": {"[1, 2]": 3}}}')
    assert run(["registry", "names", hub, "--dimensions", str(tmp_path / "few.json")]) == 2
    assert "too few models to learn from" in capsys.readouterr().err
