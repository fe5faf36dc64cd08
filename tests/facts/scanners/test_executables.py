"""Executables: told by structure, not by two letters."""

from __future__ import annotations

import random

import pytest

from tests.facts.scanners.looking import ELF, PE, kinds, look
from weighbridge.facts.scanners.executables import executable_kind, find_executable


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (ELF, "ELF shared library or program"),
        (PE, "PE program or library"),
        (b"\xcf\xfa\xed\xfe\x07\0\0\1\3\0\0\0\2\0\0\0" + bytes(50), "Mach-O program or library"),
        (b"\xca\xfe\xba\xbe\0\0\0\2" + bytes(50), "Mach-O program or library for several processors"),
        (b"MZqFpD='\n" + bytes(50), "APE program that runs on every system"),
        (b"#!/bin/sh\necho", "script for another interpreter"),
        (b"#!/usr/bin/env bash\necho", "script for another interpreter"),
        (b"#!/usr/bin/env python3\n", ""),
        (b"MZ are two letters" + bytes(200), ""),
        (b"\x7fELF is a word", ""),
        (b"#! not a path\n", ""),
        (b"#1 in the list", ""),
    ],
)
def test_kinds(data: bytes, kind: str) -> None:
    assert executable_kind(data, len(data)) == kind


@pytest.mark.parametrize("path", ["run", "vocab.txt", "lib/x.so", "model.bin"])
def test_a_disguise_does_not_help(path: str) -> None:
    assert kinds(look(path, ELF)) == {"executable.elf"}


def test_an_executable_is_found_within_other_bytes() -> None:
    assert find_executable(b"\x9a" * 1000 + ELF) == (1000, "ELF shared library or program")


def test_random_bytes_hold_none() -> None:
    assert find_executable(random.Random(7).randbytes(2_000_000)) is None
