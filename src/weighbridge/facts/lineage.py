"""What the model was made from."""

from __future__ import annotations

import msgspec

from weighbridge.model import Location


class Parent(msgspec.Struct, frozen=True):
    """A base model as one place declares it; `relation` is finetune, adapter, quantized, merge or empty."""

    name: str
    relation: str = ""
    revision: str = ""
    where: Location | None = None


class DatasetUse(msgspec.Struct, frozen=True):
    """A dataset named as training (or evaluation) data; `is_id` tells whether it is written as a registry id."""

    name: str
    where: Location | None = None
    is_id: bool = False


class Lineage(msgspec.Struct, frozen=True):
    """Declared ancestors and training data, each as often as it is declared, with the place.

    `parents` come from the card's `base_model`, `adapter_config.json`, merge configurations, GGUF metadata and
    "fine-tuned version of" sentences; `papers` are arXiv ids and DOIs; `repositories` are source-code links.
    """

    parents: tuple[Parent, ...] = ()
    datasets: tuple[DatasetUse, ...] = ()
    papers: tuple[str, ...] = ()
    repositories: tuple[str, ...] = ()
    has_bibtex: bool = False
