"""SE053: the name cannot be taken for that of a popular model."""

from __future__ import annotations

import functools
import importlib.resources
import json
import unicodedata

from weighbridge.checks.contract import check
from weighbridge.facts.identity import Identity
from weighbridge.model import Attribute, Evidence, Factor, Outcome, Severity, contradicted, not_applicable, verified

_NONE = not_applicable("The model has no owner to be confused with another.")
_APART = verified("The name is not close to that of a popular model.")
_POPULAR = verified("The name is that of the popular model itself.")
_LOOK_ALIKE = str.maketrans({"0": "o", "1": "l", "3": "e", "5": "s", "-": "", "_": "", ".": "", "|": "l"})
_GREEK_AND_CYRILLIC = str.maketrans("аеорсхуіѕјԁɡһοανκ", "aeopcxyisjdghoavk")


@check(code="SE053", attribute=Attribute.SECURITY, factor=Factor.IDENTITY, severity=Severity.HIGH)
def name_not_confusable(identity: Identity) -> Outcome:
    """The name cannot be taken for that of a popular model.

    What it asks: whether the owner's name looks like, but is not, that of the owner of a popular model: other signs, letters alike, a letter more or less.
    Why it matters: a copy under a look-alike name is downloaded by mistake, and holds what its maker likes.
    Evidence: the owner's and model's names, folded to what they look like, against a shipped list of popular ids.
    Remedy: users: compare the owner letter by letter with the one meant; publishers: choose a name of your own.
    Limits: the list is of 2022 and 2023; the same model name under an unlike owner is what honest copies have, and no alarm.
    Source: this project's threat catalogue, 54.
    """
    owner, name = identity.ref.owner, identity.ref.short_name
    if not owner:
        return _NONE
    ids, names = _popular()
    if f"{owner}/{name}".lower() in ids:
        return _POPULAR
    for popular in names.get(folded(name), ()):
        original = popular.partition("/")[0] if "/" in popular else ""
        if original and owner.lower() != original.lower() and is_alike(owner, original):
            return contradicted(
                f"{owner}/{name} can be taken for {popular}.",
                Evidence(popular),
                remedy="Compare the owner letter by letter with the one meant.",
            )
    return _APART


def folded(name: str) -> str:
    """Return what a name looks like: letters alike made equal, signs left out."""
    plain = name.lower()
    if not plain.isascii():
        plain = unicodedata.normalize("NFKC", name).lower().translate(_GREEK_AND_CYRILLIC)
    return plain.translate(_LOOK_ALIKE).replace("rn", "m").replace("vv", "w").replace("i", "l")


def is_alike(one: str, other: str) -> bool:
    """Tell whether two owners look alike: the same when folded, or in longer names one letter apart."""
    first, second = folded(one), folded(other)
    # As written too: folding makes one letter of the `rn` in `trnasformers`.
    pairs = ((first, second), (one.lower(), other.lower()))
    return first == second or any(min(map(len, pair)) >= 6 and _is_one_apart(*pair) for pair in pairs)


def _is_one_apart(one: str, other: str) -> bool:
    """Tell whether one letter added, left out, changed, or swapped with its neighbour makes one text of the other."""
    short, long = sorted((one, other), key=len)
    start = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(long) - len(short) == 1:
        return short[start:] == long[start + 1 :]
    if len(long) != len(short):
        return False
    swapped = short[start : start + 2] == long[start : start + 2][::-1] and short[start + 2 :] == long[start + 2 :]
    return short[start + 1 :] == long[start + 1 :] or swapped


@functools.cache
def _popular() -> tuple[frozenset[str], dict[str, tuple[str, ...]]]:
    """Return the popular ids, in lower case, and by the folded names of the models."""
    path = importlib.resources.files("weighbridge.facts") / "data" / "popular_models.json"
    ids: list[str] = json.loads(path.read_text(encoding="utf-8"))["models"]
    names: dict[str, tuple[str, ...]] = {}
    for popular in ids:
        key = folded(popular.rpartition("/")[2])
        names[key] = (*names.get(key, ()), popular)
    return frozenset(popular.lower() for popular in ids), names
