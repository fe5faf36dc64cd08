"""Code of strangers: every file is listed or read, within bounds, and nothing is ever run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from weighbridge.errors import UsageError
from weighbridge.uses.finding import find_uses
from weighbridge.uses.reading import read_bytes

LOAD = "from transformers import AutoModel\nAutoModel.from_pretrained('acme/one')\n"
HOSTILE = {
    "brackets.py": LOAD + "x = " + "(" * 5000 + ")" * 5000,
    "unary.py": LOAD + "x = " + "-" * 50_000 + "1",
    "sum.py": LOAD + "x = " + "+".join(["1"] * 60_000),
    "attributes.py": LOAD + "x = a" + ".b" * 40_000,
    "indent.py": LOAD + "".join(" " * i + "if x:\n" for i in range(300)),
    "cycle.py": "import transformers as t\na = b\nb = a\na = a + b\nt.AutoModel.from_pretrained(a)\n",
    "product.py": "import transformers as t\n" + "".join(f"v{i} = 'x' if c else 'y'\n" for i in range(40))
    + "t.AutoModel.from_pretrained('o/' + " + " + ".join(f"v{i}" for i in range(40)) + ")\n",
    "calls.py": "import transformers as t\ndef f(a):\n    return f(a)\nt.AutoModel.from_pretrained(f(f))\n",
    "bomb.yaml": "a: &a [x, x]\n" + "".join(f"k{i}: &k{i} [*{'k' + str(i - 1) if i else 'a'}, *{'k' + str(i - 1) if i else 'a'}]\n" for i in range(40)) + "model: acme/one\n",
    "deep.json": '{"base_model": "acme/one", "model": ' + "[" * 100_000 + "]" * 100_000 + "}",
    "deep.yaml": "model_name_or_path: " + "[" * 20_000,
    "deep.toml": "model_name_or_path = " + "[" * 20_000,
    "tag.yaml": "model_name_or_path: !!python/object/apply:os.system [touch ran]\n",
    "open.ts": "import {pipeline} from '@huggingface/transformers'; pipeline(" + "(" * 50_000,
    "quotes.js": "import '@huggingface/transformers'; " + "`${" * 20_000,
    "quotes.sh": "hf download acme/one; python -c \"" + "'" * 50_000,
    "words.sh": "hf download " + "\\\n" * 30_000,
    "cells.ipynb": '{"cells": [{"cell_type": "code", "source": "from_pretrained("}, 3, null]}',
    "no.ipynb": '["from_pretrained"]',
    "null.py": LOAD + "\0",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_no_file_raises(name: str) -> None:
    found = read_bytes(HOSTILE[name].encode(), name)
    assert "a fault of this program" not in found.problem
    assert found.path == name


@pytest.mark.parametrize("name", ["brackets.py", "null.py", "deep.json", "deep.yaml", "indent.py"])
def test_what_is_not_read_says_so(name: str) -> None:
    assert read_bytes(HOSTILE[name].encode(), name).problem


def test_python_2_is_told_and_read_as_far_as_it_parses() -> None:
    found = read_bytes(
        b"from transformers import AutoModel\nprint 'hello'\nm = AutoModel.from_pretrained('acme/one')\n", "old.py"
    )
    assert found.problem.startswith("line 2")
    assert [(use.model, use.place.line) for use in found.uses] == [("acme/one", 3)]


def test_links_loops_pipes_and_huge_files_are_listed(tmp_path: Path) -> None:
    (tmp_path / "good.py").write_text(LOAD)
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "linked.py").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "pipe.py")
    with (tmp_path / "huge.py").open("wb") as file:
        file.truncate(1 << 33)
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "inner.py").write_text(LOAD)
    report = find_uses([tmp_path])
    assert [use.model for use in report.uses] == ["acme/one"]
    assert [Path(file.path).name for file in report.unread] == ["huge.py", "linked.py", "loop", "pipe.py"]
    assert len(find_uses([tmp_path], everywhere=True).uses) == 2


def test_a_path_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        find_uses([tmp_path / "absent"])


def test_nothing_is_run(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    (tmp_path / "evil.py").write_text(
        f"from transformers import AutoModel\nopen({str(mark)!r}, 'w')\nAutoModel.from_pretrained(open({str(mark)!r}, 'w').name)\n"
    )
    find_uses([tmp_path])
    assert not mark.exists()
