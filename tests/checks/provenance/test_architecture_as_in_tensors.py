from __future__ import annotations

from tests.checks.support import (
    config,
    tensor,
    weights_of,
)
from weighbridge.checks.provenance.architecture_as_in_tensors import architecture_as_in_tensors
from weighbridge.model import (
    State,
)

ROBERTA = weights_of(tensor("roberta.encoder.weight", 2), tensor("roberta.pooler.weight", 2), tensor("classifier", 2))


def test_the_prefix_decides() -> None:
    assert architecture_as_in_tensors.function(config(model_type="xlm-roberta"), ROBERTA).state is State.VERIFIED
    outcome = architecture_as_in_tensors.function(config(model_type="bert"), ROBERTA)
    assert outcome.state is State.CONTRADICTED
    assert "`roberta.`" in outcome.message
    assert "67%" in outcome.evidence[0].text


def test_custom_code_and_new_types_may_write_anything() -> None:
    assert (
        architecture_as_in_tensors.function(config(model_type="bert", auto_map={"AutoModel": "m.M"}), ROBERTA).state
        is State.UNKNOWN
    )
    assert architecture_as_in_tensors.function(config(model_type="acme"), ROBERTA).state is State.UNKNOWN


def test_nothing_to_compare() -> None:
    assert architecture_as_in_tensors.function(config(), ROBERTA).state is State.NOT_APPLICABLE
    assert (
        architecture_as_in_tensors.function(config(model_type="bert"), weights_of(tensor("encoder.w", 2))).state
        is State.NOT_APPLICABLE
    )
    assert architecture_as_in_tensors.function(config(model_type="bert"), weights_of()).state is State.NOT_APPLICABLE
