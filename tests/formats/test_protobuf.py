"""Wire format by field number: what is read, what is stepped over, and what is refused."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.formats.wire import double, field, message, packed, varint
from weighbridge.errors import FormatError, LimitExceeded
from weighbridge.formats.binary import LIMITS, MemorySource
from weighbridge.formats.held import HeldSource
from weighbridge.formats.protobuf import Message, float32, float64, open_message


def over(data: bytes, **limits: int) -> Message:
    return open_message(MemorySource("m.pb", data), msgspec.structs.replace(LIMITS, **limits))


def numbers(data: bytes) -> list[int]:
    return [found.number for found in over(data)]


def test_fields_come_in_the_files_order() -> None:
    data = message((1, 7), (2, "text"), (9, 0.5)) + double(3, 0.25)
    found = list(over(data))
    assert [(each.number, each.kind) for each in found] == [(1, 0), (2, 2), (9, 5), (3, 1)]
    assert found[0].value == 7
    assert over(data).text(found[1], 2) == "te"
    assert (float32(found[2]), float64(found[3])) == (0.5, 0.25)


@given(st.integers(-(2**63), 2**64 - 1))
def test_numbers_are_read_as_they_were_written(number: int) -> None:
    (found,) = over(field(1, number))
    assert found.value == number % 2**64
    assert found.signed == (number if number < 2**63 else number - 2**64)


def test_lists_may_be_packed_or_repeated() -> None:
    data = field(1, packed(1, 300, -1)) + field(1, [5])
    both = [over(data).integers(each, 10) for each in over(data)]
    assert both == [[1, 300, -1], [5]]
    with pytest.raises(LimitExceeded, match="numbers in a list"):
        over(data).integers(next(iter(over(data))), 2)


def test_groups_are_stepped_over() -> None:
    inner = varint(2 << 3 | 3) + field(1, "x") + varint(2 << 3 | 4)
    group = varint(5 << 3 | 3) + field(1, 9) + inner + varint(5 << 3 | 4)
    assert numbers(group + field(6, 1)) == [5, 6]


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (varint(1 << 3 | 2) + varint(2**63), "announces a field of 9,223,372,036,854,775,808 bytes"),
        (varint(1 << 3 | 2) + varint(5) + b"abc", "announces a field of 5 bytes, but 3 remain"),
        (varint(1 << 3 | 1) + b"abc", "announces a field of 8 bytes"),
        (b"\x08" + b"\xff" * 10, "a number that does not end"),
        (b"\x08\x80", "a number that does not end"),
        (b"\x00\x01", "the number 0"),
        (b"\x0f", "the unknown kind 7"),
        (b"\x0c", "the unknown kind 4"),
        (varint(1 << 3 | 3) + varint(2 << 3 | 4), "closes another group"),
        (varint(1 << 3 | 3) + field(1, 1), "a number that does not end"),
    ],
)
def test_what_cannot_be_is_refused(data: bytes, complaint: str) -> None:
    with pytest.raises(FormatError, match=complaint):
        numbers(data)


def test_depth_fields_and_bytes_are_limited() -> None:
    with pytest.raises(LimitExceeded, match="levels of nesting"):
        numbers(varint(1 << 3 | 3) * 100)
    with pytest.raises(LimitExceeded, match="more than 10 fields"):
        list(over(field(1, 0) * 11, items=10))
    nested = over(field(1, field(1, field(1, 0))), depth=1)
    inner = nested.inside(next(iter(nested)))
    with pytest.raises(LimitExceeded, match="levels of nesting"):
        inner.inside(next(iter(inner)))
    with pytest.raises(LimitExceeded, match="bytes beside its weights"):
        list(over(field(1, b"x" * 10) * 1000, header_bytes=4000))


def test_a_number_is_no_message() -> None:
    with pytest.raises(FormatError, match="holds a number in field 1"):
        over(field(1, 7)).inside(next(iter(over(field(1, 7)))))


class _Counting(MemorySource):
    read = 0

    def read_at(self, offset: int, length: int) -> bytes:
        data = super().read_at(offset, length)
        self.read += len(data)
        return data


@pytest.mark.parametrize("is_held", [False, True])
def test_large_fields_are_not_read(*, is_held: bool) -> None:
    source = _Counting("m.pb", field(1, bytes(2_000_000)) * 8 + field(2, 5))
    found = [each.number for each in open_message(HeldSource.over(source) if is_held else source)]
    assert found == [1] * 8 + [2]
    assert source.read < 100_000
