"""Whom the person who reuses a model trusts: keys and identities, given from outside and never taken from the model."""

from __future__ import annotations

import msgspec


class TrustedKey(msgspec.Struct, frozen=True):
    """A public key or a certificate (PEM), and the name of the file that it came from."""

    name: str
    pem: str

    @property
    def is_certificate(self) -> bool:
        """Whether it is a certificate, which vouches for others, and not a key itself."""
        return "-----BEGIN CERTIFICATE-----" in self.pem


class Trust(msgspec.Struct, frozen=True):
    """Who may have signed.

    `identity` with its provider is who signed through Sigstore, and `trusted_root` (JSON) whose word on identities counts: without
    it, the root that the installed sigstore library brings. `allowed_signers` is the text of a file as `ssh-keygen` reads it,
    `keyring` holds exported OpenPGP public keys: both for commits and tags.
    """

    keys: tuple[TrustedKey, ...] = ()
    identity: str = ""
    identity_provider: str = ""
    allowed_signers: str = ""
    keyring: bytes = b""
    trusted_root: str = ""

    @property
    def names_signer(self) -> bool:
        """Whether it says who may have signed a model."""
        return bool(self.keys or self.identity)

    @property
    def names_committer(self) -> bool:
        """Whether it says who may have signed commits and tags."""
        return bool(self.allowed_signers or self.keyring)

    @property
    def signer(self) -> str:
        """Who may have signed a model, in words."""
        kinds = {True: "the certificate", False: "the key"}
        named = [f"{kinds[key.is_certificate]} {key.name}" for key in self.keys]
        return " or ".join([*named, *([self.identity] if self.identity else [])])
