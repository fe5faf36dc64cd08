"""What may be done with the model, by its own words."""

from __future__ import annotations

import msgspec

from weighbridge.model import Location


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
    are the licence files, `notices` the paths of NOTICE-like files.
    """

    declared: tuple[Term, ...] = ()
    name: str = ""
    link: str = ""
    others: tuple[Term, ...] = ()
    texts: tuple[LicenceText, ...] = ()
    notices: tuple[str, ...] = ()


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
