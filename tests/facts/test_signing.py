"""Signatures over models, made by the real library over real folders, with keys made here."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from model_signing import hashing, signing, verifying

from tests.hub.server import LoopbackHub
from tests.signed import Signer, certificate, small_model
from tests.sigstore_root import OwnSigstore
from weighbridge.api import audit
from weighbridge.errors import FormatError, UsageError
from weighbridge.facts.signing import Scheme
from weighbridge.facts.signing_bundle import read_statement
from weighbridge.model import State, Trust, Verdict
from weighbridge.scoring.policy import Policy
from weighbridge.sources.options import SourceOptions
from weighbridge.sources.trust import read_trust


def verdicts(model: Path, trust: Trust | None = None, depth: str | None = "full") -> dict[str, Verdict]:
    policy = Policy(select=("SE044", "SE045"), trust=trust or Trust())
    return {verdict.code: verdict for verdict in audit(str(model), depth=depth, policy=policy).verdicts}


def states(model: Path, trust: Trust | None = None) -> tuple[State, State]:
    found = verdicts(model, trust)
    return found["SE044"].state, found["SE045"].state


@pytest.fixture
def ann(tmp_path: Path) -> Signer:
    return Signer(tmp_path)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return small_model(tmp_path)


VERIFIED = (State.VERIFIED, State.VERIFIED)


@pytest.mark.parametrize("curve", [ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1()], ids=lambda curve: str(curve.name))
def test_a_signed_folder_is_verified(model: Path, tmp_path: Path, curve: ec.EllipticCurve) -> None:
    signer = Signer(tmp_path, curve=curve)
    signer.sign(model)
    found = verdicts(model, read_trust([signer.public]))
    assert (found["SE044"].state, found["SE045"].state) == VERIFIED
    assert "ann.pub" in found["SE045"].message


def test_naming_a_key_reads_every_byte_unless_a_depth_is_asked_for(model: Path, ann: Signer) -> None:
    ann.sign(model)
    trust = read_trust([ann.public])
    assert verdicts(model, trust, None)["SE044"].state is State.VERIFIED
    shallow = verdicts(model, trust, "headers")["SE044"]
    assert shallow.state is State.UNKNOWN
    assert shallow.depth is not None
    assert verdicts(model, None, None)["SE044"].state is State.CLAIMED


def test_without_a_key_a_signature_is_only_claimed(model: Path, ann: Signer) -> None:
    ann.sign(model)
    assert states(model) == (State.CLAIMED, State.CLAIMED)


def test_no_signature_is_missing_and_a_contradiction_for_who_expects_one(model: Path, ann: Signer) -> None:
    assert states(model) == (State.MISSING, State.NOT_APPLICABLE)
    assert states(model, read_trust([ann.public])) == (State.MISSING, State.CONTRADICTED)


def test_somebody_elses_key_is_refused(model: Path, ann: Signer, tmp_path: Path) -> None:
    ann.sign(model)
    bob = Signer(tmp_path, "bob")
    assert states(model, read_trust([bob.public])) == (State.CLAIMED, State.CONTRADICTED)
    assert states(model, read_trust([bob.public, ann.public])) == VERIFIED


def change(model: Path) -> None:
    (model / "config.json").write_text("{}")


def add(model: Path) -> None:
    (model / "modeling.py").write_text("import os\n")


def remove(model: Path) -> None:
    (model / "vocab.txt").unlink()


def hide(model: Path) -> None:
    (model / ".gitignore").write_text("*\n")
    (model / "sub").mkdir()
    (model / "sub" / ".gitignore").write_text("*\n")


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (change, "config.json was changed"),
        (add, "modeling.py was added"),
        (remove, "vocab.txt is missing"),
        (hide, "sub/.gitignore was added"),
    ],
)
def test_what_differs_from_what_was_signed_is_told(
    model: Path, ann: Signer, damage: Callable[[Path], None], told: str
) -> None:
    ann.sign(model)
    damage(model)
    for trust in (None, read_trust([ann.public])):
        found = verdicts(model, trust)["SE044"]
        assert found.state is State.CONTRADICTED
        assert told in found.message


def test_the_signed_bytes_cannot_be_exchanged(model: Path, ann: Signer) -> None:
    place = ann.sign(model)
    bundle = json.loads(place.read_text())
    (model / "config.json").write_text("{}")
    Signer(model.parent, "eve").sign(model, "forged")
    bundle["dsseEnvelope"]["payload"] = json.loads((model / "forged").read_text())["dsseEnvelope"]["payload"]
    (model / "forged").unlink()
    place.write_text(json.dumps(bundle))
    assert verdicts(model, read_trust([ann.public]))["SE045"].state is State.CONTRADICTED


def test_the_better_of_two_signatures_counts(model: Path, ann: Signer) -> None:
    Signer(model.parent, "old").sign(model, "model.sigstore")
    (model / "README.md").write_text("new\n")
    ann.sign(model, ignored=("model.sigstore",))
    assert states(model, read_trust([ann.public])) == VERIFIED
    assert len(audit(str(model), depth="full", policy=Policy(select=("SE044",))).verdicts) == 2


def test_left_out_paths_are_not_added_files_but_told_where_loading_uses_them(model: Path, ann: Signer) -> None:
    (model / "notes").mkdir()
    (model / "notes" / "a.txt").write_text("a")
    ann.sign(model, ignored=("notes",))
    trust = read_trust([ann.public])
    assert states(model, trust) == VERIFIED
    ann.sign(model, ignored=("notes", "model.safetensors"))
    found = verdicts(model, trust)["SE044"]
    assert found.state is State.CONTRADICTED
    assert "leaves out" in found.message


def test_shards_and_other_digests_are_not_compared(model: Path, ann: Signer) -> None:
    trust = read_trust([ann.public])
    ann.sign(model, shard_size=1000)
    assert states(model, trust) == (State.UNKNOWN, State.VERIFIED)
    config = hashing.Config().use_file_serialization(hashing_algorithm="blake2")
    config.set_ignored_paths(paths=["model.sig"])
    made = signing.Config().use_elliptic_key_signer(private_key=ann.private).set_hashing_config(config)
    made.sign(model, model / "model.sig")
    assert states(model, trust) == (State.UNKNOWN, State.VERIFIED)


def test_a_pointer_in_a_files_place_leaves_the_question_open(model: Path, ann: Signer) -> None:
    ann.sign(model)
    (model / "model.safetensors").write_text(
        f"version https://git-lfs.github.com/spec/v1\noid sha256:{'a' * 64}\nsize 10\n"
    )
    assert verdicts(model, read_trust([ann.public]))["SE044"].state is State.UNKNOWN


def test_a_certificate_is_verified_under_its_authority(model: Path, tmp_path: Path) -> None:
    authority, holder, other = Signer(tmp_path, "root"), Signer(tmp_path, "ann"), Signer(tmp_path, "other")
    roots = {}
    for name, signer in (("root", authority), ("other", other)):
        roots[name] = tmp_path / f"{name}.pem"
        roots[name].write_bytes(certificate(name, signer.secret, name, signer.secret))
    leaf = tmp_path / "leaf.pem"
    leaf.write_bytes(certificate("ann", holder.secret, "root", authority.secret))
    config = hashing.Config().set_ignored_paths(paths=["model.sig"])
    made = signing.Config().use_certificate_signer(
        private_key=holder.private, signing_certificate=leaf, certificate_chain=[roots["root"]]
    )
    made.set_hashing_config(config).sign(model, model / "model.sig")
    assert states(model, read_trust([roots["root"]])) == VERIFIED
    assert states(model, read_trust([roots["other"]])) == (State.CLAIMED, State.CONTRADICTED)
    assert states(model, read_trust([holder.public]))[1] is State.CONTRADICTED
    assert states(model, read_trust([], "ann@example.org", "https://id.example.org"))[1] is State.CONTRADICTED


def bundle_of(payload: Any, **parts: Any) -> bytes:
    raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    envelope = {"payload": base64.b64encode(raw).decode(), "payloadType": "application/vnd.in-toto+json"}
    whole = {
        "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
        "verificationMaterial": {"publicKey": {"hint": ""}},
        "dsseEnvelope": envelope | {"signatures": [{"sig": "AAAA"}]},
    }
    return json.dumps(whole | parts).encode()


def statement(**parts: Any) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "_type": "https://in-toto.io/Statement/v1",
        "predicateType": "https://model_signing/Digests/v0.1",
        "subject": [{"name": "a", "digest": {"sha256": "ab" * 32}}],
    }
    return whole | parts


def test_the_first_experiments_statement_lists_files_as_subjects() -> None:
    found = read_statement(bundle_of(statement(predicate={"unused": True})), "model.sig")
    assert [(file.path, file.digest) for file in found.files] == [("a", "ab" * 32)]
    assert found.scheme is Scheme.KEY


V1 = {"predicateType": "https://model_signing/signature/v1.0"}
FILES = {"serialization": {"method": "files"}, "resources": []}


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "no signature"),
        (b"\xff\xfe", "no signature"),
        (b"[" * 100_000, "no signature"),
        (b"{}", "no signature"),
        (bundle_of(b"\xff"), "no signature"),
        (bundle_of(statement(), dsseEnvelope=None), "DSSE"),
        (bundle_of(statement(), mediaType="text/plain"), "DSSE"),
        (bundle_of(statement(_type="x" * 9999)), "not in-toto"),
        (bundle_of(statement(predicateType="https://slsa.dev/provenance/v1")), "not about a model"),
        (bundle_of(statement(subject=[{"name": "../../etc/passwd", "digest": {"sha256": "ab" * 32}}])), "no path"),
        (bundle_of(statement(subject=[{"name": "/etc/passwd", "digest": {"sha256": "ab" * 32}}])), "no path"),
        (bundle_of(statement(subject=[{"name": "a", "digest": {"sha256": "zz"}}])), "a digest that is none"),
        (bundle_of(statement(subject=[{"name": "a", "digest": {"sha512": "ab" * 32}}])), "a digest that is none"),
        (bundle_of(statement(subject=[{"name": n, "digest": {"sha256": "ab" * 32}} for n in ("a", "./a")])), "twice"),
        (bundle_of(statement(**V1, predicate=None)), "no signature"),
        (bundle_of(statement(**V1, predicate=FILES)), "contradicts itself"),
        (bundle_of(statement(**V1, predicate=FILES, subject=[])), "0 subjects"),
    ],
)
def test_what_is_no_signature_is_said_to_be_none(data: bytes, told: str) -> None:
    with pytest.raises((FormatError, RecursionError), match=told):
        read_statement(data, "model.sig")


def test_a_hostile_bundle_costs_a_verdict_and_no_more(model: Path, ann: Signer) -> None:
    trust = read_trust([ann.public])
    (model / "model.sig").write_bytes(b'{"mediaType": 1}')
    assert states(model) == (State.CONTRADICTED, State.CLAIMED)
    assert states(model, trust) == (State.CONTRADICTED, State.CONTRADICTED)
    ann.sign(model)
    bundle = json.loads((model / "model.sig").read_text())
    bundle["dsseEnvelope"]["signatures"] = []
    (model / "model.sig").write_text(json.dumps(bundle))
    assert states(model, trust)[1] is State.UNKNOWN
    bundle["verificationMaterial"] = {"certificate": {"rawBytes": "AAAA"}, "tlogEntries": []}
    (model / "model.sig").write_text(json.dumps(bundle))
    wanted = read_trust([], "ann@example.org", "https://id.example.org")
    assert states(model, wanted)[1] is State.UNKNOWN
    assert states(model, trust)[1] is State.CONTRADICTED


def test_what_cannot_verify_anything_is_refused_with_a_remedy(tmp_path: Path, ann: Signer) -> None:
    other = tmp_path / "rsa.pub"
    key = rsa.generate_private_key(65537, 2048).public_key()
    other.write_bytes(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    broken = tmp_path / "broken.pub"
    broken.write_text("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n")
    empty = tmp_path / "empty"
    empty.write_text("")
    for path, told in ((ann.private, "private"), (other, "elliptic"), (broken, "cannot be read"), (empty, "neither")):
        with pytest.raises(UsageError, match=told) as caught:
            read_trust([path])
        assert caught.value.hint
    with pytest.raises(UsageError, match="belong together"):
        read_trust([], "ann@example.org")


def test_a_model_on_the_hub_is_verified_from_its_bytes(model: Path, ann: Signer, hub: LoopbackHub) -> None:
    ann.sign(model)
    sources = SourceOptions(endpoint=hub.endpoint)
    policy = Policy(select=("SE044", "SE045"), trust=read_trust([ann.public]))
    hub.add_folder("acme/model", model)
    assert {v.state for v in audit("acme/model", policy=policy, sources=sources).verdicts} == {State.VERIFIED}
    (model / "vocab.txt").write_text("changed")
    hub.add_folder("acme/model", model)
    found = {v.code: v for v in audit("acme/model", policy=policy, sources=sources).verdicts}
    assert found["SE044"].state is State.CONTRADICTED
    assert "vocab.txt was changed" in found["SE044"].message


ANN, PROVIDER = "ann@example.org", "https://id.example.org"


@pytest.fixture
def own(tmp_path: Path) -> tuple[OwnSigstore, Path]:
    sigstore = OwnSigstore()
    root = tmp_path / "trusted_root.json"
    root.write_text(sigstore.trusted_root())
    return sigstore, root


def test_an_identity_is_verified_under_the_root_that_is_given(model: Path, own: tuple[OwnSigstore, Path]) -> None:
    sigstore, root = own
    sigstore.sign(model, ANN, PROVIDER)
    found = verdicts(model, read_trust([], ANN, PROVIDER, trusted_root=root))
    assert (found["SE044"].state, found["SE045"].state) == VERIFIED
    assert ANN in found["SE045"].message
    (model / "config.json").write_text("{}")
    assert states(model, read_trust([], ANN, PROVIDER, trusted_root=root)) == (State.CONTRADICTED, State.VERIFIED)


@pytest.mark.parametrize(
    ("identity", "provider"),
    [("eve@example.org", PROVIDER), (ANN, "https://else.example.org"), ("nn@example.org", PROVIDER)],
)
def test_another_identity_or_provider_is_refused(
    model: Path, own: tuple[OwnSigstore, Path], identity: str, provider: str
) -> None:
    sigstore, root = own
    sigstore.sign(model, ANN, PROVIDER)
    assert states(model, read_trust([], identity, provider, trusted_root=root))[1] is State.CONTRADICTED


def test_an_identity_that_another_root_vouches_for_is_refused(model: Path, own: tuple[OwnSigstore, Path]) -> None:
    OwnSigstore().sign(model, ANN, PROVIDER)
    for root in (own[1], None):
        assert states(model, read_trust([], ANN, PROVIDER, trusted_root=root))[1] is State.CONTRADICTED


def test_a_payload_exchanged_under_a_sigstore_signature_is_refused(model: Path, own: tuple[OwnSigstore, Path]) -> None:
    sigstore, root = own
    sigstore.sign(model, ANN, PROVIDER)
    kept = json.loads((model / "model.sig").read_text())
    (model / "config.json").write_text("{}")
    sigstore.sign(model, "eve@example.org", PROVIDER)
    kept["dsseEnvelope"]["payload"] = json.loads((model / "model.sig").read_text())["dsseEnvelope"]["payload"]
    (model / "model.sig").write_text(json.dumps(kept))
    assert states(model, read_trust([], ANN, PROVIDER, trusted_root=root))[1] is State.CONTRADICTED


def test_a_root_needs_an_identity_and_has_to_be_one(tmp_path: Path, own: tuple[OwnSigstore, Path]) -> None:
    with pytest.raises(UsageError, match="for an identity"):
        read_trust(trusted_root=own[1])
    (tmp_path / "other.json").write_text("{}")
    with pytest.raises(UsageError, match="no Sigstore trusted root"):
        read_trust([], ANN, PROVIDER, trusted_root=tmp_path / "other.json")


def hide_deep(model: Path) -> None:
    place = model
    for _ in range(70):
        place = place / "d"
        place.mkdir()
    (place / "modeling.py").write_text("x")


def hide_as_bytecode(model: Path) -> None:
    (model / "__pycache__").mkdir()
    (model / "__pycache__" / "modeling.cpython-311.pyc").write_text("x")


def hide_in_nested_git(model: Path) -> None:
    (model / "sub" / ".git").mkdir(parents=True)
    (model / "sub" / ".git" / "config").write_text("x")


def exchange_for_link(model: Path) -> None:
    (model.parent / "config.json").write_text((model / "config.json").read_text())
    (model / "config.json").unlink()
    (model / "config.json").symlink_to(model.parent / "config.json")


def empty_folder(model: Path) -> None:
    (model / "empty").mkdir()


def git_files(model: Path) -> None:
    (model / ".gitattributes").write_text("*.bin lfs")
    (model / ".git").mkdir()
    (model / ".git" / "config").write_text("x")


def nothing(model: Path) -> None:
    """Leave everything as it was signed."""


ALL = [
    change,
    add,
    remove,
    hide,
    hide_deep,
    hide_as_bytecode,
    hide_in_nested_git,
    exchange_for_link,
    empty_folder,
    git_files,
    nothing,
]


@pytest.mark.parametrize("damage", ALL, ids=lambda damage: damage.__name__)
def test_what_the_signing_library_refuses_is_not_verified_here(
    model: Path, ann: Signer, damage: Callable[[Path], None]
) -> None:
    place = ann.sign(model)
    damage(model)
    try:
        verifying.Config().use_elliptic_key_verifier(public_key=ann.public).verify(model, place)
        is_accepted = True
    except ValueError:
        is_accepted = False
    assert (verdicts(model, read_trust([ann.public]))["SE044"].state is State.VERIFIED) is is_accepted
