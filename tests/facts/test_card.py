from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import facts_of
from weighbridge.facts.card import CARD_LIMIT, Card, CardFile, CodeBlock, Link, Section, Table, card_of
from weighbridge.facts.engine import Gap


def read(text: str) -> Card:
    return card_of(CardFile("README.md", text))


def titles(text: str) -> list[tuple[str, int, int]]:
    return [(section.title, section.level, section.line) for section in read(text).sections]


def test_sections_have_their_lines_and_own_text() -> None:
    card = read("---\na: b\n---\nIntro.\n\n# One\n\ntext\n\n## Two ##\nmore\n")
    assert card.sections == (
        Section("", 0, 4, "Intro."),
        Section("One", 1, 6, "text"),
        Section("Two", 2, 10, "more"),
    )
    assert card.first_line == 4


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Title\n=====\nx", [("Title", 1, 1)]),
        ("Title\n---\nx", [("Title", 2, 1)]),
        ("## **Bold** [link](x) `code`", [("Bold link code", 2, 1)]),
        ("##NoSpace", [("NoSpace", 2, 1)]),
        ("#hashtag", [("", 0, 1)]),
        ("####### seven", [("", 0, 1)]),
        ("    # code", [("", 0, 1)]),
        ("- item\n---\n", [("", 0, 1)]),
        ("# A\n---\n", [("A", 1, 1)]),
        ('<h2 align="center">Title <b>x</b></h2>', [("Title x", 2, 1)]),
        ("<H1>\n  Title\n</H1>\ntext", [("Title", 1, 1)]),
        ("<div><h3>In</h3></div>", [("In", 3, 1)]),
        ("```\n# no\n```\n# yes", [("", 0, 1), ("yes", 1, 4)]),
        ("~~~\n# no\n```\n~~~\n# yes", [("", 0, 1), ("yes", 1, 5)]),
        ("```python\n# never closed", [("", 0, 1)]),
    ],
)
def test_headings(text: str, found: list[tuple[str, int, int]]) -> None:
    assert titles(text) == found


def test_code_blocks_keep_text_and_first_line() -> None:
    card = read("a\n\n```python title=x\nx = 1\n\ny\n```\n  ```{.sh}\n  ls\n  ```\n")
    assert card.code == (CodeBlock("python", "x = 1\n\ny", 4), CodeBlock("sh", "ls", 9))


def test_a_pipe_table() -> None:
    card = read("## Results\n\n| Model | **F1** |\n|:--|--:|\n| [a](b) | `0.9` |\n| x \\| y |\n|1|2|3|\n\nend")
    assert card.tables == (Table(3, "Results", ("Model", "F1"), (("a", "0.9"), ("x | y", ""), ("1", "2"))),)


def test_a_table_without_outer_pipes() -> None:
    assert read("a | b\n--|--\n1 | 2\n").tables == (Table(1, "", ("a", "b"), (("1", "2"),)),)


def test_an_html_table() -> None:
    card = read("x\n<table>\n<tr><th>a</th><th>b &amp; c</th></tr>\n<tr><td>1</td><td><b>2</b></td></tr>\n</table>\n")
    assert card.tables == (Table(2, "", ("a", "b & c"), (("1", "2"),)),)


def test_links_of_every_kind() -> None:
    card = read(
        "[in](https://a.b/c_(d) \"t\") ![img](x.png)\n"
        "see https://bare.example/x. and <https://auto.example>\n"
        "[ref]: https://ref.example\n"
        '<a href="https://html.example">t</a> <img src=\'y.png\'>\n'
        "[![badge](https://img.example)](https://outer.example)\n"
        "`https://code.example` [angle](<a b.md>)\n"
    )  # fmt: skip
    assert card.links == (
        Link("https://a.b/c_(d)", "in", 1),
        Link("x.png", "img", 1, True),
        Link("https://bare.example/x", "", 2),
        Link("https://auto.example", "", 2),
        Link("https://ref.example", "ref", 3),
        Link("https://html.example", "", 4),
        Link("y.png", "", 4, True),
        Link("https://img.example", "badge", 5, True),
        Link("https://outer.example", "badge", 5),
        Link("a b.md", "angle", 6),
    )


def test_links_in_code_do_not_count() -> None:
    assert read("```\n[a](https://x.y) https://z.w\n```\n").links == ()


@pytest.mark.parametrize(
    ("line", "is_open"),
    [
        ("[More Information Needed]", True),
        ("**Licence:** [more information needed]", True),
        ("{{ model_description }}", True),
        ("TODO: write", True),
        ("[Insert your name]", True),
        ("una lista de todo", False),
        ("[Your guide](https://x.y)", False),
        ("f'{x}'", False),
    ],
)
def test_open_slots(line: str, is_open: bool) -> None:
    assert read(f"# T\n\n{line}\n").placeholders == ((3,) if is_open else ())


def test_slots_in_code_are_code() -> None:
    assert read("```\n{{ bos_token }} TODO\n```").placeholders == ()


def test_comments_are_no_content() -> None:
    card = read("a <!-- limitations\nbias --> b\n## T\n<!-- open")
    assert card.mentions("limitations") is None
    assert card.sections[1].line == 3
    assert card.words == 6


