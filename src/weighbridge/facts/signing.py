"""Signatures over the whole model: OpenSSF Model Signing bundles, what they list, and whether they hold."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from weighbridge.errors import FormatError, SourceError
from weighbridge.facts.engine import Facts, Unreadable
from weighbridge.facts.manifest import Manifest
from weighbridge.model import Depth, Origin

# Where a signature stands: the signing library's own name first, then those that tools and registries use.
SIGNATURE_NAMES = (
    "model.sig",
    "model.sigstore",
    "model.sigstore.json",
    "model.sigstore.jsonl",
    ".kaggle/signing.json",
)
_NAMES = frozenset(SIGNATURE_NAMES)


class Scheme(StrEnum):
    """How a signature was made."""

    KEY = "a key"
    CERTIFICATE = "a certificate"
    SIGSTORE = "Sigstore"


class Standing(StrEnum):
    """Whether a signature was made by somebody whom the user trusts."""

    UNASKED = "unasked"
    HOLDS = "holds"
    FAILS = "fails"
    UNKNOWN = "unknown"


class Proof(msgspec.Struct, frozen=True):
    """What verifying a signature gave: `by` names who signed where it holds, `reason` tells why it does not."""

    standing: Standing = Standing.UNASKED
    by: str = ""
    reason: str = ""


class SignedFile(msgspec.Struct, frozen=True):
    """A file, or a part of one, as a signature lists it."""

    path: str
    algorithm: str
    digest: str


class Statement(msgspec.Struct, frozen=True):
    """What a signature says: the files, how they were hashed, and which paths it leaves out."""

    scheme: Scheme
    files: tuple[SignedFile, ...]
    method: str = "files"
    ignored: tuple[str, ...] = ()
    hint: str = ""

    @property
    def is_comparable(self) -> bool:
        """Whether it lists whole files by SHA-256, which is what is measured."""
        return self.method == "files" and all(file.algorithm == "sha256" for file in self.files)

    def leaves_out(self, path: str) -> bool:
        """Tell whether a path, or a folder above it, is among those that the signature does not cover."""
        return any(path == ignored or path.startswith(f"{ignored}/") for ignored in self.ignored)


class ModelSignature(msgspec.Struct, frozen=True):
    """One signature: without a statement, `broken` says what is wrong with it, or `unread` why it could not be looked at."""

    path: str
    statement: Statement | None = None
    broken: str = ""
    unread: str = ""
    proof: Proof = Proof()


class Signing(msgspec.Struct, frozen=True):
    """The model's signatures, and whom the user trusts to have signed (`wanted`, empty where nobody is named).

    `is_partial` tells that the listing is known not to be the whole model, `unlisted` where there is more than it tells.
    """

    signatures: tuple[ModelSignature, ...] = ()
    wanted: str = ""
    is_partial: bool = False
    unlisted: tuple[str, ...] = ()

    @property
    def trusted(self) -> tuple[ModelSignature, ...]:
        """Those by somebody whom the user trusts."""
        return tuple(signature for signature in self.signatures if signature.proof.standing is Standing.HOLDS)


_NONE = Signing()


def read_signing(facts: Facts) -> Signing:
    """Read the signatures and verify them against whom the user trusts. Raises `Unreadable` without a listing, or of one file."""
    held = facts.need(Manifest).by_path
    if held.keys().isdisjoint(_NAMES) and not facts.trust.names_signer:
        return _NONE
    if facts.repository.ref.origin is Origin.FILE:
        raise Unreadable("one file alone carries no signature over its model; give the folder")
    found = tuple(_read(facts, path) for path in SIGNATURE_NAMES if path in held)
    return Signing(found, facts.trust.signer, bool(facts.repository.skipped), tuple(facts.repository.unlisted))


def _read(facts: Facts, path: str) -> ModelSignature:
    if facts.depth < Depth.CARD:
        return ModelSignature(path, unread=f"needs {Depth.CARD.label} depth")
    from weighbridge.facts.signing_bundle import read_statement

    try:
        data = facts.repository.read(path)
        statement = read_statement(data, path)
    except FormatError as error:
        return ModelSignature(path, broken=error.message)
    except SourceError as error:
        return ModelSignature(path, unread=error.message)
    if not facts.trust.names_signer:
        return ModelSignature(path, statement)
    from weighbridge.facts.signing_proof import prove

    return ModelSignature(path, statement, proof=prove(data, statement, facts.trust))
