"""Whether a signature was made by somebody whom the user trusts.

The cryptography is the signing libraries' own: `model-signing` for keys and certificates, `sigstore` for identities. They see
the bundle and the trusted keys, never the model's files: these were measured already, and are compared with what was signed.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import logging
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath
from typing import Any

from weighbridge.facts.signing import Proof, Scheme, Standing, Statement
from weighbridge.facts.signing_bundle import is_statement
from weighbridge.model import Trust, TrustedKey

# What the libraries log about their trust roots is not for the screen.
logging.getLogger("sigstore").addHandler(logging.NullHandler())
logging.getLogger("model_signing").addHandler(logging.NullHandler())

_SHOWN = 200


def prove(bundle: bytes, statement: Statement, trust: Trust) -> Proof:
    """Verify a bundle against whom the user trusts; nobody is asked over the network."""
    if statement.scheme is Scheme.SIGSTORE:
        return _by_identity(bundle, statement, trust)
    wants_certificate = statement.scheme is Scheme.CERTIFICATE
    keys = [key for key in trust.keys if key.is_certificate == wants_certificate]
    if not keys:
        given = "no certificate that would vouch for it" if wants_certificate else "no key to verify it with"
        return Proof(Standing.FAILS, reason=f"it was made with {statement.scheme.value}, and {given} was given")
    proofs = [_by_key(bundle, statement, key) for key in keys]
    order = (Standing.HOLDS, Standing.UNKNOWN, Standing.FAILS)
    return min(proofs, key=lambda proof: order.index(proof.standing))


def _by_key(bundle: bytes, statement: Statement, key: TrustedKey) -> Proof:
    kind = "certificate" if key.is_certificate else "key"
    refused = Proof(Standing.FAILS, reason=f"it was not made with the {kind} {key.name}, or was changed since")

    def verify() -> Proof:
        from cryptography.exceptions import InvalidSignature
        from OpenSSL.crypto import X509StoreContextError

        if statement.hint and not key.is_certificate and statement.hint != _hint_of(key):
            return refused
        try:
            _verify_with(bundle, statement, key)
        except (InvalidSignature, X509StoreContextError):
            return refused
        return Proof(Standing.HOLDS, by=f"the holder of the {kind} {key.name}")

    return _guarded(verify)


def _hint_of(key: TrustedKey) -> str:
    """Return what a bundle says of this key, if it was made with it: the digest of the key's PEM text."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

    key_info = load_pem_public_key(key.pem.encode()).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(key_info).hexdigest()


def _verify_with(bundle: bytes, statement: Statement, key: TrustedKey) -> None:
    """Return when the library finds the signature good, and reads the same files out of it as we did."""
    from model_signing import verifying

    config = verifying.Config()
    with tempfile.TemporaryDirectory(prefix="weighbridge-") as name:
        folder = Path(name)
        (folder / "model.sig").write_bytes(bundle)
        (folder / "key.pem").write_text(key.pem, encoding="ascii")
        if key.is_certificate:
            config.use_certificate_verifier(certificate_chain=[folder / "key.pem"])
        else:
            config.use_elliptic_key_verifier(public_key=folder / "key.pem")
        config.set_hashing_config(_AsRead(statement))
        with contextlib.redirect_stdout(io.StringIO()):  # the library prints its warnings
            config.verify(folder, folder / "model.sig")


class _AsRead:
    """Stands where the library would hash the model: gives it the list that was read here, so that both must agree."""

    def __init__(self, statement: Statement) -> None:
        self._statement = statement

    def add_ignored_paths(self, *, model_path: Any, paths: Iterable[Any]) -> None:
        """Take note of paths left out: the comparison with the files does."""

    def hash(self, model_path: Any, *, files_to_hash: Any = None) -> Any:  # noqa: ARG002 - the library's interface
        """Return the files as the statement lists them."""
        from model_signing import manifest

        parameters: dict[str, Any] = {"hash_type": "", "allow_symlinks": False, "shard_size": 0}
        kind = manifest.SerializationType.from_args({"method": self._statement.method, **parameters})
        items = [
            kind.new_item(
                str(PurePosixPath(file.path)), manifest.hashing.Digest(file.algorithm, bytes.fromhex(file.digest))
            )
            for file in self._statement.files
        ]
        return manifest.Manifest("", items, kind)


def _by_identity(bundle: bytes, statement: Statement, trust: Trust) -> Proof:
    if not trust.identity:
        return Proof(Standing.FAILS, reason="it was made through Sigstore, and no identity was given")

    def verify() -> Proof:
        from sigstore.errors import VerificationError
        from sigstore.models import Bundle
        from sigstore.verify import Verifier, policy

        wanted = policy.Identity(identity=trust.identity, issuer=trust.identity_provider)
        verifier = Verifier(trusted_root=_root(trust))
        try:
            _, payload = verifier.verify_dsse(Bundle.from_json(bundle.decode()), wanted)
        except VerificationError as error:
            return Proof(
                Standing.FAILS, reason=f"it is not {trust.identity}'s, or does not hold: {str(error)[:_SHOWN]}"
            )
        if not is_statement(payload, statement):
            return Proof(Standing.FAILS, reason="it holds over another text than the one that it shows")
        return Proof(Standing.HOLDS, by=f"{trust.identity}, as {trust.identity_provider} vouches")

    return _guarded(verify)


def _root(trust: Trust) -> Any:
    """Return the root of trust: the user's, else the one that the library brings; nobody is asked for a newer one."""
    from sigstore.models import ClientTrustConfig, TrustedRoot

    if not trust.trusted_root:
        return ClientTrustConfig.production(offline=True).trusted_root
    with tempfile.TemporaryDirectory(prefix="weighbridge-") as folder:
        path = Path(folder) / "trusted_root.json"
        path.write_text(trust.trusted_root, encoding="utf-8")
        return TrustedRoot.from_file(str(path))


def _guarded(verify: Callable[[], Proof]) -> Proof:
    """Return a proof, unknown when the library gives up: it reads a stranger's bundle, and may fail in any way."""
    try:
        return verify()
    except ImportError as error:
        return Proof(Standing.UNKNOWN, reason=f"{error.name} is not installed: `pip install 'weighbridge[signing]'`")
    except Exception as error:  # noqa: BLE001 - whatever a hostile bundle does to another's parser, it has not been verified
        text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        return Proof(Standing.UNKNOWN, reason=f"the library could not verify it ({text[:_SHOWN]})")
