"""A Python package's METADATA stands in for a card, and names its licence."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.support import facts_of
from weighbridge.facts.card import Card
from weighbridge.facts.distribution import parse_metadata
from weighbridge.facts.environment import Environment
from weighbridge.facts.licence import Licence
from weighbridge.facts.lineage import Lineage

METADATA = """Metadata-Version: 2.4
Name: words
License: MIT
Project-URL: Source, https://example.org

# Words

Fine vectors.

## Limitations

None known.
"""
PATH = "words-1.0.dist-info/METADATA"


def test_the_description_is_the_card_with_the_files_lines() -> None:
    card = facts_of({PATH: METADATA, "weights.npz": b""}).need(Card)
    assert card.path == PATH
    section = card.section("limitation")
    assert section is not None
    assert METADATA.splitlines()[section.line - 1] == "## Limitations"


def test_a_readme_of_its_own_wins() -> None:
    assert facts_of({PATH: METADATA, "README.md": "# Mine\n"}).need(Card).path == "README.md"


def test_the_licence_is_read_with_its_place() -> None:
    (term,) = facts_of({PATH: METADATA}).need(Licence).others
    assert (term.identifier, term.key) == ("MIT", "MIT")
    assert term.where is not None
    assert term.where.path == PATH


def test_a_whole_licence_text_in_the_field_is_no_identifier() -> None:
    text = "License: MIT License\n        \n        Copyright (c) 2024\nName: words\n\nBody\n"
    assert parse_metadata(PATH, text).licences == ()


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    parse_metadata(PATH, text)


ASKING = """Metadata-Version: 2.4
Name: words
Home-page: https://github.com/acme/words
Project-URL: Tracker, https://gitlab.com/acme/issues
Project-URL: Funding, https://github.com/sponsors/acme
Requires-Dist: numpy>=1.20
Requires-Dist: torch==2.1.0 ; extra == 'gpu'

A port is at https://github.com/other/words-in-rust.
"""


def test_a_package_names_its_requirements_and_its_home() -> None:
    facts = facts_of({PATH: ASKING, "train/setup.py": ""})
    environment = facts.need(Environment)
    assert environment.files == (PATH, "train/setup.py")
    assert [asked.name for asked in environment.requirements] == ["numpy"]
    assert facts.need(Lineage).repositories == (
        "https://gitlab.com/acme/issues",
        "https://github.com/acme/words",
        "https://github.com/other/words-in-rust",
    )


def test_a_package_that_asks_for_nothing_describes_no_environment() -> None:
    assert facts_of({PATH: METADATA}).need(Environment).files == ()
