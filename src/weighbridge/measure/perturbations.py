"""Small changes that should not change an answer, each drawn from a seed and the item."""

from __future__ import annotations

import random
from typing import Any

from weighbridge.measure.tasks import Item

# A change to one word in ten, a tenth of the spread: what typing, scanning and photographing do.
_SHARE = 0.1
_LETTERS = 4

CHANGES = {
    Item.TEXT: ("typos", "upper case", "lower case"),
    Item.PAIR: ("typos", "upper case", "lower case"),
    Item.IMAGE: ("noise", "blur", "darker", "brighter"),
    Item.ROW: ("noise",),
}


def change_item(item: Any, kind: Item, change: str, seed: int, spreads: list[float] | None = None) -> Any:
    """Return a changed item; an image is changed where it is opened. `spreads` are the columns' standard deviations."""
    if kind is Item.IMAGE:
        return {"path": item, "change": change, "seed": seed}
    if kind is Item.PAIR:
        return [change_text(text, change, seed + i) for i, text in enumerate(item)]
    if kind is Item.TEXT:
        return change_text(item, change, seed)
    drawn = random.Random(seed)  # noqa: S311 - noise, no secret
    return [
        v + drawn.gauss(0.0, _SHARE * s) if s else v for v, s in zip(item, spreads or [0.0] * len(item), strict=True)
    ]


def change_text(text: str, change: str, seed: int) -> str:
    """Return a changed text. Typos swap two neighbouring letters within one long word in ten, and within one at least."""
    if change == "upper case":
        return text.upper()
    if change == "lower case":
        return text.lower()
    words = text.split(" ")
    long = [i for i, word in enumerate(words) if len(word) >= _LETTERS]
    drawn = random.Random(seed)  # noqa: S311 - noise, no secret
    for i in drawn.sample(long, min(len(long), max(1, round(len(words) * _SHARE)))):
        at = drawn.randrange(1, len(words[i]) - 2)
        words[i] = words[i][:at] + words[i][at + 1] + words[i][at] + words[i][at + 2 :]
    return " ".join(words)


def change_image(image: Any, change: str, seed: int) -> Any:
    """Return a changed image: Gaussian noise of a tenth of the range, a blur of a hundredth of the width, half a stop of light."""
    from PIL import Image, ImageEnhance, ImageFilter

    if change == "blur":
        return image.filter(ImageFilter.GaussianBlur(max(0.5, image.width / 100)))
    if change in {"darker", "brighter"}:
        return ImageEnhance.Brightness(image).enhance(0.7 if change == "darker" else 1.4)
    import numpy as np

    noise = np.random.default_rng(seed).normal(0.0, 255 * _SHARE, (*image.size[::-1], 3))
    return Image.fromarray(np.clip(np.asarray(image) + noise, 0, 255).astype(np.uint8))
