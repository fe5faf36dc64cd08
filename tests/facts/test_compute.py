"""Machines, times, speeds, memory, carbon."""

from __future__ import annotations

import pytest
from hypothesis import given

from tests.facts.strategies import VALUES, texts
from tests.support import facts_of
from weighbridge.facts.compute import Compute, Purpose
from weighbridge.facts.engine import Gap
from weighbridge.facts.metadata import Metadata
from weighbridge.model import Depth


def compute_of(card: str) -> Compute:
    return facts_of({"README.md": card}, depth=Depth.CARD).need(Compute)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Trained on 8 x A100 40GB GPUs.", ["8 x A100 40GB GPUs"]),
        ("on a single NVIDIA V100", ["NVIDIA V100"]),
        ("- **Hardware Type:** RTX 3090", ["RTX 3090"]),
        ("We used TPU v3-8.", ["TPU v3-8"]),
        ("trained with 4 GPUs", ["4 GPUs"]),
        ("Tesla T4 GPU and Intel Xeon", ["Tesla T4 GPU", "Intel Xeon"]),
        ("runs on a Jetson Nano", ["Jetson Nano"]),
        ("on an M1 Pro", ["M1 Pro"]),
        ("TOP-100 words, ImageNet-100, section A10.", []),
        ("Use the T4 template. GPU is not needed.", []),
        ("`CUDA_VISIBLE_DEVICES=0`", []),
    ],
)
def test_hardware(text: str, found: list[str]) -> None:
    assert [mention.text for mention in compute_of(text).hardware] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The model was trained for 3 days on 8 GPUs.", ["3 days"]),
        ("Training took about 12 hours.", ["about 12 hours"]),
        ("It took 12 hours to train.", ["12 hours"]),
        ("3,000 GPU hours", ["3,000 GPU hours"]),
        ("- **Hours used:** 24", ["24"]),
        ("trained on 960 hours of speech", []),
        ("Published 3 days ago.", []),
    ],
)
def test_durations(text: str, found: list[str]) -> None:
    assert [mention.text for mention in compute_of(text).durations] == found


@pytest.mark.parametrize(
    ("text", "purpose"),
    [
        ("Trained on a T4 GPU.", Purpose.TRAINING),
        ("1000x real-time on a GTX 1080", Purpose.RUNNING),
        ("On constrained hardware, a Raspberry Pi 3, it runs in real-time.", Purpose.RUNNING),
        ("# M\n\n## Training\n\nHardware: one V100.", Purpose.TRAINING),
        ("# M\n\n## Benchmarks\n\nAll on one RTX 3090.", Purpose.RUNNING),
        ("We used TPU v3-8.", Purpose.UNTOLD),
    ],
)
def test_what_a_machine_was_used_for(text: str, purpose: Purpose) -> None:
    assert compute_of(text).hardware[0].purpose is purpose


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Latency: 12 ms on CPU", ["12 ms"]),
        ("generates 30 tokens/s on a laptop", ["30 tokens/s"]),
        ("throughput of 1,200 images per second", ["1,200 images per second"]),
        ("runs at 30 FPS on a GPU", ["30 FPS"]),
        ("RTF of 0.05 on CPU", ["RTF of 0.05"]),
        ("a window of 25 ms", []),
        ("Frames of 20 ms", []),
        ("Inference takes the stream in 80 ms frames.", []),
        ("For clean speech, a 10-20 millisecond", []),
    ],
)
def test_speeds(text: str, found: list[str]) -> None:
    assert [mention.text for mention in compute_of(text).latencies] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("needs 16GB VRAM", ["16GB VRAM"]),
        ("at least 24 GB of GPU memory", ["24 GB of GPU memory"]),
        ("VRAM usage: 7.5 GB", ["VRAM usage: 7.5 GB"]),
        ("a 16 GB download", []),
    ],
)
def test_memory(text: str, found: list[str]) -> None:
    assert [mention.text for mention in compute_of(text).memory] == found


@pytest.mark.parametrize(
    ("written", "grams"),
    [("149.2", 149.2), ("{emissions: 12, source: x, hardware_used: A100}", 12), ('"1.5 kg"', 1500), ('"2 tonnes"', 2e6), ("true", None), (".inf", None), ("[1]", None)],
)  # fmt: skip
def test_emissions(written: str, grams: float | None) -> None:
    assert compute_of(f"---\nco2_eq_emissions: {written}\n---\n").emissions == grams


def test_mentions_have_their_line_and_code_has_none() -> None:
    compute = compute_of("---\nlicense: mit\n---\n# T\n\n```\nA100\n```\nA V100 GPU\n")
    assert [(m.text, m.where and m.where.line) for m in compute.hardware] == [("V100 GPU", 9)]


def test_without_the_card_nothing_is_known() -> None:
    assert isinstance(facts_of({}, {"id": "a/b", "cardData": {}}, depth=Depth.METADATA).get(Compute), Gap)


@given(
    texts(
        "A100 ",
        "trained for 3 days ",
        "12 ms latency ",
        "16 GB VRAM ",
        "GPU",
        "8 x ",
        "```\n",
        "took 1 hour to train",
        "tokens/s ",
    )
)
def test_any_text_is_read(text: str) -> None:
    compute_of(text)


@given(VALUES)
def test_any_emissions_are_read(value: object) -> None:
    for held in (value, {"emissions": value, "source": value, "hardware_used": value}):
        facts = facts_of({"README.md": ""}, depth=Depth.CARD)
        facts._known[Metadata] = Metadata({"co2_eq_emissions": held})
        assert isinstance(facts.get(Compute), Compute)
