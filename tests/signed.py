"""Models signed for tests, with the real signing library and keys made on the spot."""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID
from model_signing import hashing, signing

EXAMPLE = Path(__file__).parent.parent / "examples" / "reviews-bert-4m"
SMALL = ("config.json", "README.md", "vocab.txt")


class Signer:
    """A key pair, its public half in a file."""

    def __init__(self, folder: Path, name: str = "ann", curve: ec.EllipticCurve | None = None) -> None:
        self.secret = ec.generate_private_key(curve or ec.SECP256R1())
        self.private = folder / f"{name}.key"
        self.public = folder / f"{name}.pub"
        self.private.write_bytes(self.secret.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        info = PublicFormat.SubjectPublicKeyInfo
        self.public.write_bytes(self.secret.public_key().public_bytes(Encoding.PEM, info))

    def sign(self, model: Path, name: str = "model.sig", ignored: tuple[str, ...] = (), **shards: object) -> Path:
        """Sign a folder's files, without the signature itself."""
        config = hashing.Config()
        if shards:
            config.use_shard_serialization(**shards)
        config.set_ignored_paths(paths=[name, *ignored])
        made = signing.Config().use_elliptic_key_signer(private_key=self.private)
        made.set_hashing_config(config).sign(model, model / name)
        return model / name


def small_model(folder: Path, *names: str) -> Path:
    """Return a copy of the example without its weights, and a small file in their place."""
    model = folder / "model"
    model.mkdir()
    for name in names or SMALL:
        shutil.copy(EXAMPLE / name, model / name)
    (model / "model.safetensors").write_bytes(b"\x02\0\0\0\0\0\0\0{}")
    return model


def certificate(subject: str, key: ec.EllipticCurvePrivateKey, issuer: str, by: ec.EllipticCurvePrivateKey) -> bytes:
    """Return a certificate (PEM): an authority's own where both names are the same, one for signing otherwise."""
    is_authority = subject == issuer
    day = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    usage = x509.KeyUsage(
        digital_signature=not is_authority, key_cert_sign=is_authority, crl_sign=is_authority, content_commitment=False,
        key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(day)
        .not_valid_after(day + datetime.timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False)
    )
    return made.sign(by, hashes.SHA256()).public_bytes(Encoding.PEM)
