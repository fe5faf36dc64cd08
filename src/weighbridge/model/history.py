"""Who changed a repository, and when."""

from __future__ import annotations

import datetime
from enum import StrEnum

import msgspec


class Commit(msgspec.Struct, frozen=True, omit_defaults=True):
    """One commit; `is_signed` is None where the source does not tell."""

    id: str
    date: datetime.datetime
    authors: tuple[str, ...]
    title: str
    is_signed: bool | None = None


class Vouch(StrEnum):
    """What verifying the signature of a commit or tag, with the keys that the user trusts, gave."""

    TRUSTED = "signed by somebody whom you trust"
    UNSIGNED = "not signed"
    STRANGER = "signed with a key that you did not give"
    EXPIRED = "signed with a key or signature that has expired"
    REVOKED = "signed with a key that was revoked"
    MISNAMED = "signed as another tag than it stands for"
    BAD = "signed, but the signature does not hold for what is there"


class Signature(msgspec.Struct, frozen=True, omit_defaults=True):
    """The signature of one commit (`id`), or of the tag `name` that points to it; `signer` is told where it is trusted."""

    id: str
    vouch: Vouch
    signer: str = ""
    key: str = ""
    name: str = ""


class SignedHistory(msgspec.Struct, frozen=True):
    """The signatures of the newest commits, newest first, and of the newest tags."""

    commits: tuple[Signature, ...] = ()
    tags: tuple[Signature, ...] = ()
