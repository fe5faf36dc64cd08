"""SE016: skops files rebuild types of known libraries."""

from __future__ import annotations

from collections.abc import Sequence

from weighbridge.checks.contract import check
from weighbridge.checks.security.judging import DANGEROUS, MALICIOUS, NOTE, judge
from weighbridge.checks.security.targets import LIBRARIES, danger_of
from weighbridge.facts.scan import Observation, Scan
from weighbridge.model import Attribute, Factor, Outcome, Severity

# Nodes that hold plain values, whatever class they name.
_VALUES = frozenset({"JsonNode", "DictNode", "ListNode", "TupleNode", "SetNode", "SliceNode", "BytesNode", "BytearrayNode",
                     "NdArrayNode", "MaskedArrayNode", "RandomStateNode", "RandomGeneratorNode", "SparseMatrixNode",
                     "DefaultDictNode", "OrderedDictNode", "DatetimeNode", "CachedNode"})  # fmt: skip
# Nodes that call what they name.
_CALLS = frozenset({"OperatorFuncNode", "MethodNode", "ReduceNode"})


@check(code="SE016", attribute=Attribute.SECURITY, factor=Factor.CODE_EXECUTION, severity=Severity.CRITICAL, version=2)
def skops_rebuilds_known_types(scan: Scan) -> Sequence[Outcome]:
    """Skops files rebuild types of known libraries.

    What it asks: which types and functions the schema of a skops archive names, and through which kinds of nodes.
    Why it matters: loading rebuilds them; several node kinds were ways around the list of trusted types.
    Evidence: the loader, module and class of every node of `schema.json`.
    Remedy: save estimators of known libraries only, with the newest skops.
    Limits: skops asks before it loads types that it does not trust; what the user answers is not known.
    Source: CVE-2025-54412, CVE-2025-54413, CVE-2025-54886 (skops); this project's threat catalogue, 50.
    """
    return judge(
        scan,
        scanners=("documents",),
        kinds=("skops.",),
        level=_level,
        remedy="Save estimators of known libraries only, with the newest skops.",
        clean="Only types of known libraries.",
    )


def _level(observation: Observation) -> Severity | None:
    loader, path = observation.kind.removeprefix("skops."), observation.subject
    danger = danger_of(path)
    root = path.partition(".")[0]
    if loader in _CALLS and root not in LIBRARIES:
        return MALICIOUS
    if danger is not None and danger >= DANGEROUS:
        return danger
    if loader in _VALUES or root in LIBRARIES or path.startswith("builtins."):
        return None
    return NOTE
