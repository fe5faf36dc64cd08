"""What the low bits of trained weights look like, and what something else in their place looks like.

The low byte of a trained 32-bit float is as good as random, or, where the arithmetic was coarse, has its lowest bits zero more
often than not. Both leave bytes with the same number of trailing zero bits equally frequent. Machine code, text, base64 and
whatever was combined with a repeated key do not. Compressed and encrypted bytes do, and are met only where the weights around
them are of a shorter type and have zeros there.
"""

from __future__ import annotations

import math
import struct
from collections import Counter

import msgspec

# Numbers in a row that are looked at together, and how few of them, zeros left out, can be judged.
WINDOW, LEAST, _FEW = 16_384, 4096, 512
# Bits a byte by which its distribution departs from that of weights. Published weights depart by less than 0.06, those that
# were quantised in eight bits and written in 32 again by up to 0.65, programs by more than 1.
_DEPARTS = 0.75
# Whole numbers of eight bits were scaled to fill their range, which leaves the outer values rare; noise does not.
_NOISE = {"I8": 7.95, "F8_E4M3": 7.95, "F8_E5M2": 7.95}
# Tables, masks and grids of four bits repeat their values.
_DISTINCT = 0.25
_WORDS = {"F32": (4, "I"), "F64": (8, "Q")}

# Numbers that are short or whole together, and rows too small to tell where a run of them begins.
_SEGMENT, _RUN, _ROW = 64, 8, 256
_LIVE, _DIVERSE = 16, 8

_TRAILING = [8, *(((byte & -byte).bit_length() - 1) for byte in range(1, 256))]
_CLASS_SIZES = Counter(_TRAILING)
# The product of a number and a scale of a shorter type each uses three bits of the low byte, not the five below.
_FINE = bytes([0 if byte % 32 == 0 else byte for byte in range(256)])


class Departure(msgspec.Struct, frozen=True):
    """Numbers whose low bits are not those of weights: what is odd, by how much, from which byte on, in how many numbers."""

    kind: str
    score: float
    offset: int
    numbers: int


def departure(data: bytes, dtype: str) -> tuple[Departure | None, int]:
    """Return the window of consecutive little-endian numbers that departs most, if one does, and how many were judged."""
    if dtype in _NOISE:
        return _most([_noise(data, at, dtype) for at in range(0, len(data) - LEAST + 1, WINDOW)])
    if dtype not in _WORDS:
        return None, 0
    width = _WORDS[dtype][0]
    step = WINDOW * width
    return _most([_window(data[at : at + step], at, dtype) for at in range(0, len(data) - LEAST * width + 1, step)])


def _most(found: list[Departure | None]) -> tuple[Departure | None, int]:
    return max((d for d in found if d is not None), key=lambda d: d.score, default=None), len(found)


def _window(data: bytes, at: int, dtype: str) -> Departure | None:
    width, code = _WORDS[dtype]
    if excess(data[::width]) < _DEPARTS:
        return None
    words = struct.unpack(f"<{len(data) // width}{code}", data[: len(data) // width * width])
    distinct = set(words) - {0}
    if len(distinct) < _DISTINCT * len(words) or _is_grid(distinct, dtype):
        return None
    score = excess(bytes([word & 0xFF for word in distinct]))
    return Departure("structure", score, at, len(words)) if score >= _DEPARTS else None


def excess(low: bytes) -> float:
    """Return by how many bits a byte the distribution departs from that of weights' low bytes; 0 for too few.

    The relative entropy to a distribution in which bytes with the same number of trailing zero bits are equally frequent,
    less what chance alone gives. Zeros are left out: they come from numbers of a shorter type.
    """
    counts = Counter(low)
    counts.pop(0, None)
    total = counts.total()
    if total < _FEW:
        return 0.0
    classes = [0] * 9
    for byte, count in counts.items():
        classes[_TRAILING[byte]] += count
    even = [count / _CLASS_SIZES[zeros] for zeros, count in enumerate(classes)]
    relative = sum(count * math.log2(count / even[_TRAILING[byte]]) for byte, count in counts.items()) / total
    return max(0.0, relative - (255 - 8) / (2 * total * math.log(2)))


def _is_grid(words: set[int], dtype: str) -> bool:
    """Tell whole numbers, multiples of one step, and counts: their low bits follow from their size."""
    mantissa, exponents = {"F32": (23, 255), "F64": (52, 2047)}[dtype]
    lowest, highest = 1 << 30, 0
    for word in words:
        exponent = max(1, (word >> mantissa) & exponents)
        fraction = (word & ((1 << mantissa) - 1)) | (1 << mantissa)
        lowest = min(lowest, exponent + (fraction & -fraction).bit_length() - 1)
        highest = max(highest, exponent + mantissa)
    return highest - lowest < mantissa - 1


def _noise(data: bytes, at: int, dtype: str) -> Departure | None:
    window = data[at : at + WINDOW]
    if len(window) < LEAST:
        return None
    counts, total = Counter(window), len(window)
    entropy = -sum(count / total * math.log2(count / total) for count in counts.values())
    entropy += 255 / (2 * total * math.log(2))
    return Departure("noise", entropy, at, total) if entropy >= _NOISE[dtype] else None


def broken_precision(data: bytes, row: int, first: int) -> Departure | None:
    """Return a run of full 32-bit numbers among numbers of a shorter type that begins or ends within a row.

    Weights that were converted from 16 bits have zeros in their low byte. Rows that were added or trained further have not,
    but rows are changed as a whole. `row` is the number of elements in one, `first` the index of the block's first number.
    """
    low, high, middle = data[::4], data[3::4], data[2::4]
    count = len(low) // _SEGMENT
    if row < _ROW or low.count(0) * 4 < len(low):
        return None
    fine = low.translate(_FINE)
    states = [_state(low, fine, middle, high, index * _SEGMENT) for index in range(count)]
    if states.count("short") < max(_RUN, states.count("live")):
        return None
    for begin, end in _runs(states):
        edges = [edge for edge in (begin, end) if 0 < edge < count]
        if any(_is_inside(first + edge * _SEGMENT, row) for edge in edges):
            return Departure("precision", (end - begin) / count, begin * _SEGMENT * 4, (end - begin) * _SEGMENT)
    return None


def _state(low: bytes, fine: bytes, middle: bytes, high: bytes, at: int) -> str:
    """Tell numbers of a shorter type from those that use their low byte; neither, where there is nothing to tell by."""
    zeros = low.count(0, at, at + _SEGMENT)
    if _SEGMENT - fine.count(0, at, at + _SEGMENT) >= _LIVE:
        return "live"
    is_diverse = len(set(middle[at : at + _SEGMENT])) >= _DIVERSE
    is_filled = high.count(0, at, at + _SEGMENT) * 2 < _SEGMENT
    return "short" if zeros == _SEGMENT and is_diverse and is_filled else ""


def _runs(states: list[str]) -> list[tuple[int, int]]:
    """Return where runs of live segments begin and end that stand beside short ones."""
    runs, begin = [], -1
    for index, state in enumerate([*states, ""]):
        if state == "live" and begin < 0:
            begin = index
        elif state != "live" and begin >= 0:
            beside = {states[begin - 1] if begin else "", state}
            if index - begin >= _RUN and "short" in beside:
                runs.append((begin, index))
            begin = -1
    return runs


def _is_inside(element: int, row: int) -> bool:
    """Whether an edge, known to two segments, lies within a row rather than between two."""
    return 2 * _SEGMENT < element % row < row - 2 * _SEGMENT
