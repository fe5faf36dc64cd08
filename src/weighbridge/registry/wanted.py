"""What somebody wants of a model, from words to conditions: by a shipped vocabulary, each phrase told as it was understood."""

from __future__ import annotations

import difflib
import functools
import importlib.resources
import re
from collections.abc import Callable, Iterator

import msgspec

from weighbridge.errors import UsageError

QUERY_LENGTH = 1000
_LONGEST = 5

# A comma between digits is part of a number.
_COMMA = re.compile(r"(?<!\d),|,(?!\d)|[;\n]")
_WORD = re.compile(r"\S+")
_NEGATIONS = frozenset({"not", "no", "without", "except", "excluding", "non"})

_BELOW = r"<=?|≤|under|below|less than|smaller than|at most|up to|no more than|within|max(?:imum)?\.?(?: of)?"
_ABOVE = r">=?|≥|over|above|more than|larger than|bigger than|at least|min(?:imum)?\.?(?: of)?"
_BOUND = rf"(?:(?P<below>{_BELOW})|(?P<above>{_ABOVE}))?\s*"
_NUMBER = r"(?P<number>\d{1,3}(?:,\d{3}){1,4}(?!\d)|\d{1,12}(?:[.,]\d{1,6})?)\s*"
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+")
_AFTER = r"(?:\s+or\s+(?:(?P<less>less|smaller|fewer)|(?P<more>more|larger|bigger)))?"
_BYTES = re.compile(rf"{_BOUND}{_NUMBER}(?P<unit>[kmgt]i?b|bytes?)\b{_AFTER}", re.IGNORECASE)
_PARAMETERS = re.compile(
    rf"{_BOUND}{_NUMBER}(?P<unit>[kmbt]|thousand|million|billion|trillion)?[\s-]*(?P<word>param(?:eter)?s?)\b{_AFTER}",
    re.IGNORECASE,
)
_BILLIONS = re.compile(rf"{_BOUND}{_NUMBER}(?P<unit>[bm])\b{_AFTER}", re.IGNORECASE)
_COUNTS = re.compile(
    rf"{_BOUND}{_NUMBER}(?P<unit>[kmb]|thousand|million)?\+?\s*(?P<word>downloads?|likes?|stars?)\b{_AFTER}",
    re.IGNORECASE,
)
_SINCE = re.compile(
    r"(?:updated|changed|modified|newer|published)?\s*(?:since|after|from)\s+(?P<day>(?:19|20)\d\d(?:-\d\d(?:-\d\d)?)?)\b",
    re.I,
)
_BASED = re.compile(
    r"(?:based on|made from|derived from|fine-?\s?tuned from|built on)\s+(?P<id>[\w.-]{1,96}/[\w.-]{1,96})", re.I
)
_DATASET = re.compile(r"trained on\s+(?P<id>[\w.-]{1,96}(?:/[\w.-]{1,96})?)", re.IGNORECASE)
_OWNER = re.compile(r"(?:by|from|of owner|published by)\s+(?P<owner>[\w.-]{1,96})(?![\w/.-])", re.IGNORECASE)

_BYTE_UNITS = {"b": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}
_COUNT_UNITS = {"": 1, "k": 10**3, "t": 10**12, "m": 10**6, "b": 10**9}
# How far a model's size may lie from one that is merely named: `7b` stands for 6.7 to 7.7 billion.
_ABOUT = 0.15


class Condition(msgspec.Struct, frozen=True):
    """What a phrase asks for: `kind` names the attribute, `values` what it may be or `low` and `high` between what it lies.

    `text` is the phrase as it was written, `told` how it was understood.
    """

    kind: str
    text: str
    told: str
    values: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    is_negated: bool = False


class Unclear(msgspec.Struct, frozen=True):
    """Words that nothing was understood by, with the nearest that would have been."""

    text: str
    nearest: str = ""


