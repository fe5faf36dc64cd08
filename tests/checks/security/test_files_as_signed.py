from __future__ import annotations

from typing import Any

from weighbridge.checks.security.files_as_signed import files_as_signed
from weighbridge.facts.contents import Contents, FileHash
from weighbridge.facts.signing import ModelSignature, Proof, Scheme, SignedFile, Signing, Standing, Statement
from weighbridge.model import Depth, Outcome, Severity, Skip, State

HELD = Proof(Standing.HOLDS, "ann")
HASHED = Contents((FileHash("a.bin", 1, "a" * 64), FileHash("model.sig", 1, "f" * 64)))


def signature(
    proof: Proof = HELD, method: str = "files", ignored: tuple[str, ...] = (), **files: str
) -> ModelSignature:
    listed = tuple(SignedFile(name.replace("_", "."), "sha256", digest) for name, digest in files.items())
    return ModelSignature("model.sig", Statement(Scheme.KEY, listed, method, ignored), proof=proof)


def judge(signing: Signing, contents: Contents | None = HASHED) -> Outcome:
    (outcome,) = files_as_signed.function(signing, contents)
    return outcome


def one(signed: ModelSignature, **more: Any) -> Signing:
    return Signing((signed,), **more)


def test_no_signature_is_missing_and_weighs_little() -> None:
    outcome = judge(Signing())
    assert (outcome.state, outcome.severity) == (State.MISSING, Severity.LOW)


def test_agreement_is_verified_only_where_the_signer_is() -> None:
    assert judge(one(signature(a_bin="a" * 64))).state is State.VERIFIED
    assert judge(one(signature(Proof(), a_bin="a" * 64))).state is State.CLAIMED
    assert judge(one(signature(Proof(Standing.FAILS, reason="no"), a_bin="a" * 64))).state is State.CLAIMED


def test_unmeasured_files_are_claimed_and_unknown_to_who_wants_to_know() -> None:
    outcome = judge(one(signature(Proof(), a_bin="a" * 64)), None)
    assert (outcome.state, outcome.depth) == (State.CLAIMED, Depth.FULL)
    outcome = judge(one(signature(a_bin="a" * 64), wanted="ann"), None)
    assert (outcome.state, outcome.depth, outcome.severity) == (State.UNKNOWN, Depth.FULL, Severity.CRITICAL)


def test_differences_contradict_even_an_unverified_signature() -> None:
    for files, told in (
        ({"a_bin": "b" * 64}, "a.bin was changed"),
        ({"a_bin": "a" * 64, "b_bin": "b" * 64}, "b.bin is missing"),
        ({}, "a.bin was added"),
    ):
        outcome = judge(one(signature(Proof(), **files)))
        assert outcome.state is State.CONTRADICTED
        assert told in outcome.message


def test_of_a_partial_copy_a_file_that_is_not_there_leaves_the_question_open() -> None:
    signing = one(signature(a_bin="a" * 64, b_bin="b" * 64), is_partial=True)
    assert judge(signing).state is State.UNKNOWN


def test_a_file_that_could_not_be_measured_leaves_the_question_open() -> None:
    contents = Contents(HASHED.hashes, (Skip("b.bin", "links out"),))
    assert judge(one(signature(a_bin="a" * 64, b_bin="b" * 64)), contents).state is State.UNKNOWN
    assert judge(one(signature(a_bin="a" * 64)), contents).state is State.UNKNOWN
    assert judge(one(signature(ignored=("b.bin",), a_bin="a" * 64)), contents).state is State.VERIFIED


def test_what_is_there_and_not_listed_leaves_the_question_open() -> None:
    signed = signature(ignored=("notes",), a_bin="a" * 64)
    assert judge(one(signed, unlisted=("__pycache__",))).state is State.UNKNOWN
    assert judge(one(signed, unlisted=("notes",))).state is State.VERIFIED
    more = ModelSignature("model.sig", Statement(Scheme.KEY, (SignedFile("__pycache__/a.pyc", "sha256", "a" * 64),)))
    assert judge(one(more, unlisted=("__pycache__",)), Contents()).state is State.UNKNOWN


def test_parts_of_files_are_not_compared() -> None:
    assert judge(one(signature(method="shards", a_bin="a" * 64))).state is State.UNKNOWN


def test_left_out_files_that_loading_uses_are_told() -> None:
    contents = Contents((*HASHED.hashes, FileHash("x/model.bin", 1, "c" * 64)))
    outcome = judge(one(signature(ignored=("x",), a_bin="a" * 64)), contents)
    assert (outcome.state, outcome.severity) == (State.CONTRADICTED, Severity.MEDIUM)
    assert "x/model.bin" in outcome.message


def test_a_signature_that_contradicts_itself_is_told() -> None:
    outcome = judge(one(ModelSignature("model.sig", broken="model.sig contradicts itself")))
    assert (outcome.state, outcome.severity) == (State.CONTRADICTED, Severity.HIGH)


def test_a_signature_that_was_not_read_is_unknown() -> None:
    assert judge(one(ModelSignature("model.sig", unread="needs card depth"))).state is State.UNKNOWN
