"""A registry's names as a whole: conventions, contradictions, and names to be wary of."""

from __future__ import annotations

import msgspec

from weighbridge.registry.naming import Convention, measure_names
from weighbridge.registry.query import Dataset
from weighbridge.registry.squatting import FreeName, LookAlike, Named, free_names, look_alikes

# The checks that hold a name against configuration, tensors and files.
CONTRADICTING = ("PV001", "PV008", "PV010", "PT021", "PT022", "PT044")
_POPULAR_DOWNLOADS = 1000


class Contradiction(msgspec.Struct, frozen=True):
    """A model whose name says one thing and its configuration or files another: the check that found it, and what."""

    id: str
    code: str
    message: str


class Names(msgspec.Struct, frozen=True):
    """What a snapshot's names tell. `is_measured` is false where no check was run yet, and so nothing could contradict."""

    snapshot: str
    convention: Convention
    contradictions: tuple[Contradiction, ...]
    is_measured: bool
    popular: int
    look_alikes: tuple[LookAlike, ...]
    free: tuple[FreeName, ...]


def names_of(dataset: Dataset, popular: int = 1000, free: int = 20) -> Names:
    """Return what a snapshot's names tell; `popular` models, the most downloaded ones, are those that others may imitate."""
    table = dataset.query(
        "SELECT id, coalesce(downloads, 0) AS downloads FROM models ORDER BY downloads DESC, id"
    ).arrow()
    models = [Named(*row) for row in zip(table["id"].to_pylist(), table["downloads"].to_pylist(), strict=True)]
    best = [model for model in models[:popular] if model.downloads >= _POPULAR_DOWNLOADS]
    alike = sorted(look_alikes(models, best), key=lambda found: (-found.popular_downloads, found.id))
    return Names(
        str(dataset.snapshot),
        measure_names(model.id for model in models),
        _contradictions(dataset),
        bool(dataset.query("SELECT 1 AS one FROM measurements LIMIT 1").rows()),
        len(best),
        tuple(alike),
        tuple(free_names(models, best, free)),
    )


def _contradictions(dataset: Dataset) -> tuple[Contradiction, ...]:
    asked = """
        SELECT id, code, coalesce(message, '') AS message
        FROM measurements JOIN (SELECT DISTINCT id, downloads FROM models) USING (id)
        WHERE state = 'contradicted' AND code IN (SELECT unnest($codes))
        ORDER BY downloads DESC NULLS LAST, id, code"""
    rows = dataset.query(asked, {"codes": list(CONTRADICTING)}).rows()
    return tuple(Contradiction(row["id"], row["code"], row["message"]) for row in rows)
