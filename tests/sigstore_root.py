"""A Sigstore of the tests' own: an authority that certifies identities, a log of certificates, a log of signatures.

It makes bundles as the public one does (Rekor 1, `dsse` 0.0.1), and the trusted root by which they are verified.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import json
import struct
from pathlib import Path
from typing import Any

import rfc8785
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier
from model_signing import hashing
from model_signing._signing.signing import Payload

NOW = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC)
ISSUER = ObjectIdentifier("1.3.6.1.4.1.57264.1.1")
SCTS = ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2")
SHA256 = ec.ECDSA(hashes.SHA256())


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def public(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def identifier(key: ec.EllipticCurvePrivateKey) -> bytes:
    return hashlib.sha256(public(key)).digest()


class OwnSigstore:
    """Certifies whoever asks; there is no proof of identity in a test."""

    def __init__(self) -> None:
        self.authority, self.certificates, self.signatures = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
        self._name = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "tests")])
        usage = _usage(is_authority=True)
        builder = _builder(self._name, self._name, self.authority.public_key(), datetime.timedelta(days=100))
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        builder = builder.add_extension(usage, critical=True)
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(self.authority.public_key()), False)
        self._root = builder.sign(self.authority, hashes.SHA256())

    def trusted_root(self) -> str:
        """Return the root by which what is signed here is verified."""
        start = {"start": "2025-01-01T00:00:00Z"}

        def log(key: ec.EllipticCurvePrivateKey) -> dict[str, Any]:
            details = {"rawBytes": b64(public(key)), "keyDetails": "PKIX_ECDSA_P256_SHA_256", "validFor": start}
            named = {"baseUrl": "https://log.example.org", "hashAlgorithm": "SHA2_256"}
            return {**named, "publicKey": details, "logId": {"keyId": b64(identifier(key))}}

        chain = {"certificates": [{"rawBytes": b64(self._root.public_bytes(Encoding.DER))}]}
        subject = {"organization": "tests", "commonName": "tests"}
        authority = {"subject": subject, "uri": "https://ca.example.org", "certChain": chain, "validFor": start}
        kind = "application/vnd.dev.sigstore.trustedroot+json;version=0.1"
        return json.dumps(
            {"mediaType": kind, "tlogs": [log(self.signatures)], "ctlogs": [log(self.certificates)],
             "certificateAuthorities": [authority], "timestampAuthorities": []}
        )  # fmt: skip

    def sign(self, model: Path, identity: str, provider: str) -> None:
        """Sign a folder as an identity, into `model.sig`."""
        from google.protobuf import json_format

        manifest = hashing.Config().set_ignored_paths(paths=["model.sig"]).hash(model)
        payload = json_format.MessageToJson(Payload(manifest).statement.pb).encode()
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._certify(key, identity, provider)
        kind = "application/vnd.in-toto+json"
        signature = key.sign(b"DSSEv1 %d %s %d %s" % (len(kind), kind.encode(), len(payload), payload), SHA256)
        material = {
            "certificate": {"rawBytes": b64(certificate.public_bytes(Encoding.DER))},
            "tlogEntries": [self._entry(payload, signature, certificate)],
        }
        envelope = {"payload": b64(payload), "payloadType": kind, "signatures": [{"sig": b64(signature)}]}
        bundle = {"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json", "verificationMaterial": material}
        (model / "model.sig").write_text(json.dumps({**bundle, "dsseEnvelope": envelope}))

    def _certify(self, key: ec.EllipticCurvePrivateKey, identity: str, provider: str) -> x509.Certificate:
        builder = _builder(x509.Name([]), self._name, key.public_key(), datetime.timedelta(minutes=10))
        builder = builder.add_extension(_usage(is_authority=False), critical=True)
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), critical=False)
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.RFC822Name(identity)]), critical=True)
        builder = builder.add_extension(x509.UnrecognizedExtension(ISSUER, provider.encode()), critical=False)
        by = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.authority.public_key())
        builder = builder.add_extension(by, critical=False)
        body = builder.sign(self.authority, hashes.SHA256()).tbs_certificate_bytes
        noted = x509.UnrecognizedExtension(SCTS, self._noted(body))
        return builder.add_extension(noted, critical=False).sign(self.authority, hashes.SHA256())

    def _noted(self, body: bytes) -> bytes:
        """Return the log's promise that it has the certificate, as the extension holds it."""
        moment = int(NOW.timestamp() * 1000)
        entry = identifier(self.authority) + len(body).to_bytes(3, "big") + body
        signed = self.certificates.sign(struct.pack("!BBQH", 0, 0, moment, 1) + entry + b"\0\0", SHA256)
        sct = (
            b"\0"
            + identifier(self.certificates)
            + struct.pack("!QH", moment, 0)
            + b"\x04\x03"
            + struct.pack("!H", len(signed))
            + signed
        )
        listed = struct.pack("!H", len(sct)) + sct
        listed = struct.pack("!H", len(listed)) + listed
        return bytes([4, len(listed)]) + listed if len(listed) < 128 else bytes([4, 0x81, len(listed)]) + listed

    def _entry(self, payload: bytes, signature: bytes, certificate: x509.Certificate) -> dict[str, Any]:
        """Return what the log of signatures gives for its first and only entry."""
        verifier = b64(certificate.public_bytes(Encoding.PEM))
        digest = {"algorithm": "sha256", "value": hashlib.sha256(payload).hexdigest()}
        spec = {
            "envelopeHash": digest,
            "payloadHash": digest,
            "signatures": [{"signature": b64(signature), "verifier": verifier}],
        }
        body = rfc8785.dumps({"apiVersion": "0.0.1", "kind": "dsse", "spec": spec})
        leaf = hashlib.sha256(b"\0" + body).digest()
        moment, log = int(NOW.timestamp()), identifier(self.signatures)
        promised = rfc8785.dumps({"body": b64(body), "integratedTime": moment, "logID": log.hex(), "logIndex": 0})
        note = f"log.example.org\n1\n{b64(leaf)}\n"
        signed = b64(log[:4] + self.signatures.sign(note.encode(), SHA256))
        return {
            "logIndex": "0",
            "logId": {"keyId": b64(log)},
            "kindVersion": {"kind": "dsse", "version": "0.0.1"},
            "integratedTime": str(moment),
            "inclusionPromise": {"signedEntryTimestamp": b64(self.signatures.sign(promised, SHA256))},
            "inclusionProof": {
                "logIndex": "0", "rootHash": b64(leaf), "treeSize": "1", "hashes": [],
                "checkpoint": {"envelope": f"{note}\n\N{EM DASH} log.example.org {signed}\n"},
            },
            "canonicalizedBody": b64(body),
        }  # fmt: skip


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, lasts: datetime.timedelta
) -> x509.CertificateBuilder:
    start = NOW - datetime.timedelta(minutes=5) if lasts < datetime.timedelta(days=1) else NOW - lasts
    named = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key)
    return named.serial_number(x509.random_serial_number()).not_valid_before(start).not_valid_after(NOW + lasts)


def _usage(*, is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority, key_cert_sign=is_authority, crl_sign=is_authority, content_commitment=False,
        key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
