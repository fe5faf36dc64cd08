"""Real claims of a real published model, measured on the data published with it."""

from __future__ import annotations

import subprocess

import pytest

from benchmarks import real_claims
from weighbridge.model import State


# One test and not one a claim: what is fetched is unpacked into one place, and two processes would do so at once.
@pytest.mark.models
def test_one_claim_holds_and_one_does_not() -> None:
    try:
        real_claims.fetched()
    except subprocess.CalledProcessError:
        pytest.skip(f"{real_claims.PACKAGE} cannot be fetched here")
    for number, state in ((3, State.CONTRADICTED), (4, State.VERIFIED)):
        assert real_claims.weigh(real_claims.CLAIMS[number]).state is state
