"""The pages say what the code does: links lead somewhere, nothing is left out, settings that are shown are accepted."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import yaml

from tests.docs.pages import DOCS, PAGES, ROOT, Block, blocks
from weighbridge import errors
from weighbridge.checks.catalogue import CHECKS
from weighbridge.cli import settings, status
from weighbridge.cli.audit import FORMATS
from weighbridge.model import Attribute, State
from weighbridge.scoring import policy

SOURCE = ROOT / "src" / "weighbridge"
LINK = re.compile(r"(?<!!)\[[^\]]*\]\((?!https?:)([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def text_of(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def anchors(path: Path) -> set[str]:
    """Return the anchors that GitHub gives a page's headings."""
    text = re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in HEADING.findall(text)}


@pytest.mark.parametrize("page", [*PAGES, DOCS / "checks" / "README.md"], ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```$|`[^`\n]*`", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in LINK.findall(text):
        name, _, anchor = target.partition("#")
        found = (page.parent / name).resolve() if name else page
        assert found.exists(), target
        assert not anchor or anchor in anchors(found), target


def test_the_index_names_every_page() -> None:
    index = text_of("README.md")
    missing = [page.name for page in DOCS.glob("*.md") if page.name != "README.md" and f"({page.name}" not in index]
    assert not missing


def test_every_error_has_its_section() -> None:
    known = {name.lower() for name, kind in vars(errors).items() if isinstance(kind, type)}
    assert known <= anchors(DOCS / "errors.md")


def test_pages_that_the_program_names_exist() -> None:
    named = {
        name
        for path in SOURCE.rglob("*.py")
        for name in re.findall(r"docs/([\w-]+\.md)", path.read_text(encoding="utf-8"))
    }
    assert all((DOCS / name).exists() for name in named)


def test_every_policy_key_is_described() -> None:
    text = text_of("policy.md")
    keys = [key for held in policy._KEYS.values() for key in held]
    assert not [key for key in keys if f"`{key}`" not in text]


def test_every_environment_variable_is_described() -> None:
    text = text_of("offline-and-mirrors.md")
    read = {
        name
        for path in (SOURCE / "cli").glob("*.py")
        for name in re.findall(r'(?:environ\.get\(|environ\[|_is_set\()"(\w+)"', path.read_text(encoding="utf-8"))
    }
    assert not {name for name in read if f"`{name}`" not in text and name not in {"TERM", "COLUMNS"}}


def test_every_format_depth_and_severity_is_described() -> None:
    assert not [name for name in FORMATS if f"`{name}`" not in text_of("reports.md")]
    assert not [name for name in settings.DEPTHS if f"`{name}`" not in text_of("audit-a-model.md")]
    assert not [name for name in settings.SEVERITIES if f"`{name}`" not in text_of("policy.md")]


def test_every_exit_status_is_described() -> None:
    text = text_of("gate-in-ci.md")
    known = {value for name, value in vars(status).items() if name.isupper() and type(value) is int}
    assert not [value for value in known if f"| {value} |" not in text]


def test_every_state_and_attribute_is_in_the_glossary() -> None:
    text = text_of("glossary.md")
    assert not [state.value for state in State if f"`{state.value}`" not in text]
    assert not [a.value for a in Attribute if f"**{a.value}**" not in text]


@pytest.mark.parametrize("block", list(blocks("toml")), ids=str)
def test_settings_that_are_shown_are_accepted(block: Block, tmp_path: Path) -> None:
    (tmp_path / "baseline.json").write_text("[]")
    shutil.copytree(ROOT / "examples" / "keys", tmp_path / "keys")
    path = tmp_path / "weighbridge.toml"
    path.write_text(block.text, encoding="utf-8")
    policy.check_names(policy.load_policy(path), (check.code for check in CHECKS), str(path))


@pytest.mark.parametrize("block", list(blocks("yaml")), ids=str)
def test_workflows_that_are_shown_parse(block: Block) -> None:
    assert yaml.safe_load(block.text).keys() & {"jobs", "steps", "repos"}
