from __future__ import annotations

import pytest

from tests.payloads import look, plant, weights
from weighbridge.checks.security.low_bits_hold_no_text import low_bits_hold_no_text
from weighbridge.facts.values import TensorValues
from weighbridge.model import Skip, State

TEXT = b"It was the best of times, it was the worst of times; " * 60


@pytest.mark.parametrize("low", [1, 3])
def test_text_in_low_bytes(low: int) -> None:
    text = TEXT * 3
    assert low_bits_hold_no_text.function(look(plant(text, low))).state is State.CONTRADICTED


@pytest.mark.parametrize("data", [bytes(weights()), bytes(80_000), b"\0\0\x80\x3f" * 20_000])
def test_ordinary_values_hold_no_text(data: bytes) -> None:
    assert low_bits_hold_no_text.function(look(data)).state is State.VERIFIED


def test_values_that_could_not_be_read_are_an_open_question() -> None:
    values = TensorValues(skipped=(Skip("model.pt", "compressed"),))
    assert low_bits_hold_no_text.function(values).state is State.UNKNOWN
    assert low_bits_hold_no_text.function(TensorValues()).state is State.NOT_APPLICABLE
