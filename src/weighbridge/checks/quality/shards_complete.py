"""QU032: all shards of the model are there."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.checks.sections import in_doubt
from weighbridge.facts.manifest import Manifest
from weighbridge.facts.weights import Weights
from weighbridge.model import (
    Attribute,
    Claim,
    Depth,
    Evidence,
    Factor,
    Location,
    Outcome,
    Severity,
    contradicted,
    not_applicable,
    unknown,
    verified,
)

_NONE = not_applicable("The weights are not split over shards with an index.")
_UNREAD = in_doubt(unknown("The shard index was not read.", depth=Depth.HEADERS))
_REMEDY = "Push all shards together with the index that was written with them."


@check(code="QU032", attribute=Attribute.QUALITY, factor=Factor.STRUCTURE, severity=Severity.HIGH)
def shards_complete(manifest: Manifest, weights: Weights | None) -> Outcome:
    """All shards of the model are there.

    What it asks: whether the files that the shard index names are there and hold the tensors that it says.
    Why it matters: without one shard the model does not load, or loads with part of the weights random.
    Evidence: the shard index; the list of files; the tensor inventories of the shards.
    Remedy: push all shards together with the index that was written with them.
    Limits: tensors of shards that could not be read are not compared.
    Source: transformers, sharded checkpoints; this project.
    """
    if not manifest.shard_indices:
        return _NONE
    if weights is None:
        return _UNREAD
    for index in weights.shards:
        claim = Claim(f"{len(index.files)} shards, {index.tensors} tensors", Location(index.path))
        if index.outside:
            return _incomplete(f"{index.path} names a file outside the repository: {index.outside[0][:100]}", claim)
        if index.missing_files:
            names = ", ".join(index.missing_files[:3])
            return _incomplete(f"{len(index.missing_files)} of {len(index.files)} shards are not there: {names}", claim)
        if index.missing_tensors:
            return _incomplete(f"No shard holds {index.missing_tensors[0]}, which {index.path} names", claim)
    if not weights.shards:
        return in_doubt(unknown("The shard index could not be read."))
    total = sum(len(index.files) for index in weights.shards)
    return verified(f"All {total} shards are there, with the tensors that the index names.")


def _incomplete(message: str, claim: Claim) -> Outcome:
    return contradicted(f"{message}.", Evidence(message), claim=claim, remedy=_REMEDY)