class Wanted(msgspec.Struct, frozen=True):
    """What was asked, in conditions of which every one must hold, and what was not understood.

    `passed_over` are words that ask for nothing by themselves: `a`, `with`, `models`.
    """

    text: str
    conditions: tuple[Condition, ...]
    unclear: tuple[Unclear, ...] = ()
    passed_over: tuple[str, ...] = ()


class _Words(msgspec.Struct, frozen=True):
    task: dict[str, list[str]]
    language: dict[str, list[str]]
    library: dict[str, list[str]]
    format: dict[str, list[str]]
    permission: dict[str, list[str]]
    licence: dict[str, list[str]]
    architecture: dict[str, list[str]]
    relation: dict[str, list[str]]
    quality: dict[str, list[str]]
    filler: list[str]


# Kinds of which a model has one: several of them, named side by side, are choices and not demands.
_CHOICES = frozenset({"task", "library", "licence", "architecture", "owner", "parent"})


def understand(text: str) -> Wanted:
    """Return what a text asks for. Raises `UsageError` where nothing of it could be understood."""
    if len(text) > QUERY_LENGTH:
        raise UsageError(f"a question has {QUERY_LENGTH} characters at most", hint="Leave out what does not matter.")
    read = _Reading()
    for piece in _COMMA.split(text):
        for found in _read(piece):
            read.take(found)
        read.end()
    conditions = read.conditions
    if not conditions:
        raise UsageError(
            f"nothing of {text[:80]!r} was understood",
            hint='For example "sentence similarity, German, < 500 MB, commercial use".',
        )
    return Wanted(text, tuple(_joined(conditions)), tuple(dict.fromkeys(read.unclear)), tuple(read.passed_over))


class _Reading:
    """What has been read so far; `or` makes a choice of two conditions of one kind, and is unclear between others."""

    def __init__(self) -> None:
        self.conditions: list[Condition] = []
        self.unclear: list[Unclear] = []
        self.passed_over: list[str] = []
        self._is_choice = False

    def take(self, found: Condition | Unclear | str) -> None:
        """Take the next thing that was read."""
        if isinstance(found, str):
            self._is_choice = self._is_choice or found.lower() == "or"
            self.passed_over += [found] if found.lower() != "or" else []
        elif isinstance(found, Unclear):
            self.unclear.append(found)
        else:
            last = self.conditions[-1] if self.conditions and self._is_choice else None
            self._is_choice = self._is_choice and (last is None or not _may_be_either(last, found))
            self.end()
            if last is not None and _may_be_either(last, found):
                self.conditions[-1] = _either(last, found)
            else:
                self.conditions.append(found)

    def end(self) -> None:
        """Take note that nothing follows that an `or` could belong to."""
        self.unclear += [Unclear("or")] if self._is_choice else []
        self._is_choice = False


def _may_be_either(one: Condition, other: Condition) -> bool:
    return one.kind == other.kind and bool(one.values) and not one.is_negated and not other.is_negated


def _either(*same: Condition) -> Condition:
    values = tuple(dict.fromkeys(value for condition in same for value in condition.values))
    told = " or ".join([same[0].told, *(c.told.partition(" ")[2] or c.told for c in same[1:])])
    return msgspec.structs.replace(same[0], text=", ".join(c.text for c in same), told=told, values=values)


def _read(piece: str) -> Iterator[Condition | Unclear | str]:
    """Yield what stands in a piece between commas, word by word: the longest that is known at each place."""
    at = 0
    while (word := _WORD.search(piece, at)) is not None:
        start = word.start()
        is_negated = word[0].lower().rstrip("-") in _NEGATIONS
        first = _WORD.search(piece, word.end()) if is_negated else word
        whole = _known(piece, start, is_negated=False)
        found = whole or (_known(piece, first.start(), is_negated=True) if is_negated and first is not None else None)
        if found is None:
            at = word.end()
            yield _other(word[0])
            continue
        condition, at = found
        yield msgspec.structs.replace(condition, text=" ".join(piece[start:at].split()))


