"""Hardware and carbon: what it took to train, what it takes to run."""

from __future__ import annotations

import msgspec

from weighbridge.model import Location


class Mention(msgspec.Struct, frozen=True):
    """A phrase found in the card, with its line."""

    text: str
    where: Location | None = None


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
