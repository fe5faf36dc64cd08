"""How the model was trained, as far as files and card tell."""

from __future__ import annotations

from typing import Any

import msgspec

from weighbridge.model import Location


class Hyperparameter(msgspec.Struct, frozen=True):
    """A training setting under its usual name (`learning_rate`, `batch_size`, `epochs`, `optimizer`, `scheduler`, `seed`…)."""

    name: str
    value: str
    where: Location | None = None


class Training(msgspec.Struct, frozen=True):
    """Traces of training.

    `state` is the summary of `trainer_state.json` (epoch, global_step, best_metric, log entries), `logs` are paths of
    trainer states, TensorBoard event files and result files, `event_tags` the scalar tags in TensorBoard files,
    `arguments` what `training_args.bin` holds, read without unpickling; `checkpoints` are intermediate ones,
    `optimizer` the paths of optimizer states, `scripts` training scripts.
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
