"""Hardware and carbon: what it took to train, what it takes to run."""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from enum import StrEnum
from operator import attrgetter
from typing import Any

import msgspec

from weighbridge.facts.card import Card
from weighbridge.facts.engine import Facts
from weighbridge.facts.metadata import Metadata
from weighbridge.facts.prose import Line, lines_with
from weighbridge.model import Location

MENTION_LIMIT = 50

# What must stand beside a name that is also one of other things (paper sizes, sections, apples).
_BESIDE = r"(?=\s?(?:GPU|\(|,|with|x\d|on\s|instance|\d{2}\s?GB))"
_MAKERS = r"(?:(?:NVIDIA|Nvidia|AMD|Intel|Google|Cloud|Tesla|Quadro|GeForce|Apple|Habana)\s){0,3}"
# Devices by the letters in which cards write them.
_ACCELERATORS = (
    r"[ABHV]100s?", r"[HB]200s?", r"G[BH]200", r"[AH]800s?", r"A[456]000s?", r"P100s?", r"K80s?", r"L40S?s?",
    rf"(?:A10G?|A40|T4)s?{_BESIDE}", r"(?<=single\s)(?:A10G?|A40|T4)", r"(?:A30|P40|L4|H20)s?(?=\s(?:GPU|node))", r"RTX\s?A?\d{4}(?:\s?(?:Ti|SUPER|Super|Ada))?",
    r"GTX\s?\d{3,4}(?:\s?Ti)?", r"(?:Titan|TITAN)\s?(?:X|XP|Xp|V|RTX)", r"(?:TPU|tpu)\s?v\d[a-z]?(?:-\d{1,4})?", r"TPUs?",
    r"(?:Instinct\s)?MI\d{3}[XAx]?", r"Gaudi\s?\d?", r"Trainium\d?", r"Inferentia\d?", r"DGX[\s-]\w{1,6}", r"Ascend\s?\d{3}\w?",
    r"Jetson\s(?:Nano|Orin|Xavier|TX\d|AGX)", r"Raspberry\sPi(?:\s\d)?", r"Coral\sEdge\sTPU", r"Ethos-U\d{2}",
    r"M[1-4]\s(?:Pro|Max|Ultra|MacBook|Mac|chip)", r"Xeon", r"EPYC", r"Ryzen(?:\s\d)?", r"Core\si\d(?:-\d{4,5}\w{0,2})?",
    r"Grace\sHopper", r"Jean\sZay",
)  # fmt: skip
_DEVICES = rf"(?:\d{{1,4}}\s?[x\u00d7]\s?|x\d{{1,3}}\s)?{_MAKERS}(?:{'|'.join(_ACCELERATORS)})"
_DEVICE = re.compile(
    rf"(?<![\w/.-])(?:{_DEVICES})(?:\s?(?:PCIe|SXM\d?|NVL))?(?:[\s-]{{0,2}}\(?\d{{1,3}}\s?GB\)?)?(?:\s(?:GPUs?|TPUs?|nodes?|chips?|cores?))?(?![\w-])"
)
_COUNT = re.compile(
    r"(?<![\w.-])(?:\d{1,5}|a single|one|two|four|eight|sixteen|single)\s?(?:x\s)?(?:GPUs?|TPUs?|TPU cores?|gpus?)(?!\w)"
)
_DEVICE_HINTS = (
    "gpu", "tpu", "a100", "b100", "h100", "v100", "p100", "h200", "b200", "a800", "h800", "a4000", "a5000", "a6000", "mi1", "rtx", "gtx", "t4", "a10", "a40", "k80", "l40", "titan", "jetson", "xeon", "epyc", "ryzen", "core i",
    "gaudi", " m1", " m2", " m3", " m4", "mi2", "mi3", "raspberry", "dgx", "trainium", "inferentia", "ascend", "jean zay",
)  # fmt: skip

_AMOUNT = r"(?:\d{1,3}(?:,\d{3})+|\d{1,6}(?:\.\d{1,3})?|one|two|three|four|five|six|seven|eight|ten|twelve|several|a few|half an)"
_TIME = rf"(?:about|around|approximately|approx\.|roughly|~|nearly|over|almost|less than|under)?\s?~?{_AMOUNT}[\s-]?(?:seconds?|minutes?|mins?|hours?|hrs?|h|days?|weeks?|months?)"
_DURATION = re.compile(
    rf"(?:train(?:ed|ing)|fine-?tun(?:ed|ing)|pre-?train(?:ed|ing))[^.\n|]{{0,100}}?\b(?:for|took|takes|in|lasted|time(?: was| is)?|duration)\W{{1,6}}(?:a total of\s)?(?P<a>{_TIME})\b"
    rf"|\b(?:took|takes|lasted)\s(?P<b>{_TIME})\b(?=[^.\n]{{0,60}}\b(?:train|fine-?tun|epoch|gpu))"
    rf"|\b(?P<c>{_AMOUNT}\s?(?:[AVH]100|GPU|TPU)[\s-]?(?:hours?|days?))\b"
    rf"|(?:hours used|training time|time to train|train(?:ing)? duration)\W{{1,8}}(?P<d>~?{_AMOUNT}(?:\s?(?:hours?|days?|minutes?|weeks?|h\b))?)",
    re.IGNORECASE,
)
_DURATION_HINTS = ("hour", "day", "minute", "week", "month", "training time")

