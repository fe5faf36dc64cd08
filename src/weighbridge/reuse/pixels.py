"""Images as the numbers that a model reads, by its own settings."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from weighbridge.errors import FormatError
from weighbridge.measure.images import Preparation

_SETTINGS = "preprocessor_config.json"
_BATCH = 16


class Pixels:
    """How a model's images are prepared, and the name of the input that they go to."""

    def __init__(self, preparation: Preparation, name: str = "pixel_values", batch_size: int = _BATCH) -> None:
        self.preparation, self.names, self.batch_size = preparation, (name,), batch_size

    def batch(self, items: Sequence[Any]) -> tuple[Any, ...]:
        """Return the prepared images as one array."""
        import numpy as np

        return (np.stack([self.preparation.of(item) for item in items]),)

    def order(self, items: Sequence[Any]) -> list[int]:
        """Return the order as it is: prepared, all images are of one size."""
        return list(range(len(items)))

    def example(self) -> tuple[tuple[Any, ...], tuple[dict[int, tuple[str, int | None]], ...]]:
        """Return two black images; how many there are is left open."""
        import numpy as np

        return (np.zeros((2, *self.preparation.shape), np.float32),), ({0: ("batch", None)},)

    def save(self, folder: Path) -> dict[str, Any]:  # noqa: ARG002 - texts have their tokenizer to write
        """Return what the description has to tell; there is nothing to write."""
        return {"image": msgspec.to_builtins(self.preparation), "input": self.names[0], "batch": self.batch_size}

    @classmethod
    def told(cls, told: dict[str, Any]) -> Pixels:
        """Return what `save` told."""
        return cls(msgspec.convert(told["image"], Preparation), told["input"], told["batch"])


def image_settings(folder: Path) -> dict[str, Any]:
    """Return a model's settings for images; nothing where it has none. Raises `FormatError`."""
    path = folder / _SETTINGS
    if not path.is_file():
        return {}
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise FormatError(f"{_SETTINGS} cannot be read: {error}", where=str(path)) from None
    return held if isinstance(held, dict) else {}
