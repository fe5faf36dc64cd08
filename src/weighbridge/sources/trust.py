"""Reading the keys and names that a person trusts, from files of that person's own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from weighbridge.errors import SourceError, UsageError
from weighbridge.model import Trust, TrustedKey
from weighbridge.sources.local import LocalFile

_LIMIT = 16 * 1024 * 1024
_PEM = re.compile(r"-----BEGIN (PUBLIC KEY|CERTIFICATE)-----")
_PAGE = "docs/verify-signatures.md shows how to make and use keys."
_ARMOURED = b"-----BEGIN PGP PUBLIC KEY BLOCK-----"
# The first byte of an exported key that is not armoured: a public-key packet, in the old and the new form of OpenPGP.
_PACKETS = frozenset({0x98, 0x99, 0x9A, 0xC6})
_SIGNER = re.compile(r"\S+[ \t]+(?:[\w\"=,:.@-]+[ \t]+)*(?:sk-)?(?:ssh|ecdsa)-[\w@.-]+[ \t]+[A-Za-z0-9+/=]+")


def read_trust(
    keys: Sequence[Path] = (),
    identity: str = "",
    identity_provider: str = "",
    allowed_signers: Path | None = None,
    keyring: Path | None = None,
    trusted_root: Path | None = None,
) -> Trust:
    """Return whom to trust. Raises `UsageError`, which names the file, for what cannot be used to verify anything."""
    if bool(identity) != bool(identity_provider):
        raise UsageError(
            "an identity and its provider belong together",
            hint="For example --identity ann@example.org --identity-provider https://accounts.google.com.",
        )
    if trusted_root and not identity:
        raise UsageError(
            "a trusted root is for an identity, and none is given", hint="Add --identity, or leave it out."
        )
    trust = Trust(
        tuple(_key(path) for path in keys),
        identity,
        identity_provider,
        _signers(allowed_signers) if allowed_signers else "",
        _keyring(keyring) if keyring else b"",
        _root(trusted_root) if trusted_root else "",
    )
    if trust.names_signer:
        _require_libraries(trust)
    return trust


def _key(path: Path) -> TrustedKey:
    text = _bytes(path).decode("utf-8", "replace")
    if "PRIVATE KEY-----" in text:
        raise UsageError(
            f"{path} holds a private key", hint=f"Give the public one: openssl pkey -in {path} -pubout -out key.pub"
        )
    if not _PEM.search(text):
        raise UsageError(f"{path} holds neither a public key nor a certificate in PEM form", hint=_PAGE)
    return TrustedKey(path.name, text)


def _require_libraries(trust: Trust) -> None:
    """Raise `UsageError` when the signing libraries are not there, or cannot use a key: the user asked for an answer."""
    try:
        import model_signing
        from cryptography import x509
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.hazmat.primitives.serialization import load_pem_public_key
    except ImportError as error:
        raise UsageError(
            f"verifying a model's signature needs {error.name}, which is not installed",
            hint="pip install 'weighbridge[signing]'",
        ) from None
    for key in trust.keys:
        try:
            if key.is_certificate:
                x509.load_pem_x509_certificates(key.pem.encode())
            elif not isinstance(load_pem_public_key(key.pem.encode()), ec.EllipticCurvePublicKey):
                raise UsageError(
                    f"{key.name} is no elliptic-curve key; model signatures are made with those", hint=_PAGE
                )
        except (ValueError, UnsupportedAlgorithm):
            raise UsageError(f"{key.name} cannot be read as a key or certificate", hint=_PAGE) from None
    del model_signing


def _signers(path: Path) -> str:
    """Return the text of an allowed-signers file; a line that is none would let nobody, or somebody else, sign."""
    text = _bytes(path).decode("utf-8", "replace")
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.startswith("#") and not _SIGNER.match(line):
            raise UsageError(
                f"{path}, line {number}: not `PRINCIPAL KEYTYPE KEY`", hint="man ssh-keygen, section ALLOWED SIGNERS."
            )
    if not any(_SIGNER.match(line) for line in text.splitlines()):
        raise UsageError(f"{path} names no signer", hint="man ssh-keygen, section ALLOWED SIGNERS.")
    return text


def _keyring(path: Path) -> bytes:
    data = _bytes(path)
    if b"-----BEGIN PGP PRIVATE KEY BLOCK-----" in data:
        raise UsageError(f"{path} holds a private key", hint="Give the public ones: gpg --export --armor NAME")
    if _ARMOURED not in data and (not data or data[0] not in _PACKETS):
        raise UsageError(f"{path} holds no exported OpenPGP keys", hint="gpg --export --armor NAME > keys.asc")
    return data


def _root(path: Path) -> str:
    text = _bytes(path).decode("utf-8", "replace")
    if '"application/vnd.dev.sigstore.trustedroot' not in text:
        raise UsageError(f"{path} is no Sigstore trusted root", hint="It is what `cosign trusted-root create` writes.")
    return text


def _bytes(path: Path) -> bytes:
    try:
        file = LocalFile(str(path), path)
        if file.size > _LIMIT:
            raise UsageError(f"{path} has {file.size:,} bytes; keys have at most {_LIMIT:,}")
        return file.read_at(0, file.size)
    except SourceError as error:
        raise UsageError(error.message) from None
