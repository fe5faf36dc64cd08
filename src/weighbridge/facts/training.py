"""How the model was trained, as far as files and card tell."""

from __future__ import annotations

from typing import Any

import msgspec

from weighbridge.facts.card import Card
from weighbridge.facts.engine import Facts
from weighbridge.facts.hyperparameters import Hyperparameter, settings_in_card
from weighbridge.facts.manifest import Manifest
from weighbridge.facts.training_files import (
    arguments_of,
    checkpoints_of,
    event_tags_of,
    logs_of,
    scripts_of,
    state_of,
)
from weighbridge.model import Depth

__all__ = ["Hyperparameter", "Training", "read_training"]

PATH_LIMIT = 200
_LOG_HOSTS = ("wandb.ai/", "comet.com/", "comet.ml/", "neptune.ai/", "tensorboard.dev/", "api.wandb.ai/")


class Training(msgspec.Struct, frozen=True):
    """Traces of training.

    `state` is the summary of `trainer_state.json` (epoch, global_step, best_metric, log entries) and of result files
    (train_runtime, train_loss), `logs` are paths of trainer states, TensorBoard event files and result files and links
    to logs kept elsewhere, `event_tags` the scalar tags in TensorBoard files, `arguments` what `training_args.bin`
    holds, read without unpickling; `checkpoints` are the folders of intermediate ones, `optimizer` the paths of
    optimizer states, `scripts` training scripts. Arguments and event tags are read from headers depth on.
    """

    hyperparameters: tuple[Hyperparameter, ...] = ()
    state: dict[str, Any] = {}
    logs: tuple[str, ...] = ()
    event_tags: tuple[str, ...] = ()
    arguments: dict[str, Any] = {}
    checkpoints: tuple[str, ...] = ()
    optimizer: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()

    def value(self, name: str) -> Hyperparameter | None:
        """Return the first setting of that name."""
        return next((h for h in self.hyperparameters if h.name == name), None)


def read_training(facts: Facts) -> Training:
    """Read settings in the card and what training left behind. Raises `Unreadable` where the card was not read."""
    card = facts.need(Card)
    settings = tuple(settings_in_card(card)) if card.text else ()
    hosts = card.places.among(_LOG_HOSTS) if card.links else ()
    links = [
        link.target
        for link in (card.links if hosts else ())
        if any(host in link.target for host in hosts) and not link.is_image
    ]
    manifest = facts.maybe(Manifest)
    if manifest is None:
        return Training(settings, logs=tuple(dict.fromkeys(links))[:PATH_LIMIT])
    repository, states = facts.repository, manifest.training_states
    is_deep = facts.depth >= Depth.HEADERS
    return Training(
        settings,
        state_of(repository, manifest) if states else {},
        (*logs_of(manifest), *dict.fromkeys(links))[:PATH_LIMIT],
        tuple(event_tags_of(repository, manifest)) if is_deep and manifest.events else (),
        arguments_of(repository, manifest) if is_deep and states else {},
        tuple(checkpoints_of(manifest))[:PATH_LIMIT],
        tuple([file.path for file in states if "optim" in file.name.lower()])[:PATH_LIMIT],
        tuple(scripts_of(manifest))[:PATH_LIMIT],
    )
