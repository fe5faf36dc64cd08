"""What a check with several subjects is worth."""

from __future__ import annotations

from weighbridge.model import Attribute, Factor, Severity, State, Verdict
from weighbridge.scoring.score import score_all


def _verdict(code: str, state: State, severity: Severity, subject: str = "") -> Verdict:
    return Verdict(
        code, "name", Attribute.PROVENANCE, Factor.ARCHITECTURE_DETAILS, state, "message", severity, subject=subject
    )


def test_a_softer_finding_beside_a_graver_subject_takes_no_weight_away() -> None:
    good = _verdict("XX000", State.VERIFIED, Severity.INFO)
    subjects = [
        _verdict("XX001", State.CONTRADICTED, Severity.INFO, "a"),
        _verdict("XX001", State.VERIFIED, Severity.LOW, "b"),
    ]
    (softened,) = (s for s in score_all([good, *subjects]) if s.attribute is Attribute.PROVENANCE)
    grave = _verdict("XX001", State.CONTRADICTED, Severity.LOW)
    (alone,) = (s for s in score_all([good, grave]) if s.attribute is Attribute.PROVENANCE)
    assert softened.value == alone.value
