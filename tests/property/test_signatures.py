"""Whatever stands in a signature's place, reading it ends in a statement or in an error that says what is wrong."""

from __future__ import annotations

import base64
import contextlib
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from weighbridge.errors import FormatError
from weighbridge.facts.signing import Statement
from weighbridge.facts.signing_bundle import read_statement

SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.just("ab" * 32)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3)
)
KINDS = st.sampled_from(
    [
        "https://model_signing/signature/v1.0",
        "https://model_signing/Digests/v0.1",
        "https://in-toto.io/Statement/v1",
        "files",
        "sha256",
    ]
)
ANY = VALUES | KINDS


def held(data: bytes) -> None:
    with contextlib.suppress(FormatError):
        assert isinstance(read_statement(data, "model.sig"), Statement)


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    held(data)


@given(
    st.fixed_dictionaries({}, optional={"_type": ANY, "predicateType": ANY, "subject": ANY, "predicate": ANY}),
    st.fixed_dictionaries({}, optional={"publicKey": ANY, "certificate": ANY, "x509CertificateChain": ANY}),
)
def test_any_statement_in_a_proper_envelope(statement: dict[str, Any], material: dict[str, Any]) -> None:
    payload = base64.b64encode(json.dumps({"_type": "https://in-toto.io/Statement/v1", **statement}).encode()).decode()
    envelope = {"payload": payload, "payloadType": "application/vnd.in-toto+json"}
    bundle = {"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json", "verificationMaterial": material}
    held(json.dumps({**bundle, "dsseEnvelope": envelope}).encode())


NAMES = st.text(max_size=20) | st.sampled_from(["..", "/", "a/../b", "a//b", "./a", "a\0b", "a" * 300])


@given(
    st.lists(st.fixed_dictionaries({"name": NAMES, "algorithm": SCALARS, "digest": SCALARS}), max_size=4),
    st.lists(NAMES, max_size=3),
)
def test_any_list_of_files(resources: list[dict[str, Any]], ignored: list[str]) -> None:
    predicate = {"serialization": {"method": "files", "ignore_paths": ignored}, "resources": resources}
    test_any_statement_in_a_proper_envelope.hypothesis.inner_test(  # type: ignore[attr-defined]
        {"predicateType": "https://model_signing/signature/v1.0", "subject": [{"digest": {}}], "predicate": predicate},
        {},
    )
