"""Numbers as people read them."""

from __future__ import annotations

_BINARY = ("bytes", "KiB", "MiB", "GiB", "TiB", "PiB")
_COUNTS = ((10**12, "T"), (10**9, "B"), (10**6, "M"), (10**3, "K"))


def size_text(length: float) -> str:
    """Write a length in bytes with a binary unit: `86.7 MiB`."""
    step = 0
    while length >= 1024 and step < len(_BINARY) - 1:
        length /= 1024
        step += 1
    return f"{length:,.0f} {_BINARY[step]}" if step == 0 else f"{length:,.1f} {_BINARY[step]}"


def plural(count: int, noun: str, nouns: str = "") -> str:
    """Write a count with its noun: `1 file`, `2 files`."""
    return f"{count:,} {noun if count == 1 else nouns or noun + 's'}"


def count_text(count: int) -> str:
    """Write a number of parameters as the field does: `22.7M`, `6.74B`; below a thousand exactly."""
    for unit, letter in _COUNTS:
        if count >= unit:
            return f"{count / unit:.3g}{letter}"
    return str(count)


def with_article(noun: str) -> str:
    """Write a noun with its indefinite article: `an ELF image`, `a script`."""
    return f"{'an' if noun[:1] in 'AEIOaeio' else 'a'} {noun}"