def test_words_leave_out_code_and_front_matter() -> None:
    assert read("---\na: b\n---\none two\n```\nthree four\n```\nfive").words == 3


def test_section_needs_text_in_it_or_below() -> None:
    card = read(
        "# Uses\n\n[More Information Needed]\n\n## Direct use\n\nIt works.\n\n# Because\n\nx\n\n# Limitations\n\n# End\nx"
    )
    assert card.section("uses") == card.sections[0]
    assert card.section("use") == card.sections[0]
    assert card.section("limitation") is None
    assert card.section("cause") is None
    assert card.section("limitation", "direct") == card.sections[1]


def test_mentions_whole_words_over_line_ends() -> None:
    card = read("---\na: b\n---\nTrained on eight A100s with mixed\nprecision, İt was.\nLatency")
    assert card.mentions("a100") == 4
    assert card.mentions("mixed precision") == 4
    assert card.mentions("a10", "cision", "train") is None
    assert card.mentions("nothing", "latency") == 6


def test_a_phrase_in_code_is_shown_and_not_said() -> None:
    card = read("# M\n\n```python\nx = preprocess(y)  # normalized\n```\n\nInputs are *normalized* first.\n")
    assert (card.mentions("normalized"), card.shows("normalized")) == (7, 4)
    assert card.mentions("preprocess") is None
    assert card.quote(7) == "Inputs are *normalized* first."


def test_a_long_line_is_quoted_around_the_phrase() -> None:
    card = read("a " * 100 + "it was developed by Ada" + " z" * 100)
    quoted = card.quote(1, "developed by")
    assert quoted.startswith("… a a")
    assert "developed by Ada" in quoted
    assert quoted.endswith(" …")


def test_the_cards_own_title_is_about_no_topic() -> None:
    assert read("# A similarity metric and dataset\n\nText.\n\n## Usage\n\nText.\n").section("dataset") is None
    assert read("# Dataset\n\nText.\n").section("dataset") is not None
    assert read("# Model\n\nText.\n\n# Dataset\n\nText.\n").section("dataset") is not None


def test_no_card_and_an_unreadable_one() -> None:
    assert facts_of({}).get(Card) == Card()
    assert isinstance(facts_of({}, listed=["README.md"]).get(Card), Gap)


def test_other_names_of_cards() -> None:
    card = facts_of({"readme.MD": "# T\nx", "docs/README.md": "no"}).get(Card)
    assert isinstance(card, Card)
    assert card.path == "readme.MD"


def test_not_utf8_and_too_long() -> None:
    card = facts_of({"README.md": b"# T\xe9\n\nx"}).get(Card)
    assert isinstance(card, Card)
    assert (card.is_utf8, card.is_truncated) == (False, False)
    card = facts_of({"README.md": "é" * CARD_LIMIT}).get(Card)
    assert isinstance(card, Card)
    assert (card.is_utf8, card.is_truncated) == (True, True)


M = 300_000


@pytest.mark.parametrize(
    "text",
    ["[" * M, "|" * M, "](" * M, "[a](x)\n" * M, "a|b\n" + "|-|\n" * M, "http://" * M, "<h1>\n" * M, "<h1 " * M, "<table\n" * M,
     "<table>" + "<tr" * M, "<td" * M, "x" * 10_000_000, "```\n" * M, "# \n" * M, "a\n==\n" * M, "<!--" * M, "[x]: y\n" * M,
     "{{" * M, '<a href="' * M, "TODO " * M, "---\n" * M, "---\na: b\n" * M, "[your " * M, "](((" * M, "\\|" * M + "\n|-|-",
     "more information needed\n" * M, "---\nx: y" + "\n--- x" * M],
    ids=range(27),
)  # fmt: skip
def test_reading_is_linear_on_hostile_text(text: str) -> None:
    started = time.process_time()
    card = read(text)
    card.section("limitation")
    card.mentions("latency")
    assert time.process_time() - started < 3


PIECES = st.sampled_from(
    ["# a\n", "## b", "\n", "\n\n", "|", "a|b\n", "|-|-|\n", "```", "~~~\n", "[x]", "(y)", "](", "![", "<h2>", "</h2>", "<table>", "</table>",
     "<tr>", "<td>", "<!--", "-->", "http://", "https://a.b", "---\n", "===\n", "a: b\n", "TODO", "{{", "}}", "  ", "\t", "é", "\u2028", "\r"]
)  # fmt: skip


@given(st.lists(PIECES | st.text(max_size=5), max_size=40).map("".join))
def test_any_text_is_read_with_lines_in_range(text: str) -> None:
    card = read(text)
    last = text.count("\n") + 1
    places = [*card.sections, *card.tables, *card.links]
    assert all(1 <= place.line <= last for place in places)
    assert all(1 <= block.line <= last + 1 for block in card.code)
    assert list(card.placeholders) == sorted(set(card.placeholders))
    assert all(len(row) == len(table.header) for table in card.tables for row in table.rows)
    assert [s.line for s in card.sections] == sorted(s.line for s in card.sections)
    card.section("a", "b")
    card.mentions("a b", "todo")
