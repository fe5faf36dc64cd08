"""Environment files and stated versions."""

from __future__ import annotations

import json

import pytest
from hypothesis import given

from tests.facts.strategies import VALUES, texts
from tests.support import facts_of
from weighbridge.facts.engine import Gap
from weighbridge.facts.environment import Environment
from weighbridge.model import Depth


def environment_of(files: dict[str, str]) -> Environment:
    return facts_of(files, depth=Depth.CARD).need(Environment)


def test_a_requirements_file() -> None:
    text = """# comment
--index-url https://x.org
torch==2.1.0  # pinned
numpy>=1.20,<2
transformers[torch] @ git+https://github.com/huggingface/transformers@abc
git+https://github.com/acme/tool.git#egg=tool
-e .
pandas == 2.* ; python_version > "3.8"
scipy==1.11.0 \\
    --hash=sha256:abc
not a requirement!
"""
    found = environment_of({"requirements.txt": text}).requirements
    assert [(r.name, r.pin, bool(r.url), r.where and r.where.line) for r in found] == [
        ("torch", "2.1.0", False, 3),
        ("numpy", "", False, 4),
        ("transformers", "", True, 5),
        ("tool", "", True, 6),
        ("pandas", "", False, 8),
        ("scipy", "1.11.0", False, 9),
    ]


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        ("environment.yml", "dependencies:\n- python=3.9.1\n- conda-forge::numpy>=1\n- pip:\n  - torch==2.0\n", [("python", "3.9.1"), ("numpy", ""), ("torch", "2.0")]),
        ("pyproject.toml", '[project]\ndependencies = ["torch==2.0", "numpy"]\n', [("torch", "2.0"), ("numpy", "")]),
        ("pyproject.toml", '[tool.poetry.dependencies]\npython = "^3.9"\ntorch = {version = "2.0.1"}\n', [("python", ""), ("torch", "2.0.1")]),
        ("poetry.lock", '[[package]]\nname = "a"\nversion = "1"\n', [("a", "1")]),
        ("Pipfile.lock", '{"default": {"a": {"version": "==1.2"}}}', [("a", "1.2")]),
        ("setup.cfg", "[options]\ninstall_requires =\n  a==1\n  b\n", [("a", "1"), ("b", "")]),
        ("setup.py", "setup(install_requires=['a==1', X])", [("a", "1")]),
        ("Pipfile", '[packages]\na = "*"\nb = "==1"\n', [("a", ""), ("b", "1")]),
    ],
)  # fmt: skip
def test_files(path: str, text: str, found: list[tuple[str, str]]) -> None:
    environment = environment_of({path: text})
    assert [(r.name, r.pin) for r in environment.requirements] == found
    assert environment.files == (path,)


def test_images() -> None:
    text = "ARG X\nFROM --platform=linux/amd64 python:3.11@sha256:abc AS build\nFROM build\nfrom nvidia/cuda:latest\n"
    assert environment_of({"Dockerfile": text}).images == ("python:3.11@sha256:abc", "nvidia/cuda:latest")


def test_versions() -> None:
    files = {
        "README.md": "### Framework versions\n\n- Transformers 4.31.0\n- Pytorch 2.0.1+cu118\n- PEFT: 0.5.0.dev0\n- see below\n\n## Next\n- Other 1.0\n",
        "config.json": '{"transformers_version": "4.30.0"}',
        "config_sentence_transformers.json": '{"__version__": {"sentence_transformers": "2.0.0", "pytorch": "1.9.0+cu1"}}',
        "model_index.json": '{"_diffusers_version": "0.6.0"}',
    }
    assert environment_of(files).versions == {
        "transformers": "4.31.0",
        "torch": "2.0.1+cu118",
        "peft": "0.5.0.dev0",
        "sentence-transformers": "2.0.0",
        "diffusers": "0.6.0",
    }


def test_what_does_not_parse_is_told() -> None:
    assert (
        len(
            environment_of(
                {"pyproject.toml": "[", "setup.py": "(", "environment.yml": "a: [", "Pipfile.lock": "{"}
            ).problems
        )
        == 4
    )


def test_without_the_card_nothing_is_known() -> None:
    assert isinstance(facts_of({}, {"id": "a/b"}, depth=Depth.METADATA).get(Environment), Gap)


@given(
    texts(
        "torch==",
        "[project]\ndependencies = [",
        "dependencies:\n- ",
        "[options]\ninstall_requires =",
        "FROM ",
        "=1",
        "setup(install_requires=[",
    )
)
def test_any_text_is_read(text: str) -> None:
    for path in (
        "requirements.txt",
        "environment.yml",
        "pyproject.toml",
        "poetry.lock",
        "Pipfile.lock",
        "setup.cfg",
        "setup.py",
        "Dockerfile",
    ):
        environment_of({path: text, "README.md": "## Framework versions\n" + text})


@given(VALUES)
def test_any_document_is_read(value: object) -> None:
    environment_of(
        {
            "config.json": json.dumps({"transformers_version": value, "__version__": value}),
            "environment.yml": json.dumps({"dependencies": value}),
            "Pipfile.lock": json.dumps({"default": value}),
        }
    )
