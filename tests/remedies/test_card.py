"""A card is completed, and otherwise left as it is."""

from __future__ import annotations

import json
import struct

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.support import facts_of
from weighbridge.errors import FormatError
from weighbridge.remedies.card import Proposal, propose

CONFIG = json.dumps({"model_type": "bert", "architectures": ["BertModel"]})
CARD = "---\nlicense: mit # as agreed\ntags:\n- x\n---\n\n# Title\n\nText.\n"


def safetensors(**shapes: tuple[int, ...]) -> bytes:
    header, offset = {}, 0
    for name, shape in shapes.items():
        size = 4
        for extent in shape:
            size *= extent
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [offset, offset + size]}
        offset += size
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + bytes(offset)


def proposed(card: str | bytes | None, **more: str | bytes) -> Proposal:
    files = {"config.json": CONFIG, "model.safetensors": safetensors(w=(10, 3)), **more}
    return propose(facts_of(files if card is None else {**files, "README.md": card}))


def front_matter(text: str) -> dict[str, object]:
    values = yaml.safe_load(text.split("---")[1])
    assert isinstance(values, dict)
    return values


def test_measurements_go_to_the_end_of_the_front_matter() -> None:
    proposal = proposed(CARD)
    values = front_matter(proposal.after)
    measured = values["measured"]
    assert isinstance(measured, dict)
    assert measured["parameters"] == 30
    assert measured["precision"] == "F32"
    assert measured["formats"] == ["safetensors"]
    assert values["license"] == "mit"
    assert "license: mit # as agreed\n" in proposal.after
    assert {a.key for a in proposal.additions} >= {"measured", "library_name"}


def test_a_second_run_finds_nothing() -> None:
    assert proposed(proposed(CARD).after).diff == ""


def test_the_own_block_is_replaced_when_the_weights_changed() -> None:
    outdated = CARD.replace("tags:", "measured:\n  parameters: 7\ntags:")
    after = proposed(outdated).after
    assert after.count("measured:") == 1
    assert "parameters: 30" in after
    assert "parameters: 7" not in after
    assert "tags:\n- x\n" in after


def test_what_the_publisher_wrote_is_left_alone_even_when_wrong() -> None:
    assert front_matter(proposed(CARD.replace("tags:", "library_name: mine\ntags:")).after)["library_name"] == "mine"


def test_a_folder_without_a_card_gets_one() -> None:
    proposal = proposed(None)
    assert proposal.before == ""
    assert proposal.after.startswith("---\n")
    assert "## Intended use" in proposal.after


def test_a_card_without_front_matter_gets_one_before_its_text() -> None:
    after = proposed("# Title\n\nText.\n").after
    assert after.startswith("---\n")
    assert "---\n\n# Title\n\nText.\n" in after


def test_line_endings_are_kept() -> None:
    after = proposed(CARD.replace("\n", "\r\n")).after
    assert "\n" not in after.replace("\r\n", "")


def test_a_licence_is_written_only_from_its_text(shared_licence: str) -> None:
    without = CARD.replace("license: mit # as agreed\n", "")
    assert front_matter(proposed(without, LICENSE=shared_licence).after)["license"] == "apache-2.0"
    assert "license" not in front_matter(proposed(without, LICENSE="You may use this.").after)


def test_present_sections_are_not_added_again() -> None:
    proposal = proposed(CARD + "\n## Limitations\n\nIt fails on sarcasm.\n")
    assert "Limitations and bias" not in proposal.sections
    assert "Evaluation" in proposal.sections


@pytest.mark.parametrize("card", ["---\nlicense: [mit\n---\n# T\n", b"---\nlicense: m\xff\n---\n"])
def test_a_card_that_cannot_be_edited_safely_is_refused(card: str | bytes) -> None:
    with pytest.raises(FormatError, match=r"README\.md"):
        proposed(card)


LINES = st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=30), max_size=12)


@given(LINES)
def test_every_byte_of_the_card_stays(lines: list[str]) -> None:
    card = "---\nlicense: mit\n---\n" + "\n".join(lines)
    after = proposed(card).after
    head, body = card.split("license: mit\n", 1)
    assert after.startswith(head + "license: mit\n")
    assert body.rstrip("\n") in after