_RATE = re.compile(
    r"(?<![\w.])(?:~\s?)?(?P<a>\d{1,6}(?:\.\d{1,4})?\s?(?:ms|milliseconds?|µs|us)\b(?!\s(?:audio\s)?(?:frames?|chunks?|segments?|blocks?)\b)"
    r"(?:\s?(?:per|/)\s?\w{2,12})?)"
    r"|(?<![\w.])(?:~\s?)?(?P<b>\d{1,6}(?:,\d{3})?(?:\.\d{1,4})?\s?(?:tokens?|tok|words?|sentences?|images?|imgs?|samples?|frames?|queries|requests|chars|documents?)\s?(?:/|per\s)\s?(?:s|sec|second)\b)"
    r"|(?<![\w.])(?P<c>\d{1,5}(?:\.\d{1,3})?\s?(?:fps|FPS|it/s|tok/s|t/s|tps|QPS|qps))\b"
    r"|\b(?P<d>(?:RTF|real[- ]time factor)\W{1,6}(?:of\s|is\s|=\s?)?\d{1,4}(?:\.\d{1,5})?)"
    r"|(?P<e>\d{1,4}(?:\.\d)?x\sreal[- ]?time)",
    re.IGNORECASE,
)
_DIGIT = re.compile("[0-9]")
_RATE_HINTS = ("ms", "millis", "/s", "per s", "fps", "rtf", "real-time", "real time", "tps", "qps", "\u00b5s")
# Milliseconds are also window lengths and hop sizes; only with one of these on the line they are a speed.
_SPEED = (
    "latency", "inference", "speed", "throughput", "faster", "runtime", "run time", "takes", "cpu", "gpu", "per ", "fps",
    "real-time", "real time", " second", "/s", "rtf", "benchmark", "respon", "generation",
)  # fmt: skip
_NO_SPEED = (
    "window",
    "hop",
    "stride",
    "frame length",
    "frame size",
    "frame shift",
    "chunk of",
    "sampling",
    "sampled at",
    "audio at",
    "video at",
    "steps_per_second",
    "samples_per_second",
)

# What a line, or the title above it, speaks of tells what a machine named there was used for.
_OF_TRAINING = re.compile(r"\b(?:pre-?)?train|\b(?:fine-?)?tun(?:ed|ing)\b")
_OF_RUNNING = (
    "inference", "latency", "speed", "real-time", "real time", "fps", "throughput", "can run", "runs on", "run on", "runs at",
    "tokens/s", "benchmark", "deploy", "faster than",
)  # fmt: skip

_MEMORY = re.compile(
    r"(?<![\w.])(?:~\s?)?(?P<a>\d{1,4}(?:\.\d{1,2})?\s?[GM]i?B\s?(?:of\s)?(?:(?:GPU|CPU|system|video|graphics|device|unified|host)\s)?(?:V?RAM|memory|VRAM|gpu memory))\b"
    r"|\b(?P<b>(?:V?RAM|GPU memory|memory)(?:\s(?:usage|required|requirements?|needed|footprint|consumption|use))?\W{1,5}(?:of\s|is\s|about\s|around\s|~\s?){0,2}\d{1,4}(?:\.\d{1,2})?\s?[GM]i?B)\b",
    re.IGNORECASE,
)
_MEMORY_HINTS = ("ram", "memory")

_MASS = re.compile(
    r"\s*(?P<number>\d{1,15}(?:[.,]\d{1,12})?(?:[eE][-+]?\d{1,2})?)\s*(?P<unit>kg|kilograms?|t|tons?|tonnes?|tco2eq|g|grams?|mg)?\b",
    re.IGNORECASE,
)
_GRAMS = {
    "kg": 1e3,
    "kilogram": 1e3,
    "t": 1e6,
    "ton": 1e6,
    "tonne": 1e6,
    "tco2eq": 1e6,
    "g": 1.0,
    "gram": 1.0,
    "mg": 1e-3,
    "": 1.0,
}


class Purpose(StrEnum):
    """What a machine that a card names was used for, as far as the words around it tell."""

    UNTOLD = ""
    TRAINING = "training"
    RUNNING = "running"


class Mention(msgspec.Struct, frozen=True):
    """A phrase found in the card, with its line and, of a machine, what it was used for."""

    text: str
    where: Location | None = None
    purpose: Purpose = Purpose.UNTOLD


