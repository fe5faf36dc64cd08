"""Training settings and what training leaves behind."""

from __future__ import annotations

import io
import json
import pickle
import sys
import types
import zipfile

import pytest
from hypothesis import given

from tests.facts.strategies import VALUES, texts
from tests.formats.seeds_graphs import small_events
from tests.support import facts_of
from weighbridge.facts.engine import Gap
from weighbridge.facts.training import Training
from weighbridge.facts.training_files import STATE_BYTES
from weighbridge.model import Depth

TRAINER = """
The following hyperparameters were used during training:
- learning_rate: 5e-05
- train_batch_size: 16
- seed: 42
- optimizer: Adam with betas=(0.9,0.999) and epsilon=1e-08
- lr_scheduler_type: linear
- num_epochs: 3.0
- mixed_precision_training: Native AMP
"""


def settings(card: str) -> dict[str, str]:
    return {h.name: h.value for h in training_of({"README.md": card}).hyperparameters}


def training_of(files: dict[str, str], depth: Depth = Depth.CARD) -> Training:
    return facts_of(files, depth=depth).need(Training)


def test_a_trainer_card() -> None:
    training = training_of({"README.md": TRAINER})
    assert settings(TRAINER) == {
        "learning_rate": "5e-05",
        "train_batch_size": "16",
        "seed": "42",
        "optimizer": "Adam with betas=(0.9,0.999) and epsilon=1e-08",
        "scheduler": "linear",
        "epochs": "3.0",
        "precision": "Native AMP",
        "batch_size": "16",
    }
    found = training.value("learning_rate")
    assert found is not None
    assert found.where is not None
    assert found.where.line == 3


@pytest.mark.parametrize(
    ("card", "found"),
    [
        ("* **Learning rate:** 2e-4", {"learning_rate": "2e-4"}),
        ("- Batch size (per GPU): 32", {"batch_size": "32"}),
        ("|Parameter|Value|\n|--|--|\n|Learning Rate|1e-4|\n|Epochs|3|", {"learning_rate": "1e-4", "epochs": "3"}),
        ("```yaml\nlearning_rate: 0.0002\nnum_epochs: 4\n```", {"learning_rate": "0.0002", "epochs": "4"}),
        ("```python\nmodel.encode(x,\n    batch_size=32,\n)\n```", {}),
        ("Learning rate: [More Information Needed]", {}),
        ("Seed: none", {}),
        ("The batch is large: 3 dogs", {}),
        (
            "We train for 100k steps using a batch size of 1024. We used the AdamW optimizer with a 2e-5 learning rate.",
            {"batch_size": "1024", "learning_rate": "2e-5", "optimizer": "AdamW", "steps": "100k"},
        ),
        ("Inference uses a batch size of 8.", {}),
        ("- **Training regime:** bf16 mixed precision", {"precision": "bf16 mixed precision"}),
    ],
)
def test_settings(card: str, found: dict[str, str]) -> None:
    assert settings(card) == found


def test_files() -> None:
    files = {
        "README.md": "[log](https://wandb.ai/a/b/runs/c)",
        "trainer_state.json": json.dumps({"epoch": 3.0, "global_step": 10, "best_metric": None, "log_history": [{"loss": 1}, {"train_runtime": 7.5}]}),
        "all_results.json": '{"train_loss": 0.5, "other": 1}',
        "checkpoint-500/model.safetensors": "",
        "checkpoint-500/optimizer.pt": "",
        "runs/events.out.tfevents.1.host": "",
        "train.py": "",
        "run_glue.py": "",
        "restrain.py": "",
    }  # fmt: skip
    training = training_of(files)
    assert training.state == {
        "epoch": 3.0,
        "global_step": 10,
        "log_entries": 2,
        "train_loss": 0.5,
        "train_runtime": 7.5,
    }
    assert training.logs == (
        "all_results.json",
        "runs/events.out.tfevents.1.host",
        "trainer_state.json",
        "https://wandb.ai/a/b/runs/c",
    )
    assert training.checkpoints == ("checkpoint-500",)
    assert training.optimizer == ("checkpoint-500/optimizer.pt",)
    assert training.scripts == ("run_glue.py", "train.py")


def test_arguments_are_read_without_unpickling(monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("transformers.training_args")
    kind = type("TrainingArguments", (), {"__module__": module.__name__})
    module.TrainingArguments = kind  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "transformers", types.ModuleType("transformers"))
    monkeypatch.setitem(sys.modules, module.__name__, module)
    arguments = kind()
    arguments.__dict__.update(learning_rate=5e-05, seed=42)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("training_args/data.pkl", pickle.dumps(arguments, protocol=2))
        archive.writestr("training_args/version", "3\n")
    monkeypatch.delitem(sys.modules, module.__name__)
    files = {"training_args.bin": held.getvalue()}
    assert facts_of(files, depth=Depth.HEADERS).need(Training).arguments == {"learning_rate": 5e-05, "seed": 42}
    assert facts_of(files, depth=Depth.CARD).need(Training).arguments == {}


def test_a_long_state_is_skimmed() -> None:
    history = ", ".join(['{"loss": 1.0, "global_step": 7}'] * (STATE_BYTES // 30))
    text = (
        '{"best_metric": 0.5, "epoch": 2.0, "log_history": [' + history + '], "max_steps": 99, "total_flos": 1.5e+17}'
    )
    state = training_of({"trainer_state.json": text}).state
    assert state == {"best_metric": 0.5, "epoch": 2.0, "max_steps": 99, "total_flos": 1.5e17}


def test_without_the_card_nothing_is_known() -> None:
    assert isinstance(facts_of({"README.md": TRAINER}, {"id": "a/b"}, depth=Depth.METADATA).get(Training), Gap)


@given(texts("learning_rate: ", "epochs = ", "| lr | 0.1 |\n", "```python\n", "optimizer: ", "seed"))
def test_any_text_is_read(text: str) -> None:
    training_of({"README.md": text})


@given(VALUES)
def test_any_document_is_read(value: object) -> None:
    for document in (value, {"log_history": value, "epoch": value}, {"log_history": [{"train_runtime": value}]}):
        text = json.dumps(document)
        training_of({"trainer_state.json": text, "all_results.json": text, "training_args.json": text}, Depth.HEADERS)


def test_tensorboard_files_tell_their_scalars() -> None:
    path = "runs/events.out.tfevents.1.host"
    training = facts_of({path: small_events()}).need(Training)
    assert training.event_tags == ("eval/loss", "train/loss")
    assert training.logs == (path,)
