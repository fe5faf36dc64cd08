from __future__ import annotations

from weighbridge.checks.security.signer_trusted import signer_trusted
from weighbridge.facts.signing import ModelSignature, Proof, Scheme, Signing, Standing, Statement
from weighbridge.model import State

STATED = Statement(Scheme.KEY, ())


def state(*proofs: Proof, wanted: str = "the key ann.pub") -> State:
    signatures = tuple(ModelSignature(f"{number}.sig", STATED, proof=proof) for number, proof in enumerate(proofs))
    outcome = signer_trusted.function(Signing(signatures, wanted))
    return State(outcome.state)


HOLDS, FAILS = Proof(Standing.HOLDS, "ann"), Proof(Standing.FAILS, reason="another key")
UNKNOWN = Proof(Standing.UNKNOWN, reason="not installed")


def test_nothing_signed_and_nobody_named_is_no_question() -> None:
    assert state(wanted="") is State.NOT_APPLICABLE


def test_a_signature_of_nobody_in_particular_is_claimed() -> None:
    assert state(Proof(), wanted="") is State.CLAIMED


def test_one_trusted_signature_is_enough() -> None:
    assert state(FAILS, HOLDS, UNKNOWN) is State.VERIFIED


def test_an_expected_signature_that_is_not_there_contradicts() -> None:
    assert state() is State.CONTRADICTED


def test_a_failing_signature_contradicts_and_an_unreadable_one_leaves_open() -> None:
    assert state(FAILS, UNKNOWN) is State.CONTRADICTED
    assert state(UNKNOWN) is State.UNKNOWN
    broken = Signing((ModelSignature("model.sig", broken="no signature"),), "ann")
    assert signer_trusted.function(broken).state is State.CONTRADICTED
