from __future__ import annotations

from typing import Any

import pytest

from tests.checks.support import (
    config,
    lineage,
    parent,
    surroundings,
)
from weighbridge.checks.provenance.base_configuration_fits import base_configuration_fits
from weighbridge.facts.surroundings import ParentFacts, Surroundings
from weighbridge.model import (
    State,
)

MADE = lineage(parent("acme/base", relation="finetune"))
OWN = config(model_type="bert", hidden_size=768, num_hidden_layers=12)


def base(**values: Any) -> Surroundings:
    return surroundings(ParentFacts("acme/base", exists=True, config=config(**values)))


def test_the_same_shape() -> None:
    assert (
        base_configuration_fits.function(
            OWN, MADE, base(model_type="bert", hidden_size=768, num_hidden_layers=12)
        ).state
        is State.VERIFIED
    )


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"model_type": "gpt2"}, "model_type is bert here and gpt2"),
        ({"model_type": "bert", "hidden_size": 1024}, "hidden_size is 768 here and 1024"),
        ({"model_type": "bert", "num_hidden_layers": 24}, "num_hidden_layers is 12 here and 24"),
    ],
)
def test_another_shape(values: dict[str, Any], told: str) -> None:
    outcome = base_configuration_fits.function(OWN, MADE, base(**values))
    assert outcome.state is State.CONTRADICTED
    assert told in outcome.message


def test_merges_may_stack_layers() -> None:
    merged = lineage(parent("acme/base", relation="merge"))
    assert (
        base_configuration_fits.function(
            OWN, merged, base(model_type="bert", hidden_size=768, num_hidden_layers=8)
        ).state
        is State.VERIFIED
    )


def test_not_looked_up_or_not_declared() -> None:
    assert base_configuration_fits.function(OWN, MADE, None).state is State.UNKNOWN
    assert base_configuration_fits.function(OWN, MADE, surroundings(ParentFacts("acme/base"))).state is State.UNKNOWN
    assert base_configuration_fits.function(OWN, lineage(parent("acme/base")), None).state is State.NOT_APPLICABLE
    assert base_configuration_fits.function(config(), MADE, None).state is State.NOT_APPLICABLE
