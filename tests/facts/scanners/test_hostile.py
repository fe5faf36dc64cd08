"""Whatever the bytes, a scan ends with an answer."""

from __future__ import annotations

import contextlib
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.facts.scanners.looking import ELF, keras_model, layer, look, zipped
from tests.facts.scanners.test_containers import tarred
from tests.formats import seeds_core, seeds_graphs
from tests.fuzz.mutate import mutate
from weighbridge.errors import FormatError
from weighbridge.formats.binary import LIMITS, MemorySource
from weighbridge.formats.lz4 import Lz4
from weighbridge.formats.sevenzip import SIGNATURE, contents, read_sevenzip

NAMES = ["a.bin", "a.json", "a.yaml", "a.xml", "a.h5", "a.keras", "a.pb", "keras_metadata.pb", "a.jinja", "a.py", "a.cfg",
         "a.safetensors", "a.gguf", "a.onnx", "a.zip", "a"]  # fmt: skip
SEEDS = [
    zipped({"config.json": keras_model(layer("Lambda", function="x")), "metadata.json": "{}", "a/b.yaml": "a: 1"}),
    zipped({"m/data.pkl": b"\x80\x02N.", "m/data/0": ELF, "m/code/__torch__.py": "def f(x):\n  return x\n"}),
    tarred(**{"a.yaml": b"a: !!python/name:os.system", "b.json": b"{}"}),
    seeds_core.small_safetensors(),
    seeds_core.small_gguf(),
    seeds_core.hdf5(fill=seeds_core.keras_2),
    seeds_graphs.small_saved_model(),
    seeds_graphs.small_onnx(),
    seeds_graphs.small_tflite(),
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "y">]><a/>',
]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=600), st.sampled_from(NAMES))
def test_random_bytes(data: bytes, name: str) -> None:
    found = look(name, data)
    assert "internal error" not in found.incomplete


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.sampled_from(NAMES))
def test_random_text(text: str, name: str) -> None:
    assert "internal error" not in look(name, text.encode("utf-8", "surrogatepass")).incomplete


@pytest.mark.parametrize("seed", range(len(SEEDS)))
def test_damaged_files(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(25):
        found = look(rng.choice(NAMES), mutate(SEEDS[seed], rng))
        assert "internal error" not in found.incomplete


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_lz4_and_7z_raise_nothing_but_format_errors(data: bytes) -> None:
    for head in (b"", b"\x04\x22\x4d\x18\x60\x40\x82", b"\x04\x22\x4d\x18\x44\x70\x1d"):
        with contextlib.suppress(FormatError):
            Lz4().decompress(head + data)
    header = SIGNATURE + bytes(6) + bytes(8) + len(data).to_bytes(8, "little") + bytes(4)
    for body in (data, b"\x01" + data, b"\x17" + data):
        source = MemorySource("a.7z", header[:20] + len(body).to_bytes(8, "little") + bytes(4) + body)
        with contextlib.suppress(FormatError):
            list(contents(source, read_sevenzip(source, LIMITS), 1 << 20))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.json", b"[" * 100_000),
        ("a.json", b'{"a":' * 100_000),
        ("a.yaml", b"[" * 100_000),
        ("a.yaml", b"a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n" * 3),
        ("a.xml", b"<a " * 100_000),
        ("a.xml", b"<!DOCTYPE " + b"x" * 500_000),
        ("a.jinja", b"{{ " + b"(" * 20_000),
        ("a.jinja", b"{% for x in y %}" * 5000),
        ("a.cfg", b"@a = " * 100_000),
        ("a.h5", b"\x89HDF\r\n\x1a\n" + b"\xff" * 500),
        ("keras_metadata.pb", b"\x0a" + b"\xff" * 9 + b"\x01"),
        ("a.tar", b"a" * 124 + b"\x80" + b"\xff" * 11 + b"a" * 400),
    ],
)
def test_shapes_made_to_hurt(name: str, data: bytes) -> None:
    assert "internal error" not in look(name, data).incomplete
