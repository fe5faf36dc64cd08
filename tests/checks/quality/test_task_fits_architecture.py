from __future__ import annotations

from typing import Any

import pytest

from tests.checks.support import (
    config,
    metadata,
)
from weighbridge.checks.quality.task_fits_architecture import task_fits_architecture
from weighbridge.model import (
    Confidence,
    State,
)


def judge(task: str, name: str) -> Any:
    return task_fits_architecture.function(metadata(pipeline_tag=task), config(architectures=[name]))


@pytest.mark.parametrize(
    ("task", "name"),
    [("text-classification", "BertForSequenceClassification"), ("text-generation", "LlamaForCausalLM"),
     ("feature-extraction", "BertForMaskedLM"), ("automatic-speech-recognition", "Wav2Vec2ForCTC")],
)  # fmt: skip
def test_the_head_can_do_the_task(task: str, name: str) -> None:
    assert judge(task, name).state is State.VERIFIED


@pytest.mark.parametrize(
    ("task", "name"),
    [("text-generation", "BertForSequenceClassification"), ("fill-mask", "LlamaForCausalLM"),
     ("summarization", "BertForMaskedLM")],
)  # fmt: skip
def test_the_head_cannot(task: str, name: str) -> None:
    outcome = judge(task, name)
    assert (outcome.state, outcome.confidence) == (State.CONTRADICTED, Confidence.MEDIUM)
    assert name in outcome.message


def test_nothing_to_compare() -> None:
    assert judge("text-generation", "BertModel").state is State.NOT_APPLICABLE
    assert (
        task_fits_architecture.function(metadata(), config(architectures=["LlamaForCausalLM"])).state
        is State.NOT_APPLICABLE
    )
    assert task_fits_architecture.function(metadata(pipeline_tag="fill-mask"), config()).state is State.NOT_APPLICABLE
