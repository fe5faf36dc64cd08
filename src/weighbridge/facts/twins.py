"""The same model in two formats: which files are meant to be it, and whether their tensors hold the same numbers."""

from __future__ import annotations

import itertools
import math
import re

import msgspec

from weighbridge.errors import FormatError, SourceError
from weighbridge.facts.engine import Facts
from weighbridge.facts.manifest import Manifest
from weighbridge.facts.numbers import FRACTIONS, WIDTHS, floats
from weighbridge.facts.values import placed_tensors
from weighbridge.facts.weights import Weights, siblings_of
from weighbridge.model import ByteSource, Format, Inspection, Skip, Tensor

_BLOCK = 1024 * 1024
# Bytes compared in all, of each of two files; numbers looked at where the types differ.
_BUDGET, _SAMPLE = 64 * 1024**3, 65_536
_PAIRS, _NAMED = 50, 100
_SHARD = re.compile(r"-\d{5}-of-\d{5}$")
# The names by which one library's copy of the standard file goes.
_STANDARD = re.compile(r"^(?:pytorch_|tf_|flax_|rust_)(?=model\b)")
_COMPARED = (
    Format.SAFETENSORS, Format.PYTORCH_ZIP, Format.PYTORCH_LEGACY, Format.ONNX, Format.FLAX_MSGPACK, Format.NUMPY_ZIP, Format.KERAS,
    Format.HDF5,
)  # fmt: skip
# The least of a 16-bit float: what is smaller was rounded to it or to nothing.
_TINY = 2.0**-23


class Side(msgspec.Struct, frozen=True):
    """A model in one format: the files of one name, its shards."""

    stem: str
    format: Format
    files: tuple[Inspection, ...]

    @property
    def path(self) -> str:
        """The first file, which names the side."""
        return self.files[0].path

    @property
    def is_standard(self) -> bool:
        """Whether it is the file that a library loads by its name alone."""
        return self.stem.rpartition("/")[2] == "model"

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The shapes of all tensors, by their names."""
        return {tensor.name: tensor.shape for file in self.files for tensor in file.tensors}


class Twin(msgspec.Struct, frozen=True):
    """Two files or sets of shards that are meant to be one model, with the numbers in them compared.

    `compared` counts the tensors of the same name and shape whose numbers were held against each other, `left` those that could
    not be; `differing` are the first names with other numbers, `differing_count` is how many there are.
    """

    one: str
    other: str
    compared: int = 0
    left: int = 0
    differing: tuple[str, ...] = ()
    differing_count: int = 0


class Twins(msgspec.Struct, frozen=True):
    """All pairs, compared."""

    pairs: tuple[Twin, ...] = ()
    skipped: tuple[Skip, ...] = ()


def pairs_of(weights: Weights) -> list[tuple[Side, Side]]:
    """Return what is meant to be the same model in two formats, by the files' names; safetensors first."""
    sides: dict[tuple[str, Format], list[Inspection]] = {}
    for inspection in weights.inspections:
        if inspection.tensors and inspection.format in _COMPARED and not inspection.quantisation:
            sides.setdefault((_stem(inspection.path), inspection.format), []).append(inspection)
    ordered = [Side(stem, form, tuple(files)) for (stem, form), files in sides.items()]
    ordered.sort(key=lambda side: (side.stem, _COMPARED.index(side.format)))
    groups = [list(group) for _, group in itertools.groupby(ordered, key=lambda side: side.stem)]
    return [(group[0], other) for group in groups for other in group[1:]][:_PAIRS]


def _stem(path: str) -> str:
    """Return folder and name without what the format adds to it: extension, shard, library, a folder called `onnx`."""
    folder, _, name = path.rpartition("/")
    stem = _STANDARD.sub("", _SHARD.sub("", name.rpartition(".")[0] or name))
    folder = folder.removesuffix("onnx").removesuffix("/") if folder.rpartition("/")[2] == "onnx" else folder
    return f"{folder}/{stem}"


def read_twins(facts: Facts) -> Twins:
    """Compare the numbers of every pair. Raises `Unreadable` without an inventory."""
    comparison = _Comparison(facts)
    pairs = []
    skipped = []
    for one, other in pairs_of(facts.need(Weights)):
        try:
            pairs.append(comparison.of(one, other))
        except (FormatError, SourceError) as error:
            skipped.append(Skip(other.path, error.message))
    return Twins(tuple(pairs), tuple(skipped))


class _Place(msgspec.Struct, frozen=True):
    """A tensor with the file that holds it."""

    tensor: Tensor
    source: ByteSource


class _Comparison:
    """Compares tensors, and keeps count of what was read."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._left = _BUDGET

    def of(self, one: Side, other: Side) -> Twin:
        """Compare all tensors of the same name and shape."""
        ours, theirs = self._places(one), self._places(other)
        compared, left, differing = 0, 0, []
        for name in sorted(ours.keys() & theirs.keys()):
            if ours[name].tensor.shape == theirs[name].tensor.shape:
                is_same = self._is_same(ours[name], theirs[name])
                compared += is_same is not None
                left += is_same is None
                differing += [name] if is_same is False else []
        return Twin(one.path, other.path, compared, left, tuple(differing[:_NAMED]), len(differing))

    def _places(self, side: Side) -> dict[str, _Place]:
        repository, manifest = self._facts.repository, self._facts.need(Manifest)
        places: dict[str, _Place] = {}
        for inspection in side.files:
            source = repository.open(inspection.path)
            for tensor in placed_tensors(source, inspection):
                held = siblings_of(repository, manifest, inspection.path)(tensor.file) if tensor.file else source
                if held is not None:
                    places[tensor.name] = _Place(tensor, held)
        return places

    def _is_same(self, one: _Place, other: _Place) -> bool | None:
        """Tell whether two tensors hold the same numbers, None where that cannot be told."""
        first, second = one.tensor, other.tensor
        if first.offset is None or second.offset is None or first.is_permuted or second.is_permuted:
            return None
        self._left -= first.nbytes
        if self._left < 0 or first.nbytes == 0:
            return None
        if first.dtype != second.dtype:
            return _is_close(one, other)
        return first.nbytes == second.nbytes and all(
            one.source.read_at(first.offset + at, min(_BLOCK, first.nbytes - at))
            == other.source.read_at(second.offset + at, min(_BLOCK, first.nbytes - at))
            for at in range(0, first.nbytes, _BLOCK)
        )


def _is_close(one: _Place, other: _Place) -> bool | None:
    """Tell whether the first numbers of two float types are the same but for rounding, None for other types."""
    if not {one.tensor.dtype, other.tensor.dtype} <= WIDTHS.keys():
        return None
    exponent = min(FRACTIONS[one.tensor.dtype], FRACTIONS[other.tensor.dtype])
    pairs = zip(_first_numbers(one), _first_numbers(other), strict=False)
    return all(_agree(a, b, 2.0**-exponent) for a, b in pairs)


def _agree(one: float, other: float, precision: float) -> bool:
    if not math.isfinite(one) or not math.isfinite(other):
        return True  # what a shorter type cannot hold
    return math.isclose(one, other, rel_tol=precision, abs_tol=_TINY)


def _first_numbers(place: _Place) -> list[float]:
    width = WIDTHS[place.tensor.dtype]
    length = min(place.tensor.nbytes, _SAMPLE * width)
    return list(floats(place.source.read_at(place.tensor.offset or 0, length), place.tensor.dtype))
