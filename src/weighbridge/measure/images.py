"""Images as models take them: opened, changed where robustness is measured, and prepared by the model's own settings."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import isqrt
from pathlib import Path
from typing import Any

import msgspec

from weighbridge.errors import FormatError, UsageError

PIXEL_LIMIT = 64_000_000
_SIDE = 224
_MOST = 4096
_BICUBIC = 3
_RESAMPLING = range(6)  # Pillow's filters, by the numbers that settings use


class Preparation(msgspec.Struct, frozen=True):
    """How an image becomes an array: resized (`shortest`: by its shorter side, then cut from the middle), scaled, centred, laid out.

    `layout` is `first` for (channels, height, width), `last` for (height, width, channels), `flat` for one row.
    """

    height: int
    width: int
    channels: int = 3
    layout: str = "first"
    shortest: int = 0
    resample: int = _BICUBIC
    scale: float = 1 / 255
    mean: tuple[float, ...] = ()
    deviation: tuple[float, ...] = ()

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of one prepared image."""
        whole = (self.height, self.width, self.channels)
        return {"last": whole, "first": (self.channels, *whole[:2])}.get(
            self.layout, (self.height * self.width * self.channels,)
        )

    def scaled(self, factor: Fraction) -> Preparation:
        """Return the same for images so many times as high and wide."""
        sides = {name: max(1, int(getattr(self, name) * factor)) for name in ("height", "width")}
        return msgspec.structs.replace(self, **sides, shortest=int(self.shortest * factor))

    def of(self, item: Any) -> Any:
        """Return an image as an array of 32-bit floats."""
        import numpy as np

        image = self._resized(opened(item).convert("L" if self.channels == 1 else "RGB"))
        array = np.asarray(image, dtype=np.float32).reshape(self.height, self.width, self.channels) * np.float32(
            self.scale
        )
        if self.mean:
            array = (array - np.asarray(self.mean, np.float32)) / np.asarray(self.deviation, np.float32)
        return (array.transpose(2, 0, 1) if self.layout == "first" else array).reshape(self.shape)

    def _resized(self, image: Any) -> Any:
        if not self.shortest:
            return image.resize((self.width, self.height), self.resample)
        ratio = self.shortest / min(image.size)
        width, height = (max(self.shortest, round(side * ratio)) for side in image.size)
        left, top = (width - self.width) // 2, (height - self.height) // 2
        image = image.resize((width, height), self.resample)
        return image.crop((left, top, left + self.width, top + self.height))


def opened(item: Any) -> Any:
    """Return an image as Pillow has it; an item is a path, or a path with the change to make. Raises `UsageError` for what is none."""
    from PIL import Image

    from weighbridge.measure.perturbations import change_image

    path, change, seed = (item["path"], item["change"], item["seed"]) if isinstance(item, dict) else (item, "", 0)
    Image.MAX_IMAGE_PIXELS = PIXEL_LIMIT
    try:
        with Image.open(Path(path)) as image:
            made = image.convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise UsageError(
            f"{path} is no image that can be read: {error}", hint="Give PNG or JPEG, or remove it."
        ) from None
    return change_image(made, change, seed) if change else made


def preparation(shape: Sequence[Any], settings: dict[str, Any]) -> Preparation:
    """Return how images are prepared for an input of a shape, by a processor's settings; what neither tells is the other side, or 224.

    Without settings values are scaled to 0 to 1, and nothing else. Raises `FormatError` for settings that no image can be prepared by.
    """
    known = [side if isinstance(side, int) and side > 0 else 0 for side in shape]
    if len(known) == 1:
        side = isqrt(known[0])
        return Preparation(side, side, 1, "flat")
    layout = "last" if known[-1] in {1, 3} and known[0] not in {1, 3} else "first"
    height, width, channels = known if layout == "last" else (known[1], known[2], known[0])
    asked = _size(settings.get("crop_size")) if settings.get("do_center_crop") else (0, 0)
    asked = asked if any(asked) else _size(settings.get("size"))
    height, width = (height or asked[0] or width or _SIDE), (width or asked[1] or height or _SIDE)
    if not 0 < height <= _MOST or not 0 < width <= _MOST:
        raise FormatError(f"images of {height} by {width} pixels are asked for", where="preprocessor_config.json")
    return Preparation(height, width, channels or 3, layout, **_values(settings, channels or 3))


def _values(settings: dict[str, Any], channels: int) -> dict[str, Any]:
    size, resample = settings.get("size"), settings.get("resample")
    found: dict[str, Any] = {
        "scale": 1.0 if settings.get("do_rescale") is False else _number(settings, "rescale_factor", 1 / 255)
    }
    shortest = size.get("shortest_edge") if isinstance(size, dict) else None
    if isinstance(shortest, int) and 0 < shortest <= _MOST and settings.get("do_center_crop"):
        found["shortest"] = shortest
    if type(resample) is int and resample in _RESAMPLING:
        found["resample"] = resample
    if settings.get("do_normalize") and "image_mean" in settings:
        found |= {"mean": _each(settings, "image_mean", channels), "deviation": _each(settings, "image_std", channels)}
    return found


def _size(told: Any) -> tuple[int, int]:
    """Return height and width, nought where they are not told."""
    if isinstance(told, dict):
        edge = told.get("shortest_edge", 0)
        told = (told.get("height", edge), told.get("width", edge))
    height, width = told if isinstance(told, tuple) else (told, told)
    return (height if type(height) is int else 0), (width if type(width) is int else 0)


def _number(settings: dict[str, Any], key: str, otherwise: float) -> float:
    value = settings.get(key, otherwise)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise FormatError(f"{key} is no number", where="preprocessor_config.json")
    return float(value)


def _each(settings: dict[str, Any], key: str, channels: int) -> tuple[float, ...]:
    """Return a value a channel; a spread of nought would divide by it."""
    held: Any = settings.get(key)
    values = held if isinstance(held, list) else [held] * channels
    is_told = len(values) in {1, channels} and all(
        isinstance(v, int | float) and not isinstance(v, bool) for v in values
    )
    if not is_told or (key == "image_std" and not all(values)):
        raise FormatError(f"{key} is not one number for each of {channels} channels", where="preprocessor_config.json")
    return tuple(float(value) for value in values)
