"""What the interpreter tells of pickles made by hand."""

from __future__ import annotations

import os.path
import pickle
import pickletools
import random
import sys
import time
import tracemalloc
import types
from collections import Counter
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.pickle_differential import missing, stream_of
from weighbridge.formats import inspect
from weighbridge.formats.binary import MemorySource
from weighbridge.formats.pickle import PickleFacts, analyse


def facts(stream: bytes, **budget: int) -> PickleFacts:
    return analyse(MemorySource("x.pkl", stream), **budget)


def told(stream: bytes) -> list[tuple[str, str]]:
    return [(event.kind, event.subject) for event in facts(stream).events]


@pytest.mark.parametrize(
    ("stream", "expected"),
    [
        (b"cos\nsystem\n(S'id'\ntR.", ("call", "os.system")),
        (b"\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x02id\x85R.", ("call", "os.system")),
        (b"(S'id'\nios\nsystem\n.", ("call", "os.system")),
        (b"(cos\nsystem\nS'id'\no.", ("call", "os.system")),
        (b"\x80\x02cos\nsystem\n)\x81.", ("call", "os.system")),
        (b"\x80\x04cos\nsystem\n)}\x92.", ("call", "os.system")),
        (b"cnumpy\nsize\n}S'x'\nI1\nsb.", ("mutate", "numpy.size")),
        (b"\x82\x07.", ("extension", "7")),
        (b"S'abc'\nQ.", ("persistent", "text")),
        (b"N0\x80\x04N.", ("protocol", "4")),
        (b"I0x10\n0cos\nsystem\n.", ("global", "os.system")),
        (b"L16\n0cos\nsystem\n.", ("global", "os.system")),
        (b"cos\nsystem\n(S'id'\ntR\xff", ("call", "os.system")),
        (b"N.cos\nsystem\n(S'id'\ntR.", ("call", "os.system")),
        (b"Vos\np0\n0g0\nVsystem\n\x93.", ("global", "os.system")),
    ],
)
def test_every_way_to_name_or_call(stream: bytes, expected: tuple[str, str]) -> None:
    assert expected in told(stream)


def test_a_call_is_reconstructed_with_its_place() -> None:
    call = next(e for e in facts(b"\x80\x04cos\nsystem\n\x8c\x02id\x85R.").events if e.kind == "call")
    assert call.text == "os.system('id')"
    assert (call.offset, call.opcode) == (18, "REDUCE")


def test_a_name_put_together_is_computed() -> None:
    joined = b"c__builtin__\ngetattr\n(S''\nS'join'\ntR((lS'o'\naS's'\natRVsystem\n\x93."
    event = next(e for e in facts(joined).events if e.computed and e.kind == "global")
    assert "system" in event.text


def test_a_pickle_in_a_constant_is_told() -> None:
    inner = pickle.dumps([1, 2, 3], 4)
    assert ("nested", "bytes") in told(pickle.dumps({"blob": inner}, 4))


def test_repetition_is_counted() -> None:
    event = next(e for e in facts(b"(" + b"cos\ngetcwd\n)R" * 50 + b"t.").events if e.kind == "call")
    assert event.count == 50


def test_a_stream_that_shares_itself_a_billion_times_is_cheap() -> None:
    bomb = b"\x80\x04]\x94" + b"".join(b"]\x94(h%ch%cc\na\nb\n0e" % (i, i) for i in range(60)) + b"."
    assert len(facts(bomb).events[0].text) < 1000
    calls = b"\x80\x04cos\ngetcwd\n" + b"2\x862\x86" * 40 + b"R."
    assert all(len(event.text) < 1000 for event in facts(calls).events)


def test_announced_lengths_are_not_believed() -> None:
    for stream in (
        b"\x8e" + b"\xff" * 8,
        b"\x8b\xff\xff\xff\x7f",
        b"T\xff\xff\xff\xff",
        b"\x96" + b"\xff" * 7 + b"\x7f",
    ):
        found = facts(stream + b"abc.")
        assert found.pickles == ()
        assert found.problems


def test_a_spent_budget_is_incomplete_and_not_a_verdict() -> None:
    stream = b"N0" * 200_000 + b"cos\nsystem\n."
    found = facts(stream, steps=100)
    assert not found.complete
    assert found.events == ()


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20) | st.binary(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4) | st.tuples(inner),
    max_leaves=15,
), st.integers(0, 5))  # fmt: skip
def test_plain_values_are_read_to_their_end(value: Any, protocol: int) -> None:
    stream = pickle.dumps(value, protocol)
    found = facts(stream)
    assert found.complete
    assert found.end == len(stream)
    assert len(found.pickles) == 1
    assert {e.subject for e in found.events if e.kind == "call"} <= {
        "_codecs.encode",
        "__builtin__.bytes",
        "builtins.bytes",
    }


@pytest.mark.parametrize("seed", range(10))
def test_whatever_cpython_imports_and_calls_is_told(seed: int) -> None:
    for number in range(60):
        stream = stream_of(random.Random(f"{seed}:{number}"))
        assert missing(stream) == "", stream