def _known(piece: str, start: int, *, is_negated: bool) -> tuple[Condition, int] | None:
    """Return the condition that begins at a place, and where it ends."""
    for read in _PATTERNS:
        found = None if is_negated else read(piece, start)
        if found is not None:
            return found
    ends = [word.end() for _, word in zip(range(_LONGEST), _WORD.finditer(piece, start), strict=False)]
    for end in reversed(ends):
        phrase = " ".join(piece[start:end].lower().split()).strip(".!?\"'()")
        for known in dict.fromkeys((phrase, phrase.replace("-", " "))):
            if known in _phrases():
                kind, value = _phrases()[known]
                return _condition(kind, value, is_negated), end
    return None


def _other(word: str) -> Unclear | str:
    plain = word.lower().strip(".!?\"'()&+")
    if not plain or plain in _fillers() or plain in {"or", "and"}:
        return word
    nearest = difflib.get_close_matches(plain, _phrases(), n=1, cutoff=0.75)
    return Unclear(word, nearest[0] if nearest else "")


def _condition(kind: str, value: str, is_negated: bool) -> Condition:
    if kind == "quality":
        return _QUALITIES[value](is_negated)
    values = tuple(value.split("|"))
    shown = values[0] if kind != "format" else "pickle" if "pkl" in values else values[0]
    if kind == "language":
        shown = f"{value} ({_words().language[value][0].title()})"
    told = _PERMISSIONS[value] if kind == "permission" else f"{kind} {shown}"
    return Condition(kind, "", f"not: {told}" if is_negated else told, values, is_negated=is_negated)


_PERMISSIONS = {
    "commercial": "the licence allows commercial use",
    "noncommercial": "the licence forbids commercial use",
    "permissive": "the licence is permissive",
    "derivatives": "the licence allows changed versions",
    "unrestricted": "the licence restricts no use",
    "nocopyleft": "the licence does not reach what is made from the model",
    "copyleft": "the licence reaches what is made from the model",
    "known": "a licence is declared that the table of licences knows",
}


def _range(kind: str, told: str, low: float | None = None, high: float | None = None) -> Callable[[bool], Condition]:
    return lambda negated: Condition(kind, "", f"not: {told}" if negated else told, (), low, high, negated)


def _flag(kind: str, told: str, value: str = "") -> Callable[[bool], Condition]:
    return lambda negated: Condition(
        kind, "", f"not: {told}" if negated else told, (value,) if value else (), is_negated=negated
    )


_QUALITIES: dict[str, Callable[[bool], Condition]] = {
    "popular": _range("downloads", "at least 10,000 downloads", low=10_000),
    "small": _range("parameters", "at most 150 million parameters", high=150e6),
    "large": _range("parameters", "at least 1 billion parameters", low=1e9),
    "recent": _flag("changed", "changed in the year before the snapshot", "year"),
    "ungated": _flag("open", "access asks for no consent"),
    "gated": lambda negated: Condition("open", "", "access asks for consent", is_negated=not negated),
    "card": _flag("card", "there is a card"),
    "metrics": _flag("metrics", "results are given in a form that programs read"),
    "base": _flag("base", "no base model is declared"),
}


def _number(match: re.Match[str]) -> float:
    number = match["number"]
    return float(number.replace(",", "") if _GROUPED.fullmatch(number) else number.replace(",", "."))


def _limits(match: re.Match[str], value: float) -> tuple[float | None, float | None]:
    """Return the bounds that a comparison sets; both None where it names a number alone."""
    if match["above"] or match["more"]:
        return value, None
    return (None, value) if match["below"] or match["less"] else (None, None)


