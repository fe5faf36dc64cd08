"""Names taken apart: which naming elements a model's name is made of, and what a registry's names have in common.

The elements are those of a study of naming practice (architecture, size, dataset, language, task, training, version …), told by shipped
words; what no word explains is `other`.
"""

from __future__ import annotations

import functools
import importlib.resources
import re
from collections import Counter
from collections.abc import Iterable

import msgspec

from weighbridge.facts import names

_VERSION = re.compile(
    r"v\d{1,3}(?:\.\d{1,4}){0,3}|\d{1,2}\.\d{1,3}(?:\.\d{1,3})?|(?:19|20)\d{2}|(?:19|20)?\d{6}|r\d{1,2}"
)
_LAYERS = re.compile(r"(?:l|h|a|layers?|heads?)[-_]?\d{1,4}|\d{1,3}(?:l|layers?)")
_NUMBERED = re.compile(r"([a-z]+(?:[a-z]|\d[a-z]))v?\d{1,3}(?:\.\d)?[a-z]?")
_TRAINING = re.compile(r"\d{1,4}(?:ep|epochs?|e|steps?|k_?steps)|(?:ep|epochs?|bs|lr|seed)\d{1,6}|\d{1,2}e-\d{1,2}")
_RESOLUTION = re.compile(r"(?:patch|p|window|w)\d{1,3}|\d{3,4}px|\d{3,4}x\d{3,4}|\d{2,3}k")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")
_LETTERS = re.compile(r"[a-z]+")


class Element(msgspec.Struct, frozen=True):
    """A word of a name and what it tells: `kind` is one of `KINDS`."""

    text: str
    kind: str


class Convention(msgspec.Struct, frozen=True):
    """How a registry names its models: each element's share of the names, what the names tell of, how they are written."""

    names: int
    elements: dict[str, float]
    categories: dict[str, float]
    patterns: tuple[tuple[str, int], ...]
    separators: dict[str, float]
    cases: dict[str, float]


class _Words(msgspec.Struct, frozen=True):
    architecture: frozenset[str]
    task: frozenset[str]
    dataset: frozenset[str]
    tuning: frozenset[str]
    training: frozenset[str]
    characteristic: frozenset[str]
    quantisation: frozenset[str]
    precision: frozenset[str]
    format: frozenset[str]
    version: frozenset[str]
    language: frozenset[str]
    language_codes: frozenset[str]


KINDS = (
    "architecture", "size", "parameters", "version", "dataset", "language", "task", "tuning", "training", "characteristic",
    "layers", "quantisation", "precision", "format", "other",
)  # fmt: skip
# What a name tells a reader: how the model is made, what it is for, both, or neither.
CATEGORIES = ("implementation", "application", "both", "other")


def elements_of(name: str) -> tuple[Element, ...]:
    """Return the words of a name (without its owner) in their order, each with what it tells."""
    short = name.rpartition("/")[2]
    words, separators = names.tokens_of(short)
    split = [piece for word in words for piece in _pieces(word)]
    lowered = tuple(word.lower() for word in words)
    _, counted = names.parameters_in(lowered, separators)
    claimed = lowered[counted] if counted >= 0 else ""
    # `Q4_K_M` is one type of block.
    blocks = names.quantisation_in(short, lowered).lower().split("_")
    found: list[Element] = []
    for piece in split:
        low = piece.lower()
        kind = "parameters" if low == claimed else kind_of(low)
        if len(blocks) > 1 and low in blocks:
            kind = "quantisation"
        # `sst-2`, `v-1`, `epoch-3`: a number belongs to the word before it.
        if (
            kind == "other"
            and low.isdigit()
            and found
            and found[-1].kind in {"dataset", "version", "training", "layers"}
        ):
            kind = found[-1].kind
        found.append(Element(piece, kind))
    return tuple(found)


