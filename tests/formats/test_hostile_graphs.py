"""Whatever the bytes, a reader of graphs answers or raises `FormatError`: never anything else, and never for long."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.formats.reading import survive
from tests.formats.seeds_graphs import SEEDS
from weighbridge.formats import catalogue, identify
from weighbridge.formats.binary import MemorySource
from weighbridge.model import Format

BUILT = {name: make() for name, make in SEEDS.items()}
READERS = {"onnx", "tensorflow", "tflite", "coreml", "openvino"}
ENDLESS = settings(max_examples=80, deadline=5000, suppress_health_check=[HealthCheck.too_slow])
WORST = [b"\xff" * 8, b"\x00" * 8, b"\xff\xff\xff\x7f", b"\x80" * 9 + b"\x01", b"\x00" * 7 + b"\x80", b"\x01", b"<" * 8]


@pytest.fixture(autouse=True, scope="module")
def _only_these_readers() -> Iterator[None]:
    """Noise is nobody's: without this every example would be asked of every reader there is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalogue, "ROWS", tuple([row for row in catalogue.ROWS if row.module in READERS]))
        yield


@pytest.mark.parametrize("name", BUILT)
def test_every_seed_is_recognised_by_its_content(name: str) -> None:
    assert identify(MemorySource("file", BUILT[name])) is not Format.UNRECOGNISED


@pytest.mark.parametrize("name", BUILT)
@ENDLESS
@given(data=st.data())
def test_a_damaged_file_is_answered(name: str, data: st.DataObject) -> None:
    seed = bytearray(BUILT[name])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(seed) - 1))
        patch = data.draw(st.one_of(st.sampled_from(WORST), st.binary(min_size=1, max_size=8)))
        seed[at : at + len(patch)] = patch
    survive(name, bytes(seed))


@pytest.mark.parametrize("name", BUILT)
@ENDLESS
@given(data=st.data())
def test_a_file_cut_off_anywhere_is_answered(name: str, data: st.DataObject) -> None:
    seed = BUILT[name]
    survive(name, seed[: data.draw(st.integers(1, len(seed)))])


@pytest.mark.parametrize(
    ("suffix", "begin"),
    [
        ("onnx", b""),
        ("onnx", b"\x08\x08\x3a"),
        ("pb", b"\x08\x01\x12"),
        ("pb", b"\x0a"),
        ("tflite", b"\x1c\0\0\0TFL3"),
        ("mlmodel", b"\x08\x04\xb2\x1f"),
        ("xml", b'<?xml version="1.0"?><net name="m"><layers>'),
        ("bin", BUILT["weight.bin"][:80]),
    ],
)
@ENDLESS
@given(data=st.binary(max_size=512))
def test_noise_is_answered(suffix: str, begin: bytes, data: bytes) -> None:
    survive(f"noise.{suffix}", begin + data or b"\0")


@ENDLESS
@given(data=st.binary(max_size=512))
def test_noise_before_a_tables_end_is_answered(data: bytes) -> None:
    survive("noise.index", data + BUILT["variables.index"][-8:])
