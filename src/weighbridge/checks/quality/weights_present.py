"""QU030: the repository holds weights."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.card import Card
from weighbridge.facts.manifest import Manifest
from weighbridge.facts.weights import Weights
from weighbridge.model import (
    Attribute,
    Claim,
    Evidence,
    Factor,
    Format,
    Location,
    Outcome,
    Severity,
    claimed,
    contradicted,
    missing,
    verified,
)
from weighbridge.model.units import plural

_BUNDLED = ("bundled offline", "bundled model", "model is bundled", "bundles the model", "weights are included",
            "weights are bundled", "ships with the model", "model included", "bundled with the package")  # fmt: skip
_MISSING = missing("There are no weights.", remedy="Push the weight files, or say in the card where they are.")


@check(code="QU030", attribute=Attribute.QUALITY, factor=Factor.STRUCTURE, severity=Severity.MEDIUM)
def weights_present(manifest: Manifest, weights: Weights | None, card: Card | None) -> Outcome:
    """The repository holds weights.

    What it asks: whether there is at least one file that holds model weights, above all when the card says it is bundled.
    Why it matters: a repository without weights is a promise of a model.
    Evidence: the list of files; the weight files as inspected.
    Remedy: push the weight files, or say in the card where they are.
    Limits: without a look into the files they are told by their names alone.
    Source: this project.
    """
    held = [i for i in weights.inspections if i.format is not Format.UNRECOGNISED] if weights is not None else []
    if held:
        first = held[0]
        return verified(
            f"{plural(len(held), 'weight file')}, for example {first.path}.",
            Evidence(first.format.value, Location(first.path)),
        )
    if manifest.weights:
        first_file = manifest.weights[0].path
        return claimed(f"{first_file} should hold weights by its name.", Evidence(first_file, Location(first_file)))
    if manifest.archives:
        first_file = manifest.archives[0].path
        return claimed(f"Only {first_file} could hold weights.", Evidence(first_file, Location(first_file)), grade=0.5)
    line = card.mentions(*_BUNDLED) if card is not None else None
    if card is None or line is None:
        return _MISSING
    where = Location(card.path, line=line)
    return contradicted(
        "The card says that the model is bundled; no file holds weights.",
        Evidence(f"{len(manifest.files)} files, none of weights"),
        claim=Claim("bundled", where),
        remedy="Add the weights to the package, or say where they are fetched from.",
    )