def device_in(text: str) -> str:
    """Return the first machine or accelerator that a text names, empty where it names none."""
    found = _DEVICE.search(text)
    return found[0].strip() if found else ""


class Compute(msgspec.Struct, frozen=True):
    """What the card says about machines.

    `hardware` are accelerators and machines named, `durations` training times, `latencies` figures such as `12 ms` or
    `30 tokens/s`, `memory` figures such as `16 GB VRAM`; `emissions` is in grams of CO2-equivalent as in
    `co2_eq_emissions`, None where not stated.
    """

    hardware: tuple[Mention, ...] = ()
    durations: tuple[Mention, ...] = ()
    latencies: tuple[Mention, ...] = ()
    memory: tuple[Mention, ...] = ()
    emissions: float | None = None
    emissions_source: str = ""
    emissions_hardware: str = ""


def read_compute(facts: Facts) -> Compute:
    """Search the card's text for machines, times, speeds and memory. Raises `Unreadable` where the card was not read."""
    card = facts.need(Card)
    metadata = facts.maybe(Metadata)
    value = metadata.values.get("co2_eq_emissions") if metadata is not None else None
    held: dict[str, Any] = value if isinstance(value, dict) else {"emissions": value}
    return Compute(
        _found(card, _DEVICE_HINTS, _devices),
        _found(card, _DURATION_HINTS, _durations),
        _found(card, _RATE_HINTS, _rates),
        _found(card, _MEMORY_HINTS, _memories),
        _grams(held.get("emissions")),
        _text(held.get("source")),
        _text(held.get("hardware_used")),
    )


def _found(card: Card, hints: tuple[str, ...], search: Callable[[str, str], Iterator[str]]) -> tuple[Mention, ...]:
    """Return what `search` finds in the lines outside code that hold one of the hints, each text once."""
    found: dict[str, Mention] = {}
    for line in lines_with(card, hints):
        for text in search(line.text, line.lowered):
            clean = " ".join(text.split()).strip(" ,.;:*_(")
            if clean.lower() not in found:
                where = Location(card.path, line=line.number)
                found[clean.lower()] = Mention(clean, where, _purpose(card, line))
        if len(found) >= MENTION_LIMIT:
            break
    return tuple(found.values())[:MENTION_LIMIT]


def _purpose(card: Card, line: Line) -> Purpose:
    """Return what a line's words tell of its purpose, and where they tell nothing the title above it."""
    above = bisect_right(card.sections, line.number, key=attrgetter("line")) - 1
    title = card.sections[above].title.lower() if above >= 0 else ""
    for text in (line.lowered, title):
        if _OF_TRAINING.search(text):
            return Purpose.TRAINING
        if any(word in text for word in _OF_RUNNING):
            return Purpose.RUNNING
    return Purpose.UNTOLD


def _devices(line: str, _lowered: str) -> Iterator[str]:
    taken = 0
    for match in _DEVICE.finditer(line):
        yield match[0]
        taken += 1
    if not taken:
        for match in _COUNT.finditer(line):
            yield match[0]


def _durations(line: str, lowered: str) -> Iterator[str]:
    if "hours of" in lowered and "train" in lowered and "took" not in lowered:
        # "trained on 960 hours of speech" tells the data, not the time.
        lowered_at = lowered.find("hours of")
        line = line[: max(0, lowered_at - 12)] + line[lowered_at + 8 :]
    for match in _DURATION.finditer(line):
        found = next(group for group in match.groups() if group is not None)
        if found.strip():
            yield found


def _rates(line: str, lowered: str) -> Iterator[str]:
    if not _DIGIT.search(line) or not any(word in lowered for word in _SPEED):
        return
    if any(word in lowered for word in _NO_SPEED):
        return
    for match in _RATE.finditer(line):
        yield next(group for group in match.groups() if group is not None)


def _memories(line: str, lowered: str) -> Iterator[str]:
    if not ("gb" in lowered or "mb" in lowered or "gib" in lowered or "mib" in lowered):
        return
    for match in _MEMORY.finditer(line):
        yield next(group for group in match.groups() if group is not None)


def _grams(value: Any) -> float | None:
    """Return an amount in grams: a number is grams already, as the Hub defines it; a text may carry its unit."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value) if math.isfinite(value) and abs(value) < 1e300 else None
    match = _MASS.match(value) if isinstance(value, str) else None
    if match is None:
        return None
    number = float(match["number"].replace(",", "."))
    unit = (match["unit"] or "").lower()
    return number * _GRAMS.get(unit, _GRAMS.get(unit.rstrip("s"), 1.0))


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(str(item) for item in value[:10] if isinstance(item, str))[:300]
    return value.strip()[:300] if isinstance(value, str) else ""
