"""Hold the pickle interpreter against CPython's own unpicklers, on streams that are made up.

    python -m tests.fuzz.pickle_differential --seconds 600 [--seed 7]

Both unpicklers of the standard library (`_pickle` in C, `pickle._Unpickler` in Python) load each stream with a `find_class`
that never imports anything: it writes down the name and returns an inert class, which writes down when it is called. Whatever
they ask for and call, up to their end or their error, the interpreter has to tell, in both of its gaits.
"""

from __future__ import annotations

import argparse
import io
import pickle
import random
import re
import struct
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from weighbridge.formats.binary import MemorySource
from weighbridge.formats.pickle import analyse

Tally = Counter[tuple[str, str, str]]
WORDS = ["os", "system", "builtins", "__builtin__", "exec", "a.b", "c", "x" * 260, "é", "commands", ""]


# The memo of the C unpickler is an array: a large number costs gigabytes.
_LARGE_MEMO = re.compile(rb"r..(?:[^\0].|.[^\0])|p\d{6}", re.DOTALL)


class Recorder:
    """What an unpickler asked for and called."""

    def __init__(self) -> None:
        self.tally: Tally = Counter()

    def find_class(self, module: str, name: str) -> Any:
        self.tally["global", module, name] += 1
        return _inert(self, module, name)


def _inert(recorder: Recorder, module: str, name: str) -> Any:
    """Return a class that does nothing but write down that it was called."""

    def called() -> Any:
        recorder.tally["call", module, name] += 1
        return made

    class Meta(type):
        def __call__(cls, *_: Any, **__: Any) -> Any:
            return called()

    class Inert(metaclass=Meta):
        def __new__(cls, *_: Any, **__: Any) -> Any:
            return called()

        def __call__(self, *_: Any, **__: Any) -> Any:
            recorder.tally["call", "", ""] += 1
            return self

        def __setstate__(self, _: Any) -> None: ...
        def append(self, _: Any) -> None: ...
        def extend(self, _: Any) -> None: ...
        def add(self, _: Any) -> None: ...
        def update(self, _: Any) -> None: ...
        def __setitem__(self, _: Any, __: Any) -> None: ...

    made = object.__new__(Inert)
    return Inert


def asked_by(unpickler: type[Any], stream: bytes) -> Tally:
    """Return what an unpickler of CPython asks for and calls, to its end or its error."""
    recorder = Recorder()

    class Harmless(unpickler):  # type: ignore[misc]
        def find_class(self, module: str, name: str) -> Any:
            return recorder.find_class(module, name)

        def persistent_load(self, _: Any) -> Any:
            return ()

    file = io.BytesIO(stream)
    try:
        while file.tell() < len(stream):
            Harmless(file, encoding="latin-1").load()
    except Exception:  # noqa: BLE001 - any way to fail is fine: what was asked for before it counts
        pass
    return recorder.tally


def told(stream: bytes, room: int) -> Tally:
    """Return what the interpreter tells of the same stream."""
    tally: Tally = Counter()
    for event in analyse(MemorySource("x.pkl", stream), room=room).events:
        if event.kind in ("global", "call"):
            is_plain = event.kind == "global" or not event.computed
            tally[event.kind, event.module if is_plain else "", event.name if is_plain else ""] += event.count
    return tally


def missing(stream: bytes) -> str:
    """Return what the interpreter fails to tell of a stream; empty where it tells everything."""
    if any(event.kind == "frame" for event in analyse(MemorySource("x.pkl", stream)).events):
        return ""  # told as what it is: CPython's own readers disagree about the bytes behind such a frame
    for unpickler in (pickle._Unpickler, pickle.Unpickler):
        if unpickler is pickle.Unpickler and _LARGE_MEMO.search(stream):
            continue
        asked = asked_by(unpickler, stream)
        for room in (0, 20_000):
            mine = told(stream, room)
            lacking = asked - mine
            # What is called through an instance, or behind a computed name, is told as a computed call.
            spare = mine["call", "", ""] - asked["call", "", ""]
            calls = sum(n for (kind, _, _), n in lacking.items() if kind == "call")
            if lacking and (calls > spare or calls != lacking.total()):
                return f"{unpickler.__module__}, room {room}: {lacking}"
    return ""


