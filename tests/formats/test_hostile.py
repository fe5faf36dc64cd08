"""Whatever the bytes, a reader answers or raises `FormatError`: never anything else, and never for long."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.formats.reading import survive
from tests.formats.seeds_core import SEEDS
from weighbridge.formats import catalogue

BUILT = {name: make() for name, make in SEEDS.items()}
ENDLESS = settings(max_examples=60, deadline=5000, suppress_health_check=[HealthCheck.too_slow])

READERS = {"safetensors", "gguf", "keras", "hdf5", "numpy", "flax", "archive"}


@pytest.fixture(autouse=True, scope="module")
def _only_these_readers() -> Iterator[None]:
    """Noise is nobody's: without this every example would be asked of every reader there is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalogue, "ROWS", tuple([row for row in catalogue.ROWS if row.module in READERS]))
        yield


# What numbers in a header are when somebody wants harm.
WORST = [
    b"\xff" * 8,
    b"\x00" * 8,
    b"\xff\xff\xff\x7f",
    b"\x00" * 7 + b"\x80",
    b"\xff" * 7 + b"\x7f",
    b"\x01",
    b"{" * 16,
]


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


@pytest.mark.parametrize("suffix", ["safetensors", "gguf", "npy", "npz", "msgpack", "h5", "keras", "zip"])
@ENDLESS
@given(data=st.binary(min_size=1, max_size=512))
def test_noise_is_answered(suffix: str, data: bytes) -> None:
    survive(f"noise.{suffix}", data)


@pytest.mark.parametrize(
    ("suffix", "magic"),
    [
        ("safetensors", b"\x40\0\0\0\0\0\0\0{"),
        ("gguf", b"GGUF\x03\0\0\0"),
        ("npy", b"\x93NUMPY\x01\0"),
        ("msgpack", b"\x81\xa1k\xc7"),
        ("h5", b"\x89HDF\r\n\x1a\n"),
        ("zip", b"PK\x03\x04"),
        ("keras", b"PK\x05\x06"),
    ],
)
@ENDLESS
@given(data=st.binary(max_size=512))
def test_noise_behind_the_right_letters_is_answered(suffix: str, magic: bytes, data: bytes) -> None:
    survive(f"noise.{suffix}", magic + data)
