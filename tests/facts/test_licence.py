"""Licence identifiers, texts, traits and conflicts."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import given

from tests.support import facts_of
from weighbridge.facts.engine import Gap
from weighbridge.facts.licence import Licence, conflict, identifier_of, is_family, normalise, traits
from weighbridge.facts.licence_names import _shipped
from weighbridge.facts.licence_texts import has_notice, recognise
from weighbridge.model import Depth

MIT = """MIT License

Copyright (c) 2024 Acme Ltd.

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
"""


@pytest.mark.parametrize(
    ("identifier", "key"),
    [
        ("apache-2.0", "Apache-2.0"),
        ("Apache 2.0", "Apache-2.0"),
        ("cc-by-nc-sa-4.0", "CC-BY-NC-SA-4.0"),
        ("bsl-1.0", "BSL-1.0"),
        ("gpl-3.0", "GPL-3.0-only"),
        ("GPL-3.0-or-later", "GPL-3.0-or-later"),
        ("llama3.1", "LicenseRef-scancode-llama-3.1-license-2024"),
        ("openrail++", "LicenseRef-scancode-bigscience-open-rail-m2"),
        ("MIT OR Apache-2.0", "MIT OR Apache-2.0"),
        *[(family, "") for family in ("other", "unknown", "cc", "bsd", "gpl", "GPL", "lgpl", "openrail", "gfdl")],
        ("gpl OR mit", ""),
        ("no such licence", ""),
        (")(", ""),
    ],
)
def test_identifiers_are_normalised(identifier: str, key: str) -> None:
    assert normalise(identifier) == key


def test_every_identifier_of_the_hub_is_mapped() -> None:
    identifiers = _shipped().identifiers
    assert len(identifiers) == 83
    assert all(traits(key) for key in identifiers.values() if key)
    assert {name for name, key in identifiers.items() if not key} == {
        "openrail", "bsd", "cc", "gpl", "lgpl", "gfdl", "unknown", "other",
    }  # fmt: skip
    assert is_family("other")
    assert not is_family("mit")
    assert identifier_of("GPL-3.0-only") == "gpl-3.0"
    assert identifier_of("X11") == ""


@given(st.text(max_size=300))
def test_normalising_is_total(identifier: str) -> None:
    assert isinstance(normalise(identifier), str)


def test_a_licence_is_recognised_by_its_text() -> None:
    assert recognise(MIT)[0] == "MIT"
    assert recognise(MIT)[1] > 0.95
    assert recognise("# Model licence\n\n" + MIT.replace("Acme Ltd.", "Jane Doe"))[0] == "MIT"
    assert recognise("")[0] == ""
    assert recognise("All rights reserved. Ask us. " * 30)[0] == ""


def test_a_titled_licence_is_recognised_without_its_text() -> None:
    text = (
        "META LLAMA 3 COMMUNITY LICENSE AGREEMENT\n\nMeta Llama 3 Version Release Date: April 18, 2024\n"
        + "word " * 200
    )
    assert recognise(text)[0] == "LicenseRef-llama3"


def test_a_title_over_another_text_is_not_that_licence() -> None:
    assert recognise("MIT License\n" + " ".join(f"word{n}" for n in range(400)))[0] == ""


@pytest.mark.parametrize(
    ("text", "is_notice"),
    [
        ("Copyright (c) 2024 Acme", True),
        ("Copyright 2019-2023 The Acme Authors", True),
        ("© 2024 Jane Doe", True),
        ("Copyright [yyyy] [name of copyright owner]", False),
        ("Copyright (C) 2007 Free Software Foundation, Inc.", False),
        ("copyright holders", False),
    ],
)
def test_notices(text: str, is_notice: bool) -> None:
    assert has_notice(text) is is_notice


@given(st.text(max_size=2000))
def test_recognising_is_total(text: str) -> None:
    assert 0 <= recognise(text).similarity <= 1
    has_notice(text)


@pytest.mark.parametrize(
    ("base", "derivative", "reason"),
    [
        ("cc-by-nc-4.0", "mit", "commercial"),
        ("cc-by-nd-4.0", "cc-by-nd-4.0", "derivatives"),
        ("gpl-3.0", "mit", "keep it"),
        ("cc-by-sa-3.0", "cc-by-sa-4.0", ""),
        ("llama3.1", "apache-2.0", "restrictions"),
        ("apache-2.0", "gpl-3.0", ""),
        ("mit", "mit", ""),
    ],
)
def test_conflicts(base: str, derivative: str, reason: str) -> None:
    first, second = traits(normalise(base)), traits(normalise(derivative))
    assert first is not None
    assert second is not None
    found = conflict(first, second)
    assert reason in found
    assert bool(found) == bool(reason)


def test_a_repository() -> None:
    card = "---\nlicense: [mit, gpl]\nlicense_name: acme\nlicense_link: LICENSE\n---\n"
    licence = facts_of({"README.md": card, "LICENSE": MIT, "NOTICE": "x"}, depth=Depth.CARD).need(Licence)
    assert [(t.identifier, t.key) for t in licence.declared] == [("mit", "MIT"), ("gpl", "")]
    assert licence.declared[1].where is not None
    assert licence.declared[1].where.line == 2
    assert (licence.name, licence.link, licence.notices) == ("acme", "LICENSE", ("NOTICE",))
    assert [(t.path, t.key, t.has_copyright_notice) for t in licence.texts] == [("LICENSE", "MIT", True)]


def test_a_record_alone() -> None:
    record = {"id": "a/b", "cardData": {"license": "apache-2.0"}, "tags": ["license:apache-2.0", "x"]}
    licence = facts_of({}, record, depth=Depth.METADATA).need(Licence)
    assert licence.declared[0].key == "Apache-2.0"
    assert licence.others[0].key == "Apache-2.0"


@given(st.recursive(st.none() | st.integers() | st.text(max_size=30) | st.floats(), st.lists, max_leaves=5))
def test_any_front_matter_is_read(value: object) -> None:
    record = {"id": "a/b", "cardData": {"license": value, "license_name": value, "license_link": value}}
    assert not isinstance(facts_of({}, record, depth=Depth.METADATA).get(Licence), Gap)