def stream_of(rng: random.Random) -> bytes:
    """Make up one to three pickles, mostly such that an unpickler gets far."""
    return b"".join([Maker(rng).make() for _ in range(rng.choice((1, 1, 1, 2, 3)))])


class Maker:
    """Writes opcodes, with an idea of what lies on the stack, and sometimes without caring."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.out = bytearray()
        self.depth = 0
        self.marks: list[int] = []
        self.memo: list[int] = []

    def make(self) -> bytes:
        """Return one pickle."""
        protocol = self.rng.choice((None, 0, 1, 2, 3, 4, 5))
        if protocol is not None:
            self.out += bytes([0x80, protocol])
        for _ in range(self.rng.randrange(1, 40)):
            self.rng.choice(_MOVES)(self)
        while self.marks:
            self.close()
        if self.depth == 0:
            self.constant()
        self.out += b"."
        if self.rng.random() < 0.2:
            self.out[self.rng.randrange(len(self.out))] = self.rng.randrange(256)
        return bytes(self.out)

    def put(self, raw: bytes, change: int = 1) -> None:
        self.out += raw
        self.depth += change

    def constant(self) -> None:
        n = self.rng.choice((0, 1, 255, 65535, 2**31 - 1))
        self.put(self.rng.choice((
            b"N", b"\x88", b"\x89", b")", b"]", b"}", b"\x8f", b"K" + bytes([n & 255]), b"M" + struct.pack("<H", n & 65535),
            b"J" + struct.pack("<i", n), b"G" + struct.pack(">d", n), b"I%d\n" % n, b"I0x1f\n", b"I01\n", b"I00\n",
            b"L%dL\n" % n, b"L%d\n" % n, b"F1.5\n", b"\x8a\x02\xff\x00", b"\x8b\x01\0\0\0\x07", b"C\x03abc",
            b"B\x02\0\0\0ab", b"\x8e\x01" + bytes(7) + b"a", b"\x96\x01" + bytes(7) + b"a", b"I 7\n", b"I0o17\n",
        )))  # fmt: skip

    def run_of_numbers(self) -> None:
        kind = self.rng.choice((b"K\x07", b"M\x07\x00", b"J\x01\0\0\0", b"G" + bytes(8)))
        count = self.rng.randrange(2, 6)
        self.put(kind * count, count)

    def text(self, word: str | None = None) -> None:
        word = self.rng.choice(WORDS) if word is None else word
        raw = word.encode()
        forms = [
            b"X" + struct.pack("<I", len(raw)) + raw,
            b"\x8d" + struct.pack("<Q", len(raw)) + raw,
            b"V" + raw + b"\n",
        ]
        if len(raw) < 256:
            forms += [b"\x8c" + bytes([len(raw)]) + raw] * 3
        if word.isascii():
            forms += [b"S'" + raw + b"'\n", b'S"' + raw + b'"\n', b"T" + struct.pack("<i", len(raw)) + raw]
        self.put(self.rng.choice(forms))
        if self.rng.random() < 0.5:
            self.remember()

    def name(self) -> None:
        module, name = self.rng.choice(WORDS[:5]), self.rng.choice(WORDS)
        if self.rng.random() < 0.5:
            self.put(b"c" + module.encode() + b"\n" + name.encode() + b"\n")
        else:
            self.text(module)
            self.text(name)
            self.put(b"\x93", -1)
        if self.rng.random() < 0.4:
            self.remember()

    def call(self) -> None:
        self.name()
        how = self.rng.randrange(6)
        if how == 0:
            self.put(b")R", 0)
        elif how == 1:
            self.text()
            self.put(self.rng.choice((b"\x85R", b"\x85\x81")), -1)
        elif how == 2:
            self.put(b")\x81}b", 0)
        elif how == 3:
            self.put(b")}\x92", 0)
        elif how == 4:
            self.put(b"(ios\nsystem\n0", 0)
        else:
            self.put(b"0(cos\nsystem\nK\x01o", 0)
        if self.rng.random() < 0.3:
            self.put(b")R", 0)

    def remember(self) -> None:
        if self.depth == 0 or (self.marks and self.marks[-1] == self.depth):
            return
        index = self.rng.choice((len(self.memo), len(self.memo), len(self.memo), self.rng.randrange(300)))
        how = self.rng.randrange(4)
        if how == 0:
            self.out += b"\x94"
        elif how == 1:
            self.out += b"p%d\n" % index
        elif how == 2:
            self.out += b"q" + bytes([index & 255])
        else:
            self.out += b"r" + struct.pack("<I", index)
        self.memo.append(len(self.memo) if how == 0 else index & 255 if how == 2 else index)

    def recall(self) -> None:
        if self.memo:
            index = self.rng.choice(self.memo)
            forms = [b"g%d\n" % index, b"j" + struct.pack("<I", index)] + (
                [b"h" + bytes([index])] if index < 256 else []
            )
            self.put(self.rng.choice(forms))

    def open(self) -> None:
        self.put(self.rng.choice((b"]", b"}", b"\x8f", b"", b"")), 0)
        self.marks.append(self.depth)
        self.out += b"("

    def close(self) -> None:
        if self.marks:
            self.depth = self.marks.pop() + 1
            self.out += self.rng.choice((b"t", b"t", b"l", b"d", b"e", b"u", b"\x90", b"\x91", b"1N"))

    def pair(self) -> None:
        self.put(b"}")
        self.text()
        self.constant()
        self.put(b"s", -2)

    def item(self) -> None:
        self.put(b"]")
        self.constant()
        self.put(b"a", -1)

    def wrap(self) -> None:
        floor = self.marks[-1] if self.marks else 0
        count = self.rng.randrange(1, 4)
        if self.depth - floor >= count:
            self.put((b"\x85", b"\x86", b"\x87")[count - 1], 1 - count)

    def shuffle(self) -> None:
        floor = self.marks[-1] if self.marks else 0
        if self.depth > floor:
            self.put(self.rng.choice((b"2", b"20", b"Q")), 0)
            self.depth += self.out[-1:] == b"2"
        if self.rng.random() < 0.2:
            self.put(b"0", -1)

    def frame(self) -> None:
        self.out += b"\x95" + struct.pack("<Q", self.rng.choice((0, 1, 5, 100)))


_MOVES: tuple[Callable[[Maker], None], ...] = (
    Maker.constant, Maker.run_of_numbers, Maker.text, Maker.text, Maker.name, Maker.name, Maker.call, Maker.call,
    Maker.remember, Maker.recall, Maker.recall, Maker.open, Maker.close, Maker.pair, Maker.item, Maker.wrap, Maker.shuffle,
    Maker.frame,
)  # fmt: skip


def session(seconds: float, seed: str) -> int:
    """Compare until the time is up; return 1 when something was not told."""
    end, number, reached = time.monotonic() + seconds, 0, 0
    while time.monotonic() < end:
        number += 1
        stream = stream_of(random.Random(f"{seed}:{number}"))
        wrong = missing(stream)
        if wrong:
            sys.stdout.write(f"stream {number}: {stream!r}\n{wrong}\n")
            return 1
        reached += bool(asked_by(pickle._Unpickler, stream))
    sys.stdout.write(f"{number:,} streams, {reached:,} of which import something; nothing was missed\n")
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        prog="python -m tests.fuzz.pickle_differential", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", default="1")
    options = parser.parse_args()
    sys.exit(session(options.seconds, options.seed))
