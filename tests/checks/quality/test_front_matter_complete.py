from __future__ import annotations

from tests.checks.support import (
    metadata,
    registry,
)
from weighbridge.checks.quality.front_matter_complete import front_matter_complete
from weighbridge.model import (
    State,
)


def test_fields_are_counted() -> None:
    outcome = front_matter_complete.function(metadata(license="mit", tags=["a"]), None)
    assert (outcome.state, outcome.grade) == (State.CLAIMED, 0.4)
    assert "2 of 7" in outcome.message
    assert "pipeline_tag" in outcome.remedy


def test_five_are_enough() -> None:
    keys = ("license", "pipeline_tag", "library_name", "tags", "language")
    outcome = front_matter_complete.function(metadata(**dict.fromkeys(keys, "x")), None)
    assert (outcome.grade, outcome.remedy) == (1.0, "")
    every = front_matter_complete.function(metadata(**dict.fromkeys((*keys, "datasets", "base_model"), "x")), None)
    assert every.message == "It states all usual fields."


def test_what_the_registry_infers_is_told() -> None:
    assert (
        "infers pipeline_tag"
        in front_matter_complete.function(metadata(license="mit"), registry(task="fill-mask")).message
    )


def test_silence() -> None:
    assert front_matter_complete.function(metadata(), None).state is State.MISSING
