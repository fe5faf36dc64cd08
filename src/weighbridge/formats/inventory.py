"""What graph formats share: counting weights among constants, operators by name, and data that lie in other files."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Any

from weighbridge.formats.archive import leaves_folder
from weighbridge.formats.binary import Limits, Siblings
from weighbridge.formats.metadata import plain_text
from weighbridge.model import DTYPE_BITS, ByteSource, Problem, Tensor

# A graph's whole numbers of these widths are shapes, axes and indices, or biases of a quantised layer.
_INDEX_TYPES = frozenset({"I32", "I64", "U32", "U64", "BOOL"})
_SHOWN_OPERATORS = 100
_OPERATOR_NAMES = 5000
_NAME = 256
_LOCATIONS = 1000
_PROBLEMS = 100_000
_MESSAGE = 1024
# What a JSON document can hold everywhere.
_LARGEST = 2**63 - 1


def stored_bytes(shape: Iterable[int], dtype: str) -> int | None:
    """Return how many bytes the elements take when they lie one after the other; None for a type without a width."""
    bits = DTYPE_BITS.get(dtype)
    if bits is None:
        return None
    count = int(bits)
    for extent in shape:
        count *= extent
    return -(-count // 8)


def is_weight(tensor: Tensor) -> bool:
    """Whether a constant of a graph is one that was learned, by its type: not a shape, an index or a text."""
    return tensor.dtype in DTYPE_BITS and tensor.dtype not in _INDEX_TYPES


def count_weights(tensors: Iterable[Tensor], without: Container[str] = ()) -> int:
    """Return the number of learned elements, without the tensors of those names."""
    return at_most(sum([tensor.elements for tensor in tensors if is_weight(tensor) and tensor.name not in without]))


def at_most(count: int) -> int:
    """Return a number that can be written as JSON: what is larger is nobody's true count."""
    return min(count, _LARGEST)


class Problems(list[Problem]):
    """What is wrong with a file, each cut to a sane length; of a hundred thousand and more nobody reads the rest."""

    def append(self, problem: Problem) -> None:
        """Keep a problem while there is room."""
        if len(self) < _PROBLEMS:
            super().append(Problem(plain_text(problem.message, _MESSAGE), plain_text(problem.where, _NAME)))

    def tell(self, message: str, where: str = "") -> None:
        """Keep a problem, in its parts."""
        self.append(Problem(message, where))


class Operators:
    """Which operators a graph uses, and how often."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.is_cut = False

    def add(self, name: str, times: int = 1) -> None:
        """Count one operator."""
        if name in self.counts:
            self.counts[name] += times
        elif len(self.counts) < _OPERATOR_NAMES:
            self.counts[name] = times
        else:
            self.is_cut = True

    def facts(self) -> dict[str, Any]:
        """Return `operators`, the hundred most frequent with their counts, and `operator_names`, all of them."""
        if not self.counts:
            return {}
        ordered = sorted(self.counts.items(), key=lambda item: (-item[1], item[0]))
        shown = {plain_text(name, _NAME): count for name, count in ordered[:_SHOWN_OPERATORS]}
        return {"operators": shown, "operator_names": sorted(plain_text(name, _NAME) for name in self.counts)}

    def named(self, *beginnings: str) -> list[str]:
        """Return the names that begin so, sorted."""
        return sorted(plain_text(name, _NAME) for name in self.counts if name.startswith(beginnings))


class Outside:
    """Data that a file keeps in other files: which, and whether they are there and long enough."""

    def __init__(self, siblings: Siblings, limits: Limits) -> None:
        self._siblings = siblings
        self._limits = limits
        self._found: dict[str, ByteSource | None] = {}
        self.problems = Problems()
        self._has_told_limit = False
        self.complete = True

    @property
    def references(self) -> tuple[str, ...]:
        """The other files, as they are written, each once."""
        return tuple([plain_text(location, self._limits.text) for location in self._found])

    def size(self, location: str) -> int | None:
        """Return the other file's length; None where it may not be read or is not there, which is then told."""
        found = self.open(location)
        return None if found is None else found.size

    def open(self, location: str) -> ByteSource | None:
        """Return another file of the repository; None where it may not be read or is not there, which is then told."""
        if location not in self._found:
            if len(self._found) >= _LOCATIONS:
                self._tell_limit()
                return None
            self._found[location] = self._look(location)
        return self._found[location]

    def beside(self, path: str) -> ByteSource | None:
        """Return a file that the format, not the file, places: it is no reference, and may be absent."""
        return self._siblings(path)

    def check(self, location: str, offset: int, length: int, name: str) -> None:
        """Tell when a range of another file is not there."""
        size = self.size(location)
        if size is not None and (offset < 0 or length < 0 or offset + length > size):
            message = f"{name} needs bytes {offset:,} to {offset + length:,} of {_short(location)}, which has {size:,}"
            self.tell(message, name)

    def tell(self, message: str, where: str) -> None:
        """Tell that data are not there."""
        self.problems.tell(message, where)
        self.complete = False

    def _tell_limit(self) -> None:
        if not self._has_told_limit:
            self.tell(f"more than {_LOCATIONS:,} other files are named; the rest was not looked for", "")
        self._has_told_limit = True

    def _look(self, location: str) -> ByteSource | None:
        shown = _short(location)
        if "://" in location:
            self.tell(f"data are to be read from the address {shown}", shown)
        elif not location or leaves_folder(location):
            self.tell(f"data are to be read from outside the model's folder: {shown!r}", shown)
        else:
            found = self._siblings(location)
            if found is None:
                self.tell(f"{shown}, which the file needs, is not there", shown)
            return found
        return None


def _short(location: str) -> str:
    return plain_text(location, _NAME)