def _pieces(word: str) -> list[str]:
    """Return a word's parts where it is written in camels and its parts are known: `BertTinyNer`, not `DeBERTa`."""
    if kind_of(word.lower()) != "other":
        return [word]
    parts = _CAMEL.split(word)
    return parts if len(parts) > 1 and any(kind_of(part.lower()) != "other" for part in parts) else [word]


@functools.lru_cache(maxsize=100_000)
def kind_of(word: str) -> str:
    """Return what a word (lower case) tells."""
    words = _words()
    if word in names.SIZES or word in {"s", "m", "l", "xlarge"}:
        return "size"
    for kind in (
        "architecture",
        "dataset",
        "task",
        "tuning",
        "training",
        "characteristic",
        "quantisation",
        "precision",
    ):
        if word in getattr(words, kind):
            return kind
    if word in words.format:
        return "format"
    if word in words.language or word in words.language_codes:
        return "language"
    return _by_shape(word)


def _by_shape(word: str) -> str:
    words = _words()
    if word in words.version or _VERSION.fullmatch(word):
        return "version"
    if names.quantisation_in(word, (word,)):
        return "quantisation"
    if _TRAINING.fullmatch(word):
        return "training"
    if _LAYERS.fullmatch(word):
        return "layers"
    if names.parameters_in((word,), ("",))[0] is not None:
        return "parameters"
    if _RESOLUTION.fullmatch(word):
        return "characteristic"
    letters = _LETTERS.match(word)
    if letters is not None and letters[0] in words.architecture and _NUMBERED.fullmatch(word):
        return "architecture"
    if len(word) > 6 and word.endswith(("bert", "roberta", "gpt", "llama", "bart")):
        return "architecture"
    return "other"


def category_of(elements: Iterable[Element]) -> str:
    """Return what a name tells of."""
    kinds = {element.kind for element in elements}
    is_implementation = not kinds.isdisjoint({"architecture", "parameters"})
    is_application = not kinds.isdisjoint({"task", "language"})
    if is_implementation:
        return "both" if is_application else "implementation"
    return "application" if is_application else "other"


def measure_names(found: Iterable[str], top: int = 10) -> Convention:
    """Return how some models are named."""
    kinds: Counter[str] = Counter()
    categories: Counter[str] = Counter()
    patterns: Counter[str] = Counter()
    separators: Counter[str] = Counter()
    cases: Counter[str] = Counter()
    total = 0
    for name in found:
        total += 1
        elements = elements_of(name)
        kinds.update({element.kind for element in elements})
        categories[category_of(elements)] += 1
        patterns["-".join(_runs(elements))] += 1
        short = name.rpartition("/")[2]
        separators.update({_SIGNS[sign] for sign in short if sign in _SIGNS} or {"none"})
        cases[_case(short)] += 1
    most = sorted(patterns.items(), key=lambda item: (-item[1], item[0]))[:top]
    shares = functools.partial(_shares, total=total)
    return Convention(
        total, shares(kinds, KINDS), shares(categories, CATEGORIES), tuple(most), shares(separators, [*_SIGNS.values(), "none"]),
        shares(cases, ["lower", "upper", "mixed"]),
    )  # fmt: skip


_SIGNS = {"-": "hyphen", "_": "underscore", ".": "point"}


def _shares(counts: Counter[str], order: Iterable[str], total: int) -> dict[str, float]:
    return {name: counts[name] / total if total else 0.0 for name in order}


def _runs(elements: Iterable[Element]) -> list[str]:
    kinds = [element.kind for element in elements]
    return [kind for place, kind in enumerate(kinds) if place == 0 or kinds[place - 1] != kind]


def _case(name: str) -> str:
    return "lower" if name == name.lower() else "upper" if name == name.upper() else "mixed"


@functools.cache
def _words() -> _Words:
    path = importlib.resources.files("weighbridge.registry").joinpath("data/name_words.json")
    return msgspec.json.decode(path.read_bytes(), type=_Words)
