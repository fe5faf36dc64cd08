from __future__ import annotations

from tests.checks.cards import card
from weighbridge.checks.quality.limitations_described import limitations_described
from weighbridge.model import (
    State,
)


def test_states() -> None:
    assert limitations_described.function(card("## Limitations\n\nShort texts.\n")).grade is None
    told = limitations_described.function(card("# M\n\nIt performs poorly on verse.\n"))
    assert (told.state, told.grade) == (State.CLAIMED, 0.5)
    assert limitations_described.function(card("# M\n")).state is State.MISSING


def test_a_licences_limitations_are_not_the_models() -> None:
    text = "# M\n\nSee the Licence for the permissions and limitations under it.\n"
    assert limitations_described.function(card(text)).state is State.MISSING
