"""Damage done to valid files, the same for the same random numbers."""

from __future__ import annotations

import random
from collections.abc import Callable

EDGES = (0, 1, 0x7F, 0x80, 0xFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 2**63 - 1, 2**63, 2**64 - 1)


def flip(data: bytearray, rng: random.Random) -> None:
    data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


def set_byte(data: bytearray, rng: random.Random) -> None:
    data[rng.randrange(len(data))] = rng.randrange(256)


def set_number(data: bytearray, rng: random.Random) -> None:
    """Overwrite a length or an offset with a number at the edge of its width."""
    width, order = rng.choice((1, 2, 4, 8)), rng.choice(("little", "big"))
    at = rng.randrange(len(data))
    data[at : at + width] = (rng.choice(EDGES) % 256**width).to_bytes(width, order)


def add_one(data: bytearray, rng: random.Random) -> None:
    at = rng.randrange(len(data))
    data[at] = (data[at] + rng.choice((1, 255))) % 256


def cut(data: bytearray, rng: random.Random) -> None:
    del data[rng.randrange(len(data)) :]


def drop(data: bytearray, rng: random.Random) -> None:
    at = rng.randrange(len(data))
    del data[at : at + rng.randrange(1, 64)]


def copy(data: bytearray, rng: random.Random) -> None:
    """Write a piece of the file over another one."""
    source, target, length = rng.randrange(len(data)), rng.randrange(len(data)), rng.randrange(1, 64)
    data[target : target + length] = data[source : source + length]


def repeat(data: bytearray, rng: random.Random) -> None:
    at, length = rng.randrange(len(data)), rng.randrange(1, 64)
    data[at:at] = data[at : at + length] * rng.choice((1, 2, 100))


def insert(data: bytearray, rng: random.Random) -> None:
    at = rng.randrange(len(data))
    data[at:at] = rng.randbytes(rng.randrange(1, 32))


MUTATIONS: tuple[Callable[[bytearray, random.Random], None], ...] = (
    flip, set_byte, set_number, set_number, add_one, cut, drop, copy, repeat, insert,
)  # fmt: skip


def mutate(seed: bytes, rng: random.Random) -> bytes:
    """Return a damaged copy; half of the damage is done to the first kilobyte, where the lengths are."""
    data = bytearray(seed)
    for _ in range(rng.choice((1, 1, 2, 3, 8))):
        if not data:
            break
        if rng.random() < 0.5 and len(data) > 1024:
            head = data[:1024]
            rng.choice(MUTATIONS)(head, rng)
            data[:1024] = head
        else:
            rng.choice(MUTATIONS)(data, rng)
    return bytes(data)