def test_both_gaits_tell_the_same() -> None:
    class Weight:
        def __init__(self, number: int) -> None:
            self.name, self.values = f"weight{number}", [number, number / 2, (number, None)]

    stream = pickle.dumps([{"id": n, f"key{n}": n % 7, "of": os.path.join} for n in range(300)], 2)
    stream += cloned(Weight, list(range(300)))
    careful, hurried = facts(stream, room=10**6), facts(stream, room=0)
    assert counted(careful) == counted(hurried)
    assert (careful.end, careful.complete) == (hurried.end, hurried.complete) == (len(stream), True)
    assert careful.kept_whole
    assert not hurried.kept_whole


def counted(found: PickleFacts) -> Counter[tuple[str, str]]:
    counts: Counter[tuple[str, str]] = Counter()
    for event in found.events:
        counts[event.kind, event.subject] += event.count
    return counts


def cloned(kind: type[Any], numbers: list[int]) -> bytes:
    """Pickle instances of a class that is not importable by its name, as if it were."""
    kind.__qualname__, kind.__module__ = "Weight", "somewhere"
    sys.modules["somewhere"] = types.ModuleType("somewhere")
    sys.modules["somewhere"].Weight = kind  # type: ignore[attr-defined]
    try:
        return pickle.dumps([kind(number) for number in numbers], 4)
    finally:
        del sys.modules["somewhere"]


def test_a_frame_that_cuts_an_operand_is_told() -> None:
    # The C unpickler drops what lies in the frame and imports `os.system` from a file, but not from a string.
    stream = b"\x80\x04\x95\x05" + bytes(7) + b"cjunkos\nsystem\n."
    assert ("frame", "crossed") in told(stream)
    assert ("frame", "crossed") in [(e.kind, e.subject) for e in facts(stream, room=0).events]


def test_what_a_frame_hides_behind_stop_is_skipped_as_cpython_does() -> None:
    hidden = b"\xff" * 6
    stream = b"\x80\x04\x95" + (2 + len(hidden)).to_bytes(8, "little") + b"N." + hidden + b"cos\nsystem\n."
    assert told(stream) == [("frame", "unread"), ("global", "os.system")]
    assert len(facts(stream).pickles) == 2


@pytest.mark.parametrize("use", [b"Q.", b"\x85Q.", b"\x8c\x01a\x93.", b"\x94h\x00\x8c\x01a\x93.", b"\x85cos\nx\nN2R."])
def test_a_text_that_is_none_raises_nothing(use: bytes) -> None:
    for room in (0, 20_000):
        assert facts(b"\x80\x04\x8c\x03\xff\x8a\xfe" + use, room=room).complete


def test_millions_of_opcodes_are_read_in_flat_memory() -> None:
    block = pickle.dumps([[n % 250, f"t{n}", {"a": n}] for n in range(5_000)], 4)
    tracemalloc.start()
    found = facts(block * 3)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.complete
    assert len(found.pickles) == 3
    assert peak < 20 * 1024 * 1024


@pytest.mark.parametrize(
    "stream",
    [
        b"N" + b"\x85" * 600_000 + b".",
        b"(K\x01" * 100_000 + b"N" + b"d" * 100_000 + b".",
        b"cos\nx\n" + b")R" * 150_000 + b".",
        b"N" + b"Q" * 200_000 + b".",
        b"cnumpy\ndtype\n" + b"2" * 100_000 + b"N" + b"\x85R" * 100_000 + b".",
        b"N" + b"".join(b"r" + (n * 2000).to_bytes(4, "little") for n in range(50_000)) + b".",
    ],
    ids=["tuples", "dictionaries", "calls", "persistent ids", "types", "sparse memo"],
)
def test_what_lies_deep_or_far_is_not_kept(stream: bytes) -> None:
    before = sys.getallocatedblocks()
    found = facts(stream, room=1000)
    kept = sys.getallocatedblocks() - before
    assert found.complete
    assert found.end == len(stream)
    assert kept < 400_000


@settings(max_examples=300, deadline=None)
@given(stream=st.binary(max_size=300), start=st.sampled_from([b"", b"\x80\x04", b"\x80\x02}(", b"\x80\x04\x95"]))
def test_noise_raises_nothing(stream: bytes, start: bytes) -> None:
    for room in (0, 20_000):
        assert isinstance(facts(start + stream, room=room), PickleFacts)


@settings(max_examples=200, deadline=None)
@given(number=st.integers(0, 10_000), at=st.integers(0, 10_000), byte=st.integers(0, 255))
def test_damage_raises_nothing(number: int, at: int, byte: int) -> None:
    stream = bytearray(stream_of(random.Random(number)))
    stream[at % len(stream)] = byte
    careful, hurried = facts(bytes(stream), room=20_000), facts(bytes(stream), room=0)
    msgspec.json.encode([careful.events, hurried.events, careful.problems])


def test_a_shared_list_of_lists_costs_nothing_to_list() -> None:
    bomb = b"\x80\x02]q\x00" + b"".join(b"]q%c(" % n + b"h%c" % (n - 1) * 10 + b"e" for n in range(1, 31)) + b"."
    started = time.perf_counter()
    assert inspect(MemorySource("bomb.pkl", bomb)).tensors == ()
    assert time.perf_counter() - started < 1


def test_every_opcode_of_the_standard_library_is_known() -> None:
    from weighbridge.formats.pickle.machine import TABLE

    missing = [op.name for op in pickletools.opcodes if TABLE[ord(op.code)] is None]
    assert missing == []
