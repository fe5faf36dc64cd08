"""PV021: the named datasets exist."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.lineage import Lineage
from weighbridge.facts.surroundings import Surroundings
from weighbridge.model import (
    Attribute,
    Claim,
    Confidence,
    Evidence,
    Factor,
    Outcome,
    Severity,
    contradicted,
    not_applicable,
    unknown,
    verified,
)

_NONE_NAMED = not_applicable("No dataset is named by a registry's id.")
_NOT_ASKED = unknown("Whether the named datasets exist was not asked: offline, or the registry did not answer.")


@check(code="PV021", attribute=Attribute.PROVENANCE, factor=Factor.DATASET_DETAILS, severity=Severity.LOW)
def datasets_exist(lineage: Lineage, surroundings: Surroundings | None) -> Outcome:
    """The named datasets exist.

    What it asks: whether the registry has datasets under the ids that the card names.
    Why it matters: data that cannot be found can be neither examined nor used to repeat the training.
    Evidence: `datasets` in the front matter; the registry's answer for each id.
    Remedy: write the dataset's id with its owner, as the registry knows it, or link where the data are.
    Limits: a private dataset looks like one that does not exist; ids without an owner may once have been valid.
    Source: this project.
    """
    named = {dataset.name: dataset for dataset in lineage.datasets if dataset.is_id}
    if not named:
        return _NONE_NAMED
    asked = surroundings.datasets if surroundings is not None else {}
    gone = [dataset for name, dataset in named.items() if asked.get(name) is False]
    if gone:
        return contradicted(
            f"{len(gone)} of {len(named)} named datasets are not on the registry: {', '.join(d.name for d in gone[:5])}.",
            *[Evidence(f"the registry has no dataset {dataset.name}") for dataset in gone[:5]],
            claim=Claim(gone[0].name, gone[0].where),
            remedy="Write the dataset's id with its owner, as the registry knows it, or link where the data are.",
            confidence=Confidence.MEDIUM,
        )
    found = [name for name in named if asked.get(name)]
    if len(found) < len(named):
        return _NOT_ASKED
    return verified(f"The registry has all {len(found)} named datasets.", *[Evidence(name) for name in found[:5]])
