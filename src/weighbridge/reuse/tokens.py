"""Texts as the numbers that a model reads, by its own `tokenizer.json`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from weighbridge.errors import FormatError

TOKENIZER = "tokenizer.json"
# Longer texts are cut: attention costs the square of the length, and most of a topic is told at the beginning.
LENGTH = 256


class Tokens:
    """A tokenizer with the length at which texts are cut."""

    names = ("input_ids", "attention_mask")
    batch_size = 32

    def __init__(self, path: Path, length: int = LENGTH) -> None:
        from tokenizers import Tokenizer

        try:
            self._tokenizer = Tokenizer.from_str(path.read_text(encoding="utf-8"))
        except Exception as error:  # noqa: BLE001 - the library raises a bare Exception for a file that it cannot read
            raise FormatError(f"{path} is not a tokenizer: {error}", where=str(path)) from None
        self.path, self.length = path, length
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(length)

    def batch(self, items: Sequence[str]) -> tuple[Any, Any]:
        """Return token ids and attention mask, padded to the longest text, as 64-bit integers."""
        import numpy as np

        rows = [encoding.ids or [0] for encoding in self._tokenizer.encode_batch(list(items))]
        width = max(len(row) for row in rows)
        ids: Any = np.zeros((len(rows), width), dtype=np.int64)
        mask = np.zeros_like(ids)
        for number, row in enumerate(rows):
            ids[number, : len(row)], mask[number, : len(row)] = row, 1
        return ids, mask

    def order(self, items: Sequence[str]) -> list[int]:
        """Return the shorter texts first, so that little padding is computed."""
        return sorted(range(len(items)), key=lambda number: (len(items[number]), number))

    def example(self) -> tuple[tuple[Any, ...], tuple[dict[int, tuple[str, int | None]], ...]]:
        """Return two texts; how many there are and how long they are is left open."""
        sides: dict[int, tuple[str, int | None]] = {0: ("batch", None), 1: ("length", max(3, self.length))}
        return self.batch(["a text", "another one, which is longer"]), (sides, sides)

    def save(self, folder: Path) -> dict[str, Any]:
        """Copy the tokenizer; return what the description has to tell."""
        (folder / TOKENIZER).write_bytes(self.path.read_bytes())
        return {"length": self.length}

    @classmethod
    def told(cls, folder: Path, told: dict[str, Any]) -> Tokens:
        """Return what `save` wrote and told."""
        return cls(folder / TOKENIZER, told["length"])


def cut_length(folder: Path) -> int:
    """Return the length at which texts are cut for a model: what it was made for, `LENGTH` at most."""
    for name, key in (("sentence_bert_config.json", "max_seq_length"), ("config.json", "max_position_embeddings")):
        try:
            value = json.loads((folder / name).read_text(encoding="utf-8")).get(key)
        except (OSError, ValueError, AttributeError):
            continue
        if type(value) is int and value >= 8:
            return min(value, LENGTH)
    return LENGTH
