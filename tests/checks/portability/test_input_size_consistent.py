from __future__ import annotations

import pytest

from weighbridge.checks.portability.input_size_consistent import input_size_consistent
from weighbridge.facts.config import Config, Document
from weighbridge.model import State


def both(model: object, processor: dict[str, object]) -> Config:
    main = Document("config.json", {"image_size": model})
    return Config(
        {"config.json": main, "preprocessor_config.json": Document("preprocessor_config.json", processor)}, main
    )


def test_without_both_there_is_nothing_to_compare() -> None:
    assert input_size_consistent.function(both(None, {"size": 224})).state is State.NOT_APPLICABLE
    assert input_size_consistent.function(both(224, {})).state is State.NOT_APPLICABLE


@pytest.mark.parametrize("size", [224, {"height": 224, "width": 224}, {"shortest_edge": 224}])
def test_agreement_verifies_in_every_notation(size: object) -> None:
    assert input_size_consistent.function(both(224, {"size": size})).state is State.VERIFIED


def test_the_crop_decides_over_the_resize() -> None:
    assert input_size_consistent.function(both([224, 224], {"size": 256, "crop_size": 224})).state is State.VERIFIED
    outcome = input_size_consistent.function(both(384, {"size": 256, "crop_size": 224}))
    assert outcome.state is State.CONTRADICTED
    assert "384" in outcome.message
