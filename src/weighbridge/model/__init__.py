"""The vocabulary: frozen types without input or output, on which everything else stands."""

from weighbridge.model.attribute import Attribute, Factor
from weighbridge.model.audit import Audit, Contribution, MemoryNeed, Overview, Score, Skip
from weighbridge.model.depth import Depth
from weighbridge.model.files import ByteSource, MemorySource, RepoFile
from weighbridge.model.history import (
    Commit,
    CommittedFile,
    Move,
    OldFile,
    Past,
    Release,
    Signature,
    SignedHistory,
    Vouch,
)
from weighbridge.model.reference import ModelRef, Origin
from weighbridge.model.tensors import DTYPE_BITS, Format, Inspection, Problem, Tensor
from weighbridge.model.trust import Trust, TrustedKey
from weighbridge.model.verdict import (
    Claim,
    Confidence,
    Evidence,
    Location,
    Outcome,
    Severity,
    State,
    Verdict,
    claimed,
    contradicted,
    missing,
    not_applicable,
    unknown,
    verified,
)

__all__ = [
    "DTYPE_BITS",
    "Attribute",
    "Audit",
    "ByteSource",
    "Claim",
    "Commit",
    "CommittedFile",
    "Confidence",
    "Contribution",
    "Depth",
    "Evidence",
    "Factor",
    "Format",
    "Inspection",
    "Location",
    "MemoryNeed",
    "MemorySource",
    "ModelRef",
    "Move",
    "OldFile",
    "Origin",
    "Outcome",
    "Overview",
    "Past",
    "Problem",
    "Release",
    "RepoFile",
    "Score",
    "Severity",
    "Signature",
    "SignedHistory",
    "Skip",
    "State",
    "Tensor",
    "Trust",
    "TrustedKey",
    "Verdict",
    "Vouch",
    "claimed",
    "contradicted",
    "missing",
    "not_applicable",
    "unknown",
    "verified",
]
