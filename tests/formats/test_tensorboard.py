"""Event files: series of scalars, texts, hyperparameters, and records cut off."""

from __future__ import annotations

import contextlib
import math
import struct

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.formats.seeds_graphs import event, plugin_value, simple_value, small_events
from tests.formats.wire import double, message, record
from weighbridge.errors import FormatError
from weighbridge.formats.binary import LIMITS, MemorySource
from weighbridge.formats.tensorboard import EventSummary, read_events

EVENTS = small_events()


def read(data: bytes) -> EventSummary:
    return read_events(MemorySource("events.out.tfevents.1", data))


def test_scalars_are_told_by_their_course() -> None:
    found = read(EVENTS)
    loss = found.scalars["train/loss"]
    assert (loss.count, loss.first_step, loss.last_step, loss.first) == (3, 1, 3, 2.5)
    assert math.isnan(loss.last)
    assert (loss.low, loss.high, loss.not_finite) == (1.5, 2.5, 1)
    assert found.scalars["eval/loss"].count == 2
    assert found.scalars["eval/loss"].last == 0.25
    assert (found.events, found.last_step, found.version, found.writer) == (6, 3, "brain.Event:2", "tensorboard")
    assert (found.first_time, found.last_time) == (1.7e9, 1.7e9 + 3)
    assert found.complete


def test_texts_and_hyperparameters_are_told() -> None:
    found = read(EVENTS)
    assert found.texts == {"args/text_summary": '{"learning_rate": 5e-5}'}
    assert found.hyperparameters == {"lr": 5e-5, "optim": "adamw", "fp16": True}
    assert found.tags["weights"] == "histograms"


@pytest.mark.parametrize(
    "tensor",
    [
        message((1, 1), (6, struct.pack("<f", 0.5))),
        message((1, 1), (6, [0.5])),
        message((1, 2), (7, struct.pack("<d", 0.5))),
        message((1, 2)) + double(7, 0.5),
        message((1, 2), (4, struct.pack("<d", 0.5))),
    ],
)
def test_numbers_in_tensors_are_found_however_they_are_written(tensor: bytes) -> None:
    assert read(event(1, plugin_value("x", "scalars", tensor))).scalars["x"].last == 0.5


def test_large_records_are_stepped_over() -> None:
    image = message((1, "picture"), (4, message((4, bytes(3_000_000)))))
    small = msgspec.structs.replace(LIMITS, header_bytes=100_000)
    data = event(1, image) + event(2, simple_value("loss", 1.0))
    assert read_events(MemorySource("events", data), small).scalars["loss"].count == 1


def test_a_log_cut_off_tells_what_there_is() -> None:
    found = read(EVENTS[:-20])
    assert found.events == 5
    assert not found.complete
    assert "not read to its end" in found.problems[0].message


def test_tags_are_limited() -> None:
    found = read(b"".join([event(n, simple_value(f"tag{n}", 1.0)) for n in range(5001)]))
    assert len(found.scalars) == 5000
    assert not found.complete


@pytest.mark.parametrize("data", [b"", b"x", b"\xff" * 40, record(b"\xff\xff"), record(message((99, 1)))])
def test_other_files_are_refused(data: bytes) -> None:
    with pytest.raises(FormatError):
        read(data)


@settings(max_examples=200, deadline=2000, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.integers(0, len(EVENTS) - 1), st.integers(0, 255)), max_size=4), st.integers(1, len(EVENTS))
)
def test_a_damaged_log_is_answered(changes: list[tuple[int, int]], kept: int) -> None:
    data = bytearray(EVENTS)
    for at, value in changes:
        data[at] = value
    with contextlib.suppress(FormatError):
        assert msgspec.json.encode(read(bytes(data[:kept])))


@settings(max_examples=100, deadline=2000)
@given(st.binary(max_size=300))
def test_noise_is_answered(data: bytes) -> None:
    for raw in (data, record(data)):
        with contextlib.suppress(FormatError):
            read(raw)
