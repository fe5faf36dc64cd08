"""What a signature's bundle says, read without believing it: Sigstore bundle, DSSE envelope, in-toto statement.

Format: OpenSSF Model Signing specification 1.0, and the statement of its first experiment (`Digests/v0.1`), which listed the
files as subjects and had no root digest.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import PurePosixPath
from typing import Any

import msgspec

from weighbridge.errors import FormatError
from weighbridge.facts.signing import Scheme, SignedFile, Statement

_MEDIA_TYPE = "application/vnd.dev.sigstore.bundle"
_PAYLOAD_TYPE = "application/vnd.in-toto+json"
_STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
_SIGNATURE_1_0 = "https://model_signing/signature/v1.0"
_DIGESTS_0_1 = "https://model_signing/Digests/v0.1"
_HEX = re.compile(r"(?:[0-9a-f]{2}){16,64}")


class _Envelope(msgspec.Struct, rename="camel"):
    payload: bytes
    payload_type: str


class _Material(msgspec.Struct, rename="camel"):
    public_key: dict[str, Any] | None = None
    x509_certificate_chain: dict[str, Any] | None = None
    certificate: dict[str, Any] | None = None


class _Bundle(msgspec.Struct, rename="camel"):
    media_type: str
    verification_material: _Material
    dsse_envelope: _Envelope | None = None


class _Subject(msgspec.Struct):
    digest: dict[str, str]
    name: str = ""


class _Statement(msgspec.Struct, rename={"kind": "_type", "predicate_type": "predicateType"}):
    kind: str
    predicate_type: str
    subject: list[_Subject]
    predicate: msgspec.Raw = msgspec.Raw(b"null")


class _Resource(msgspec.Struct):
    name: str
    algorithm: str
    digest: str


class _Serialization(msgspec.Struct):
    method: str
    ignore_paths: list[str] = []


class _Predicate(msgspec.Struct):
    serialization: _Serialization
    resources: list[_Resource]


def read_statement(data: bytes, path: str) -> Statement:
    """Return what a bundle states. Raises `FormatError` for what is no signature over a model, or contradicts itself."""
    try:
        bundle = msgspec.json.decode(data, type=_Bundle)
        if bundle.dsse_envelope is None or not bundle.media_type.startswith(_MEDIA_TYPE):
            raise FormatError(f"{path} is no Sigstore bundle with a DSSE envelope", where=path)
        if bundle.dsse_envelope.payload_type != _PAYLOAD_TYPE:
            raise FormatError(
                f"{path} signs {bundle.dsse_envelope.payload_type[:100]}, not an in-toto statement", where=path
            )
        material = bundle.verification_material
        return _statement(bundle.dsse_envelope.payload, _scheme(material), _hint(material), path)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise FormatError(f"{path} is no signature over a model: {str(error)[:200]}", where=path) from None


def is_statement(payload: bytes, statement: Statement) -> bool:
    """Tell whether a payload, which somebody else took out of the bundle, says what was read here."""
    try:
        return _statement(payload, statement.scheme, statement.hint, "it") == statement
    except (FormatError, msgspec.DecodeError, UnicodeDecodeError):
        return False


def _statement(payload: bytes, scheme: Scheme, hint: str, path: str) -> Statement:
    stated = msgspec.json.decode(payload, type=_Statement)
    if stated.kind != _STATEMENT_TYPE:
        raise FormatError(f"{path} holds a statement of type {stated.kind[:100]}, not in-toto 1", where=path)
    if stated.predicate_type == _DIGESTS_0_1:
        listed = [(subject.name, "sha256", subject.digest.get("sha256", "")) for subject in stated.subject]
        return Statement(scheme, _files(listed, path), hint=hint)
    if stated.predicate_type != _SIGNATURE_1_0:
        raise FormatError(f"{path} is about {stated.predicate_type[:100]}, not about a model's files", where=path)
    predicate = msgspec.json.decode(stated.predicate, type=_Predicate)
    files = _files([(r.name, r.algorithm, r.digest) for r in predicate.resources], path)
    _check_root(stated.subject, files, path)
    ignored = tuple(sorted({name for text in predicate.serialization.ignore_paths if (name := _relative(text))}))
    return Statement(scheme, files, predicate.serialization.method, ignored, hint)


def _scheme(material: _Material) -> Scheme:
    if material.certificate is not None:
        return Scheme.SIGSTORE
    return Scheme.CERTIFICATE if material.x509_certificate_chain is not None else Scheme.KEY


def _hint(material: _Material) -> str:
    """Return what the bundle says of the key: a digest by which its holder would know it."""
    hint = material.public_key.get("hint") if material.public_key else None
    return hint if isinstance(hint, str) else ""


def _files(listed: list[tuple[str, str, str]], path: str) -> tuple[SignedFile, ...]:
    """Return the listed files in their order. Raises `FormatError` where one is listed twice, or lies outside the model."""
    found: dict[str, SignedFile] = {}
    for name, algorithm, digest in listed:
        place = _relative(name)
        if not place:
            raise FormatError(f"{path} lists {name[:200]!r}, which is no path inside a model", where=path)
        if place in found:
            raise FormatError(f"{path} lists {place[:200]} twice", where=path)
        if not _HEX.fullmatch(digest):
            raise FormatError(f"{path} gives {place[:200]} a digest that is none", where=path)
        found[place] = SignedFile(place, algorithm, digest)
    return tuple(found.values())


def _relative(name: str) -> str:
    """Return a path as the listing writes it, empty for one that leads out of the model."""
    place = PurePosixPath(name)
    return "" if place.is_absolute() or ".." in place.parts or "\0" in name or not place.parts else str(place)


def _check_root(subjects: list[_Subject], files: tuple[SignedFile, ...], path: str) -> None:
    """Raise `FormatError` unless the one subject's digest is that of the listed digests in their order."""
    if len(subjects) != 1:
        raise FormatError(f"{path} has {len(subjects):,} subjects; a model's signature has one", where=path)
    measured = hashlib.sha256(b"".join(bytes.fromhex(file.digest) for file in files)).hexdigest()
    if subjects[0].digest.get("sha256") != measured:
        raise FormatError(
            f"{path} contradicts itself: its root digest is not that of the files that it lists", where=path
        )
