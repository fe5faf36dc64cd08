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


class Move(msgspec.Struct, frozen=True, omit_defaults=True):
    """A branch or tag that pointed elsewhere before.

    `is_kept` tells whether its older place is still part of the newer one's history, None where that could not be told; `how` is
    where the older place stands, or what a log says of the change.
    """

    name: str
    old: str
    new: str
    how: str = ""
    is_kept: bool | None = None


class Release(msgspec.Struct, frozen=True, omit_defaults=True):
    """The newest tag in the history of what is weighed: its commit, how many commits came after it, and what they changed."""

    name: str
    commit: str
    commits_since: int = 0
    changed: tuple[str, ...] = ()


class Past(msgspec.Struct, frozen=True, omit_defaults=True):
    """What can be seen of earlier states: the newest release, and where branches and tags are known to have pointed."""

    release: Release | None = None
    moves: tuple[Move, ...] = ()


class CommittedFile(msgspec.Struct, frozen=True):
    """A file of a commit: git's hash of it, its length, and for a pointer of Git LFS the SHA-256 of what it stands for.

    What is no regular file (a link, another repository) has no length.
    """

    path: str
    blob: str
    size: int | None
    lfs_sha256: str = ""


class OldFile(msgspec.Struct, frozen=True):
    """A file that a past commit had and the present one has not: not at all, or not with this content."""

    path: str
    blob: str
    data: bytes
