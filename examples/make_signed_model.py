"""Make `signed-bert-4m`: a model that is signed, and the public key (`keys/ann.pub`) of who signed it.

    pip install 'weighbridge[signing]' && python examples/make_signed_model.py

The private key is not kept: to change the model is to sign it again, under a new key.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from model_signing import hashing, signing

HERE = Path(__file__).parent
MODEL = HERE / "signed-bert-4m"
COPIED = ("LICENSE", "config.json", "tokenizer_config.json", "vocab.txt")

CARD = """---
license: apache-2.0
library_name: transformers
pipeline_tag: text-classification
---

# Signed example

The configuration and vocabulary of a small BERT, with one tensor for weights: there to be signed and verified, not to be used.
"""


def main() -> None:
    """Write the files, make a key, sign."""
    MODEL.mkdir(exist_ok=True)
    (HERE / "keys").mkdir(exist_ok=True)
    for name in COPIED:
        shutil.copy(HERE / "reviews-bert-4m" / name, MODEL / name)
    (MODEL / "README.md").write_text(CARD, encoding="utf-8")
    header = b'{"classifier.bias":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}'
    (MODEL / "model.safetensors").write_bytes(len(header).to_bytes(8, "little") + header + b"\0\0\0\0\0\0\x80?")
    key = ec.generate_private_key(ec.SECP256R1())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (HERE / "keys" / "ann.pub").write_bytes(public)
    with tempfile.TemporaryDirectory() as folder:
        private = Path(folder) / "ann.key"
        private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        config = signing.Config().use_elliptic_key_signer(private_key=private)
        config.set_hashing_config(hashing.Config().set_ignored_paths(paths=["model.sig"]))
        config.sign(MODEL, MODEL / "model.sig")


if __name__ == "__main__":
    main()
