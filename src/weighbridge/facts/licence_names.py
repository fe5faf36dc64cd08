"""Licences by name: the registries' identifiers normalised to SPDX, and what each licence demands and forbids."""

from __future__ import annotations

import functools
import importlib.resources
from typing import Any

import msgspec

# Beyond that it is no identifier but prose.
NAME_LENGTH = 200

# What a licence's text may be passed on under, besides itself: (base, derivative).
_MAY_BECOME = {
    "GPL-2.0-or-later": {"GPL-3.0-only", "GPL-3.0-or-later", "GPL-2.0-only", "AGPL-3.0-only", "AGPL-3.0-or-later"},
    "GPL-3.0-only": {"GPL-3.0-or-later", "AGPL-3.0-only", "AGPL-3.0-or-later"},
    "GPL-3.0-or-later": {"GPL-3.0-only", "AGPL-3.0-only", "AGPL-3.0-or-later"},
    "AGPL-3.0-only": {"AGPL-3.0-or-later"},
    "AGPL-3.0-or-later": {"AGPL-3.0-only"},
    "GPL-2.0-only": {"GPL-2.0-or-later"},
    "EUPL-1.1": {"EUPL-1.2", "GPL-2.0-only", "GPL-3.0-only", "OSL-3.0", "CECILL-2.1"},
    "EUPL-1.2": {"GPL-2.0-only", "GPL-3.0-only", "AGPL-3.0-only", "OSL-3.0", "CECILL-2.1", "MPL-2.0", "CC-BY-SA-3.0"},
    "CC-BY-SA-2.0": {"CC-BY-SA-2.5", "CC-BY-SA-3.0", "CC-BY-SA-4.0"},
    "CC-BY-SA-2.5": {"CC-BY-SA-3.0", "CC-BY-SA-4.0"},
    "CC-BY-SA-3.0": {"CC-BY-SA-4.0"},
    "CC-BY-SA-4.0": {"GPL-3.0-only", "GPL-3.0-or-later"},
    "CC-BY-NC-SA-2.0": {"CC-BY-NC-SA-2.5", "CC-BY-NC-SA-3.0", "CC-BY-NC-SA-4.0"},
    "CC-BY-NC-SA-2.5": {"CC-BY-NC-SA-3.0", "CC-BY-NC-SA-4.0"},
    "CC-BY-NC-SA-3.0": {"CC-BY-NC-SA-4.0"},
}


class LicenceTraits(msgspec.Struct, frozen=True):
    """What a licence demands and forbids, in the few traits that decide about reuse.

    `family` is one of permissive, weak-copyleft, copyleft, share-alike, non-commercial, use-restricted, no-derivatives,
    public-domain, proprietary, data, unknown.
    """

    key: str
    family: str
    allows_commercial: bool | None = None
    allows_derivatives: bool | None = None
    requires_same_licence: bool = False
    restricts_use: bool = False
    requires_text: bool = True


class _Group(msgspec.Struct, frozen=True):
    """Licences that have all traits in common."""

    family: str
    commercial: bool | None
    derivatives: bool | None
    same_licence: bool
    restricts_use: bool
    text: bool
    keys: list[str]


class _Shipped(msgspec.Struct, frozen=True):
    provenance: str
    identifiers: dict[str, str]
    aliases: dict[str, str]
    traits: list[_Group]


@functools.lru_cache(maxsize=4096)
def normalise(identifier: str) -> str:
    """Return the SPDX identifier (or expression, or `LicenseRef-…`) that a written identifier stands for.

    Empty where it names a family (`cc`, `gpl`, `openrail`), nothing (`other`), or is not known. `bsl-1.0` is Boost's;
    the Business Source Licence is `BUSL-1.1`.
    """
    name = "-".join(identifier.lower().replace("_", " ").split())
    if not name or len(name) > NAME_LENGTH:
        return ""
    shipped = _shipped()
    for table in (shipped.identifiers, shipped.aliases):
        if name in table:
            return table[name]
    return _lowered().get(name) or _as_expression(identifier.strip())


@functools.lru_cache(maxsize=4096)
def is_family(identifier: str) -> bool:
    """Whether a registry knows the identifier, but only as a family's or as "another": `other`, `cc`, `gpl`."""
    return _shipped().identifiers.get(identifier.strip().lower()) == ""


@functools.lru_cache(maxsize=1024)
def identifier_of(key: str) -> str:
    """Return the Hub's identifier for a normalised key, empty where it has none."""
    return next((name for name, known in _shipped().identifiers.items() if known == key), "")


def traits(key: str) -> LicenceTraits | None:
    """Return what the licence demands and forbids; None where the table does not know it."""
    return _traits().get(key)


def conflict(base: LicenceTraits, derivative: LicenceTraits) -> str:
    """Return why a model under `derivative` may not be made from one under `base`; empty where nothing speaks against it."""
    if base.key == derivative.key:
        return f"{base.key} forbids derivatives" if base.allows_derivatives is False else ""
    if base.allows_derivatives is False:
        return f"{base.key} forbids derivatives"
    if base.allows_commercial is False and derivative.allows_commercial:
        return f"{base.key} forbids commercial use, which {derivative.key} allows"
    if base.requires_same_licence and derivative.key not in _MAY_BECOME.get(base.key, ()):
        return f"{base.key} demands that derivatives keep it, and {derivative.key} is another licence"
    if base.restricts_use and not derivative.restricts_use:
        return f"{base.key} demands that its restrictions of use are passed on, and {derivative.key} has none"
    return ""


def _as_expression(identifier: str) -> str:
    """Return a valid SPDX expression in its canonical form, else an empty text."""
    words = identifier.lower().replace("(", " ").replace(")", " ").split()
    # A bare `gpl` would silently become version 1 or later.
    if not identifier.isascii() or any(is_family(word) for word in words):
        return ""
    licensing, errors = _licensing()
    try:
        expression = licensing.parse(identifier, validate=True)
    except errors:
        return ""
    return str(expression) if expression is not None else ""


@functools.cache
def _licensing() -> tuple[Any, tuple[type[Exception], ...]]:
    # Imported late: only licences that no table knows need it.
    from boolean import ParseError  # type: ignore[import-untyped]
    from license_expression import ExpressionError, get_spdx_licensing  # type: ignore[import-untyped]

    return get_spdx_licensing(), (ExpressionError, ParseError, RecursionError)


@functools.cache
def _shipped() -> _Shipped:
    data = importlib.resources.files("weighbridge.facts").joinpath("data/licences.json").read_bytes()
    return msgspec.json.decode(data, type=_Shipped)


@functools.cache
def _lowered() -> dict[str, str]:
    return {key.lower(): key for key in _traits()}


@functools.cache
def _traits() -> dict[str, LicenceTraits]:
    return {
        key: LicenceTraits(key, g.family, g.commercial, g.derivatives, g.same_licence, g.restricts_use, g.text)
        for g in _shipped().traits
        for key in g.keys
    }
