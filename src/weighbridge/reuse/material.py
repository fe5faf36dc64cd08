"""What a technique works on: labelled items, split into those to learn from and those to be judged by."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from weighbridge.errors import FormatError
from weighbridge.measure.tasks import Item

_TEXTS, _ARRAYS = "items.json", "items.npz"


@dataclass(frozen=True, eq=False)
class Part:
    """Items and their classes: a list of texts or of images' paths, or an array of rows of numbers."""

    items: Any
    classes: Any

    def __len__(self) -> int:
        return len(self.classes)

    def first(self, count: int) -> Part:
        """Return the first items."""
        return Part(self.items[:count], self.classes[:count])


@dataclass(frozen=True, eq=False)
class Material:
    """Everything that is learnt from and judged by; `labels` names the classes in the order of their numbers."""

    kind: Item
    labels: tuple[str, ...]
    train: Part
    test: Part

    def save(self, folder: Path) -> None:
        """Write the items where another process can read them without executing anything."""
        import numpy as np

        folder.mkdir(parents=True, exist_ok=True)
        arrays = {"train_classes": self.train.classes, "test_classes": self.test.classes}
        told: dict[str, Any] = {"kind": self.kind, "labels": self.labels}
        if self.kind is Item.ROW:
            arrays |= {"train": self.train.items, "test": self.test.items}
        else:
            told |= {"train": list(self.train.items), "test": list(self.test.items)}
        (folder / _TEXTS).write_text(json.dumps(told), encoding="utf-8")
        np.savez(folder / _ARRAYS, **arrays)


def load_material(folder: Path) -> Material:
    """Read what `Material.save` wrote. Raises `FormatError`."""
    import numpy as np

    try:
        told = json.loads((folder / _TEXTS).read_text(encoding="utf-8"))
        with np.load(folder / _ARRAYS, allow_pickle=False) as arrays:
            held = {name: arrays[name] for name in arrays.files}
        parts = [Part(told[n] if n in told else held[n], held[f"{n}_classes"]) for n in ("train", "test")]
        return Material(Item(told["kind"]), tuple(told["labels"]), *parts)
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise FormatError(
            f"{folder} holds no items: {error}", where=str(folder), hint="Delete it and run again."
        ) from None