def _bytes(piece: str, start: int) -> tuple[Condition, int] | None:
    match = _BYTES.match(piece, start)
    if match is None:
        return None
    unit = match["unit"].lower()
    factor = _BYTE_UNITS[unit[0]] if unit[1:2] != "i" else 1024 ** "bkmgt".index(unit[0])
    low, high = _limits(match, _number(match) * factor)
    # A size alone is what there is room for.
    high = _number(match) * factor if low is None else high
    sign = "at least" if low is not None else "at most"
    return Condition("size", "", f"weights of {sign} {match['number']} {match['unit']}", (), low, high), match.end()


def _parameters(piece: str, start: int) -> tuple[Condition, int] | None:
    match = _PARAMETERS.match(piece, start) or _BILLIONS.match(piece, start)
    if match is None:
        return None
    value = _number(match) * _COUNT_UNITS[(match["unit"] or "")[:1].lower()]
    low, high = _limits(match, value)
    if low is None and high is None:
        told = f"about {value:,.0f} parameters"
        return Condition("parameters", "", told, (), value * (1 - _ABOUT), value * (1 + _ABOUT)), match.end()
    told = f"{'at least' if low is not None else 'at most'} {value:,.0f} parameters"
    return Condition("parameters", "", told, (), low, high), match.end()


def _popularity(piece: str, start: int) -> tuple[Condition, int] | None:
    match = _COUNTS.match(piece, start)
    if match is None:
        return None
    kind = "downloads" if match["word"].lower().startswith("download") else "likes"
    value = _number(match) * _COUNT_UNITS[(match["unit"] or "")[:1].lower()]
    low, high = _limits(match, value)
    low = value if high is None else low
    sign = "at least" if low is not None else "at most"
    return Condition(kind, "", f"{sign} {value:,.0f} {kind}", (), low, high), match.end()


def _since(piece: str, start: int) -> tuple[Condition, int] | None:
    match = _SINCE.match(piece, start)
    if match is None:
        return None
    day = (match["day"] + "-01-01")[:10]
    return Condition("changed", "", f"changed since {day}", (day,)), match.end()


def _named(
    pattern: re.Pattern[str], kind: str, group: str, told: str
) -> Callable[[str, int], tuple[Condition, int] | None]:
    def read(piece: str, start: int) -> tuple[Condition, int] | None:
        match = pattern.match(piece, start)
        if match is None:
            return None
        return Condition(kind, "", f"{told} {match[group]}", (match[group],)), match.end()

    return read


_PATTERNS: tuple[Callable[[str, int], tuple[Condition, int] | None], ...] = (
    _bytes,
    _popularity,
    _parameters,
    _since,
    _named(_BASED, "parent", "id", "declared to be made from"),
    _named(_DATASET, "dataset", "id", "declared to be trained on"),
    _named(_OWNER, "owner", "owner", "published by"),
)


def _joined(conditions: list[Condition]) -> Iterator[Condition]:
    """Yield the conditions, choices of one kind as one of them."""
    chosen: dict[str, list[Condition]] = {}
    for condition in conditions:
        is_choice = condition.kind in _CHOICES and not condition.is_negated
        chosen.setdefault(condition.kind if is_choice else str(len(chosen)), []).append(condition)
    for same in chosen.values():
        yield same[0] if len(same) == 1 else _either(*same)


@functools.cache
def _words() -> _Words:
    path = importlib.resources.files("weighbridge.registry").joinpath("data/search_words.json")
    return msgspec.json.decode(path.read_bytes(), type=_Words)


@functools.cache
def _phrases() -> dict[str, tuple[str, str]]:
    """Return for every known phrase its kind and what it stands for."""
    found: dict[str, tuple[str, str]] = {}
    for kind in _Words.__struct_fields__[:-1]:
        for value, phrases in getattr(_words(), kind).items():
            found |= dict.fromkeys((*phrases, *([value] if kind == "task" else ())), (kind, value))
    return found


@functools.cache
def _fillers() -> frozenset[str]:
    return frozenset(_words().filler)
