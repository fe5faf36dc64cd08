"""Real claims of a real published model, measured on the data published with it."""

from __future__ import annotations

import subprocess

import pytest

from benchmarks import real_claims
from weighbridge.model import State


@pytest.mark.models
@pytest.mark.parametrize(("number", "state"), [(3, State.CONTRADICTED), (4, State.VERIFIED)])
def test_one_claim_holds_and_one_does_not(number: int, state: State) -> None:
    try:
        real_claims.fetched()
    except subprocess.CalledProcessError:
        pytest.skip(f"{real_claims.PACKAGE} cannot be fetched here")
    assert real_claims.weigh(real_claims.CLAIMS[number]).state is state
