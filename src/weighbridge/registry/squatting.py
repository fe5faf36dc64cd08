"""Names to be wary of: models whose ids look like those of popular ones, and names that nobody uses yet next to popular ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from weighbridge.checks.security.name_not_confusable import folded, is_alike
from weighbridge.registry.naming import Element, elements_of

# So many datasets, those most named, are tried in the place of a popular name's own.
_DATASETS = 25
# So many names are told next to one popular model.
_EACH = 2


class Named(msgspec.Struct, frozen=True):
    """A model's id and its downloads."""

    id: str
    downloads: int

    @property
    def owner(self) -> str:
        """Who publishes it; empty for the oldest models."""
        return self.id.rpartition("/")[0]

    @property
    def name(self) -> str:
        """The id without the owner."""
        return self.id.rpartition("/")[2]


class LookAlike(msgspec.Struct, frozen=True):
    """A model whose id can be taken for that of a popular one, and by what."""

    id: str
    popular: str
    by: str
    downloads: int
    popular_downloads: int


class FreeName(msgspec.Struct, frozen=True):
    """A name that nobody uses, made of what popular names are made of; `next_to` is the most popular of its neighbours."""

    name: str
    next_to: str
    downloads: int


def look_alikes(models: Sequence[Named], popular: Sequence[Named]) -> Iterator[LookAlike]:
    """Yield the models that can be taken for a more popular one.

    The same name under an unlike owner is what honest copies have, and no alarm.
    """
    known: dict[str, list[Named]] = {}
    for model in popular:
        known.setdefault(folded(model.name), []).append(model)
    for model in models:
        for other in known.get(folded(model.name), ()):
            if model.id != other.id and model.downloads < other.downloads and (by := _likeness(model, other)):
                yield LookAlike(model.id, other.id, by, model.downloads, other.downloads)
                break


def _likeness(model: Named, other: Named) -> str:
    if model.owner != other.owner:
        if model.owner and other.owner and is_alike(model.owner, other.owner):
            return "owner"
        return "name" if _is_disguised(model.name, other.name) else ""
    return ""  # whoever may write there can write into the popular model itself


def _is_disguised(name: str, other: str) -> bool:
    """Tell whether letters differ that look alike; other signs between words and capital letters are no disguise."""
    return _plain(name) != _plain(other)


def _plain(name: str) -> str:
    return name.lower().translate(str.maketrans("", "", "-_."))


def free_names(models: Sequence[Named], popular: Sequence[Named], limit: int = 20) -> list[FreeName]:
    """Return names that nobody uses: those of popular models with another dataset's name in the place of their own."""
    used = {folded(model.name) for model in models}
    slots = [(model, slot) for model in popular if (slot := _slot(elements_of(model.name))) is not None]
    named = Counter(slot.text.lower() for _, slot in slots)
    datasets = [name for name, _ in sorted(named.items(), key=lambda item: (-item[1], item[0]))[:_DATASETS]]
    found: dict[str, FreeName] = {}
    for model, slot in sorted(slots, key=lambda item: (-item[0].downloads, item[0].id)):
        tried = (model.name.replace(slot.text, dataset, 1) for dataset in datasets)
        new = [name for name in tried if folded(name) not in used and name not in found]
        found |= {name: FreeName(name, model.id, model.downloads) for name in new[:_EACH]}
        if len(found) >= limit:
            break
    return list(found.values())[:limit]


def _slot(elements: Sequence[Element]) -> Element | None:
    """Return the word for a dataset in a name that has an architecture and no other dataset; None where there is none."""
    named = [element for element in elements if element.kind == "dataset"]
    has_architecture = any(element.kind == "architecture" for element in elements)
    return named[0] if len(named) == 1 and has_architecture else None
