"""What may be done with the model, by its own words."""

from __future__ import annotations

from typing import Any

import msgspec

from weighbridge.errors import SourceError
from weighbridge.facts.distribution import Distribution
from weighbridge.facts.engine import Facts, Unreadable
from weighbridge.facts.licence_names import LicenceTraits, conflict, identifier_of, is_family, normalise, traits
from weighbridge.facts.licence_texts import has_notice, recognise
from weighbridge.facts.manifest import Manifest
from weighbridge.facts.metadata import Metadata
from weighbridge.facts.registry import Registry
from weighbridge.facts.weights import Weights
from weighbridge.model import Depth, Location

__all__ = [
    "Licence",
    "LicenceText",
    "LicenceTraits",
    "Term",
    "conflict",
    "identifier_of",
    "is_family",
    "normalise",
    "read_licence",
    "traits",
]

# Repositories that bundle others' licences have dozens of files; those nearest the root are the model's.
FILE_LIMIT = 20
FILE_BYTES = 1024 * 1024
TERM_LIMIT = 50


class Term(msgspec.Struct, frozen=True):
    """One place that names a licence: `identifier` as written there, `key` normalised (an SPDX identifier or `LicenseRef-…`).

    `key` is empty where the identifier is ambiguous (`other`, `cc`, `gpl`) or not known.
    """

    identifier: str
    key: str
    where: Location | None = None


class LicenceText(msgspec.Struct, frozen=True):
    """A licence file: the licence its text is (`key`, empty when not recognised) and how alike the texts are (0 to 1)."""

    path: str
    key: str
    similarity: float
    has_copyright_notice: bool


class Licence(msgspec.Struct, frozen=True):
    """Everything that speaks about the licence.

    `declared` is the card's `license` (several when it is a list), `name` and `link` its `license_name` and
    `license_link`; `others` are licences named elsewhere (GGUF metadata, Python packages, the registry's tag); `texts`
    are the licence files (none above card depth), `notices` the paths of NOTICE-like files.
    """

    declared: tuple[Term, ...] = ()
    name: str = ""
    link: str = ""
    others: tuple[Term, ...] = ()
    texts: tuple[LicenceText, ...] = ()
    notices: tuple[str, ...] = ()

    @property
    def named(self) -> tuple[Term, ...]:
        """The declared licences; where none is declared, those that other places name."""
        return self.declared or self.others


def read_licence(facts: Facts) -> Licence:
    """Read what the front matter, the registry's tags, weight files and licence files say about the licence.

    Raises `Unreadable` where neither front matter nor registry nor files can be had.
    """
    metadata, registry, manifest = facts.maybe(Metadata), facts.maybe(Registry), facts.maybe(Manifest)
    if metadata is None and registry is None and manifest is None:
        raise Unreadable("there is neither front matter nor a registry's record nor a list of files", Depth.CARD)
    others = _tagged(registry) if registry is not None and registry.tags else ()
    if facts.depth >= Depth.HEADERS:
        others += _in_weights(facts.maybe(Weights))
    texts: tuple[LicenceText, ...] = ()
    notices: tuple[str, ...] = ()
    if manifest is not None:
        notices = tuple([file.path for file in manifest.notices])
        if facts.depth >= Depth.CARD:
            texts = _texts(facts, manifest)
            others += _in_package(facts.maybe(Distribution))
    if metadata is None:
        return Licence(others=others, texts=texts, notices=notices)
    return Licence(
        _declared(metadata) if "license" in metadata.values else (),
        metadata.text("license_name") if "license_name" in metadata.values else "",
        metadata.text("license_link") if "license_link" in metadata.values else "",
        others,
        texts,
        notices,
    )


def _in_package(package: Distribution | None) -> tuple[Term, ...]:
    """Return the licences that a Python package names for itself."""
    if package is None:
        return ()
    return tuple(Term(name, normalise(name), package.where()) for name in package.licences[:TERM_LIMIT])


def _declared(metadata: Metadata) -> tuple[Term, ...]:
    value = metadata.values["license"]
    if isinstance(value, str):
        return (Term(value.strip(), normalise(value), metadata.where("license")),) if value.strip() else ()
    if not isinstance(value, list):
        return ()
    return tuple(
        Term(item.strip(), normalise(item), metadata.where("license", index))
        for index, item in enumerate(value[:TERM_LIMIT])
        if isinstance(item, str) and item.strip()
    )


def _tagged(registry: Registry) -> tuple[Term, ...]:
    return tuple([Term(name, normalise(name)) for name in registry.tagged("license")[:TERM_LIMIT]])


def _in_weights(weights: Weights | None) -> tuple[Term, ...]:
    found: dict[str, Location] = {}
    for inspection in weights.inspections if weights is not None else ():
        for key in ("general.license", "license", "modelspec.license"):
            named: Any = inspection.metadata.get(key)
            if isinstance(named, str) and named.strip() and len(found) < TERM_LIMIT:
                found.setdefault(named.strip(), Location(inspection.path, member=key))
    return tuple(Term(name, normalise(name), where) for name, where in found.items())


def _texts(facts: Facts, manifest: Manifest) -> tuple[LicenceText, ...]:
    return tuple([_text(facts, file.path) for file in manifest.licences[:FILE_LIMIT]])


def _text(facts: Facts, path: str) -> LicenceText:
    try:
        source = facts.repository.open(path)
        text = source.read_at(0, min(source.size, FILE_BYTES)).decode(errors="replace")
    except SourceError:
        return LicenceText(path, "", 0.0, False)
    recognised = recognise(text)
    return LicenceText(path, recognised.key, recognised.similarity, has_notice(text))
