"""Images as models take them: opened, changed where robustness is measured, and prepared by the model's own settings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

PIXEL_LIMIT = 64_000_000


def opened(item: Any) -> Any:
    """Return an image as Pillow has it; an item is a path, or a path with the change to make."""
    from PIL import Image

    from weighbridge.measure.perturbations import change_image

    path, change, seed = (item["path"], item["change"], item["seed"]) if isinstance(item, dict) else (item, "", 0)
    Image.MAX_IMAGE_PIXELS = PIXEL_LIMIT
    with Image.open(Path(path)) as image:
        made = image.convert("RGB")
    return change_image(made, change, seed) if change else made


def prepared(item: Any, shape: Sequence[Any], settings: dict[str, Any]) -> Any:
    """Return an image as an array of a graph's input: resized, scaled and centred as the processor's settings say.

    Without settings values are scaled to 0 to 1, and nothing else.
    """
    import numpy as np

    known = [size if isinstance(size, int) else 0 for size in shape]
    if len(known) == 1:
        return _flat(opened(item), known[0])
    is_last = known[-1] in {1, 3}
    height, width, channels = known if is_last else (known[1], known[2], known[0])
    given = settings.get("size")
    size = given if isinstance(given, dict) else {}
    height, width = height or size.get("height") or 224, width or size.get("width") or 224
    image = opened(item).convert("L" if channels == 1 else "RGB").resize((width, height))
    array = np.asarray(image, dtype=np.float32).reshape(height, width, -1)
    array = array * float(settings.get("rescale_factor", 1 / 255) if settings.get("do_rescale", True) else 1.0)
    if settings.get("do_normalize") and "image_mean" in settings:
        mean, deviation = (np.asarray(settings[key], dtype=np.float32) for key in ("image_mean", "image_std"))
        array = (array - mean) / deviation
    return array if is_last else array.transpose(2, 0, 1)


def _flat(image: Any, count: int) -> Any:
    import numpy as np

    side = int(count**0.5)
    return np.asarray(image.convert("L").resize((side, side)), dtype=np.float32).reshape(-1) / 255
