from __future__ import annotations

import gzip
import random
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.formats.seeds_pickle import tensor, torch_zip
from tests.payloads import COUNT, encoded, keyed, look, plant, shortened, source_code, values_of, weights
from weighbridge.checks.security.low_bits_as_in_weights import low_bits_as_in_weights
from weighbridge.checks.security.low_bits_hold_no_text import low_bits_hold_no_text
from weighbridge.checks.security.tensors_hide_no_payload import tensors_hide_no_payload
from weighbridge.facts.mantissa import broken_precision, departure, excess
from weighbridge.facts.values import TensorValues
from weighbridge.model import Depth, Severity, Skip, State

CODE = source_code()


def judged(data: bytes, dtype: str = "F32", shape: tuple[int, ...] = ()) -> State:
    return low_bits_as_in_weights.function(look(data, dtype, shape)).state


@pytest.mark.parametrize("low", [1, 2, 3])
@pytest.mark.parametrize("payload", [keyed(CODE), keyed(CODE, b"key!"), encoded(keyed(CODE))])
def test_what_has_no_header_is_met_by_its_distribution(payload: bytes, low: int) -> None:
    values = look(plant(payload[: COUNT * low], low))
    assert tensors_hide_no_payload.function(values).state is State.VERIFIED
    assert low_bits_hold_no_text.function(values).state is not State.CONTRADICTED or payload[:1].isalnum()
    outcome = low_bits_as_in_weights.function(values)
    assert outcome.state is State.CONTRADICTED
    assert outcome.evidence[0].where is not None
    assert "depart" in outcome.message


def test_in_a_checkpoint_too() -> None:
    data = plant(keyed(CODE)[:COUNT], 1)
    file = torch_zip({"w": tensor("FloatStorage", "0", COUNT)}, {}, data__0=data)
    assert low_bits_as_in_weights.function(values_of({"pytorch_model.bin": file})).state is State.CONTRADICTED


def test_noise_in_place_of_scaled_numbers() -> None:
    source = random.Random(4)
    scaled = bytes([max(-127, min(127, round(source.gauss(0, 35)))) & 255 for _ in range(COUNT)])
    assert judged(scaled, "I8") is State.VERIFIED
    assert judged(source.randbytes(COUNT), "I8") is State.CONTRADICTED


@pytest.mark.parametrize("bits", [13, 16])
def test_encrypted_bytes_where_zeros_should_be(bits: int) -> None:
    """What is invisible in trained 32-bit weights stands out in those that came from a shorter type."""
    secret = random.Random(6).randbytes(5000)
    short = shortened(weights(), bits)
    assert judged(bytes(short), shape=(40, 500)) is State.VERIFIED
    assert judged(plant(secret, 1, data=short), shape=(20, 1000)) is State.VERIFIED  # five whole rows
    outcome = low_bits_as_in_weights.function(look(plant(secret[:4700], 1, data=short), shape=(20, 1000)))
    assert (outcome.state, "within a row" in outcome.message) == (State.CONTRADICTED, True)


def test_compressed_bytes_in_trained_weights_are_not_met() -> None:
    """The limit that the check states."""
    assert judged(plant(gzip.compress(CODE * 8)[100 : 100 + COUNT], 1)) is State.VERIFIED


def rounded() -> bytes:
    """Weights of coarse arithmetic: their lowest bits are zero more often than not."""
    source = random.Random(9)
    words = struct.unpack(f"<{COUNT}I", weights())
    return struct.pack(f"<{COUNT}I", *(word & (0xFFFFFFFF << source.choice((0, 1, 2, 4, 7))) for word in words))


@pytest.mark.parametrize(
    "data",
    [
        bytes(weights()),
        rounded(),
        bytes(COUNT * 4),
        b"\xcd\xcc\xcc\x3d" * COUNT,
        struct.pack(f"<{COUNT}f", *range(COUNT)),
        struct.pack(f"<{COUNT}f", *(index % 200 * 0.0371 for index in range(COUNT))),
        bytes(weights(8000)) + bytes(4000) + bytes(weights(8000, seed=8)),
    ],
    ids=["trained", "coarse", "zeros", "constant", "counted", "quantised", "pruned"],
)
def test_ordinary_numbers(data: bytes) -> None:
    assert judged(data) is State.VERIFIED


def test_rows_that_were_trained_further_are_no_alarm() -> None:
    data = shortened(weights())
    data[8000:12000] = weights(1000, seed=3)
    assert judged(bytes(data), shape=(20, 1000)) is State.VERIFIED


def test_what_is_too_small_cannot_be_judged() -> None:
    assert judged(bytes(weights(1000))) is State.NOT_APPLICABLE
    assert excess(bytes(range(256))) == 0.0


@given(st.binary(max_size=400), st.sampled_from(["F64", "F32", "F16", "BF16", "I8", "U8", "Q4_K", "?"]))
def test_no_bytes_break_it(data: bytes, dtype: str) -> None:
    found, windows = departure(data * 60, dtype)
    assert windows >= 0
    assert found is None or found.score > 0
    broken_precision(data * 60, 300, 0)


def test_what_was_not_read_is_an_open_question() -> None:
    outcome = low_bits_as_in_weights.function(None)
    assert (outcome.state, outcome.depth, outcome.severity) == (State.UNKNOWN, Depth.FULL, Severity.LOW)
    values = TensorValues(skipped=(Skip("model.pt", "compressed"),))
    assert low_bits_as_in_weights.function(values).state is State.UNKNOWN
