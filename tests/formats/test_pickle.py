"""The interpreter beside CPython's own unpicklers, and what it tells of streams made by hand."""

from __future__ import annotations

import io
import pickle
import pickletools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weighbridge.formats.binary import Limits, MemorySource
from weighbridge.formats.pickle import PickleFacts, analyse

Names = set[tuple[str, str]]


def facts(stream: bytes, **limits: int) -> PickleFacts:
    return analyse(MemorySource("x.pkl", stream), Limits(**limits) if limits else Limits())


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
        (b"\x82\x07.", ("extension", "")),
        (b"S'abc'\nQ.", ("persistent", "str")),
        (b"N0\x80\x04N.", ("protocol", "")),
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
    assert ("nested", "") in told(pickle.dumps({"blob": inner}, 4))


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
    found = facts(b"N0" * 1000 + b"cos\nsystem\n.", items=100)
    assert not found.complete
    assert found.events == ()


class Inert:
    """Stands in for whatever a stream names; does nothing, and says so."""

    def __new__(cls, *_: Any, **__: Any) -> Inert:
        return object.__new__(cls)

    def __init__(self, *_: Any, **__: Any) -> None: ...
    def __setstate__(self, _: Any) -> None: ...
    def append(self, _: Any) -> None: ...
    def extend(self, _: Any) -> None: ...
    def add(self, _: Any) -> None: ...
    def __setitem__(self, _: Any, __: Any) -> None: ...


def cpython(unpickler: type[Any], stream: bytes) -> tuple[Names, bool]:
    """Return the names that an unpickler of CPython asks for, and whether it comes to the end."""
    asked: Names = set()

    class Recording(unpickler):  # type: ignore[misc]
        def find_class(self, module: str, name: str) -> Any:
            asked.add((module, name))
            return type("Inert", (Inert,), {})

        def persistent_load(self, _: Any) -> Any:
            return Inert()

    try:
        Recording(io.BytesIO(stream)).load()
    except Exception:  # noqa: BLE001 - any way to fail is fine: what was asked for before it counts
        return asked, False
    return asked, True


def ours(stream: bytes) -> Names:
    names = [e.subject.rsplit(".", 1) for e in facts(stream).events if e.kind == "global" and not e.computed]
    return {(module, name) for module, name in names}


WORDS = st.sampled_from([b"os", b"system", b"a", b"b", b"posix"])
ATOMS = st.one_of(
    st.sampled_from([b"(", b"0", b"1", b"2", b"N", b"\x88", b"\x89", b"]", b"}", b")", b"\x8f", b"t", b"l", b"d", b"a",
                     b"e", b"s", b"u", b"\x85", b"\x86", b"\x87", b"R", b"b", b"\x81", b"o", b"\x93", b"\x94", b"Q",
                     b"\x90", b"\x91", b"I01\n", b"I7\n", b"L7L\n", b"F1.5\n", b"K\x05", b"M\x05\x00", b"g0\n",
                     b"h\x00", b"h\x01", b"p0\n", b"q\x01", b"r\x02\x00\x00\x00", b"j\x02\x00\x00\x00"]),
    st.builds(lambda m, n: b"c" + m + b"\n" + n + b"\n", WORDS, WORDS),
    st.builds(lambda m, n: b"i" + m + b"\n" + n + b"\n", WORDS, WORDS),
    st.builds(lambda w: b"\x8c" + bytes([len(w)]) + w, WORDS),
    st.builds(lambda w: b"V" + w + b"\n", WORDS),
    st.builds(lambda w: b"S'" + w + b"'\n", WORDS),
    st.builds(lambda w: b"X" + len(w).to_bytes(4, "little") + w, WORDS),
)  # fmt: skip


@settings(max_examples=1500, deadline=None)
@given(st.lists(ATOMS, max_size=24), st.sampled_from([b"", b"\x80\x02", b"\x80\x04"]))
def test_whatever_cpython_imports_is_told(atoms: list[bytes], start: bytes) -> None:
    stream = start + b"".join(atoms) + b"."
    mine = ours(stream)
    for unpickler in (pickle._Unpickler, pickle.Unpickler):
        asked, _ = cpython(unpickler, stream)
        assert {(m, n) for m, n in asked if m and n} <= mine | _unmapped(mine)


def _unmapped(names: Names) -> Names:
    """CPython maps names of Python 2 to those of today before it asks; the stream holds the old ones."""
    import _compat_pickle as compat

    return {compat.NAME_MAPPING.get((m, n), (compat.IMPORT_MAPPING.get(m, m), n)) for m, n in names}


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


def test_every_opcode_of_the_standard_library_is_known() -> None:
    from weighbridge.formats.pickle.machine import _TABLE

    missing = [op.name for op in pickletools.opcodes if _TABLE[ord(op.code)] is None and op.name != "STOP"]
    assert missing == []
