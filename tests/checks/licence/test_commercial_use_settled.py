from __future__ import annotations

import pytest

from tests.checks.support import (
    licence,
)
from weighbridge.checks.licence.commercial_use_settled import commercial_use_settled
from weighbridge.facts.licence import LicenceText
from weighbridge.model import (
    State,
)


@pytest.mark.parametrize(
    ("identifier", "told", "grade"),
    [
        ("mit", "mit allows commercial use.", 1.0),
        ("cc-by-nc-4.0", "forbids", 1.0),
        ("llama3", "restricts what the model may be used for", 1.0),
        ("BUSL-1.1", "does not settle", 0.5),
    ],
)
def test_terms_are_told(identifier: str, told: str, grade: float) -> None:
    outcome = commercial_use_settled.function(licence(identifier))
    assert (outcome.state, outcome.grade) == (State.CLAIMED, grade)
    assert told in outcome.message


def test_untold() -> None:
    assert commercial_use_settled.function(licence("other")).state is State.UNKNOWN
    assert commercial_use_settled.function(licence()).state is State.NOT_APPLICABLE


def test_the_text_answers_where_no_name_does() -> None:
    texts = (LicenceText("LICENSE", "MIT", 0.99, True),)
    told = "MIT, whose text LICENSE is, allows commercial use."
    assert commercial_use_settled.function(licence(texts=texts)).message == told
    assert commercial_use_settled.function(licence("other", texts=texts)).message == told
    assert commercial_use_settled.function(licence("cc-by-nc-4.0", texts=texts)).message.startswith("cc-by-nc-4.0")
