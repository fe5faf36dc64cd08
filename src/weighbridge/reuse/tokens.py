"""Texts as the numbers that a model reads, by its own `tokenizer.json`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from weighbridge.errors import FormatError

# Longer texts are cut: attention costs the square of the length, and most of a topic is told at the beginning.
LENGTH = 256
_BATCH = 32


class Tokens:
    """A tokenizer with the length at which texts are cut."""

    def __init__(self, path: Path, length: int = LENGTH) -> None:
        from tokenizers import Tokenizer

        try:
            self._tokenizer = Tokenizer.from_str(path.read_text(encoding="utf-8"))
        except Exception as error:  # noqa: BLE001 - the library raises a bare Exception for a file that it cannot read
            raise FormatError(f"{path} is not a tokenizer: {error}", where=str(path)) from None
        self.path, self.length = path, length
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(length)

    @property
    def size(self) -> int:
        """How many tokens there are."""
        return int(self._tokenizer.get_vocab_size(with_added_tokens=True))

    def batch(self, texts: list[str]) -> tuple[Any, Any]:
        """Return token ids and attention mask, padded to the longest text, as 64-bit integers."""
        import numpy as np

        rows = [encoding.ids or [0] for encoding in self._tokenizer.encode_batch(texts)]
        width = max(len(row) for row in rows)
        ids: Any = np.zeros((len(rows), width), dtype=np.int64)
        mask = np.zeros_like(ids)
        for number, row in enumerate(rows):
            ids[number, : len(row)], mask[number, : len(row)] = row, 1
        return ids, mask


def outputs(run: Callable[[Any, Any], Any], tokens: Tokens, texts: list[str]) -> Any:
    """Return what `run` makes of ids and mask, a row a text; in batches of texts of like length, so that little padding is computed."""
    import numpy as np

    order = sorted(range(len(texts)), key=lambda number: (len(texts[number]), number))
    rows: list[Any] = [None] * len(texts)
    for start in range(0, len(order), _BATCH):
        numbers = order[start : start + _BATCH]
        found = run(*tokens.batch([texts[number] for number in numbers]))
        for number, row in zip(numbers, found, strict=True):
            rows[number] = row
    return np.stack(rows)


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
