"""RP014: the data of the claimed figures are named down to split and revision."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.claims import PerformanceClaims
from weighbridge.model import Attribute, Evidence, Factor, Outcome, Severity, claimed, missing, not_applicable

_NO_CLAIMS = not_applicable("There is no performance claim whose data could be named.")


@check(
    code="RP014",
    attribute=Attribute.REPRODUCIBILITY,
    factor=Factor.TRAINING_CONFIGURATION,
    severity=Severity.MEDIUM,
)
def evaluation_data_pinned(claims: PerformanceClaims) -> Outcome:
    """The data of the claimed figures are named down to split and revision.

    What it asks: what share of the claimed figures names dataset, split, and the dataset's revision.
    Why it matters: the same metric on another split differs by points; without the split a claim cannot be checked.
    Evidence: every performance claim found in model-index, evaluation results, tables and prose.
    Remedy: give `dataset.config`, `dataset.split` and `dataset.revision` in `model-index`.
    Limits: a split told only in running text is not seen.
    Source: Hugging Face Hub documentation, model-index; EvalCards, "reproducibility gap".
    """
    if not claims.claims:
        return _NO_CLAIMS
    total = len(claims.claims)
    with_split = [claim for claim in claims.claims if claim.dataset and claim.split]
    pinned = sum(1 for claim in with_split if claim.revision)
    if not with_split:
        first = claims.claims[0]
        return missing(
            f"None of {total} claimed figures names its dataset and split.",
            Evidence(f"{first.metric} {first.text}", first.where),
            remedy="Give `dataset.config`, `dataset.split` and `dataset.revision` in `model-index`.",
        )
    grade = (len(with_split) + pinned) / (2 * total)
    return claimed(
        f"{len(with_split)} of {total} claimed figures name dataset and split, {pinned} the revision.", grade=grade
    )
