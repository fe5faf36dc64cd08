from __future__ import annotations

import pytest

from weighbridge.checks.security.training_data_not_sensitive import _datasets, training_data_not_sensitive
from weighbridge.facts.lineage import DatasetUse, Lineage
from weighbridge.model import Location, Outcome, State


def judged(*names: str) -> Outcome:
    uses = tuple(DatasetUse(name, Location("README.md", line=3)) for name in names)
    outcome = training_data_not_sensitive.function(Lineage(datasets=uses))
    assert isinstance(outcome, Outcome)
    return outcome


@pytest.mark.parametrize("name", ["laion/laion2B-en", "ms-celeb-1m", "tiny_images", "a/Books3"])
def test_withdrawn_data(name: str) -> None:
    assert judged("squad", name).state is State.CONTRADICTED


@pytest.mark.parametrize("name", ["EleutherAI/pile", "mimic-iv-note", "nielsr/CelebA-faces", "enron_emails"])
def test_sensitive_data_are_told_without_alarm(name: str) -> None:
    outcome = judged(name)
    assert (outcome.state, outcome.evidence[0].where is not None) == (State.CLAIMED, True)


@pytest.mark.parametrize(
    "name", ["squad", "imagenet-1k", "user/compiled", "laionide", "pile-of-law", "mimicgen", "wikipedia", "/", ""]
)
def test_other_data(name: str) -> None:
    assert judged(name).state is State.VERIFIED


def test_nothing_named() -> None:
    assert training_data_not_sensitive.function(Lineage()).state is State.NOT_APPLICABLE


def test_every_entry_names_its_source() -> None:
    assert all(entry.source and entry.why and entry.names for entry in _datasets())
