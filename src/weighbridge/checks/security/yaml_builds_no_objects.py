"""SE014: YAML files build nothing but plain values."""

from __future__ import annotations

from collections.abc import Sequence

from weighbridge.checks.contract import check
from weighbridge.checks.security.judging import DANGEROUS, NOTE, REVIEW, judge
from weighbridge.checks.security.targets import danger_of
from weighbridge.facts.scan import Observation, Scan
from weighbridge.model import Attribute, Factor, Outcome, Severity

_PLAIN = frozenset(
    ["tuple", "str", "unicode", "int", "long", "float", "bool", "bytes", "complex", "list", "dict", "none"]
)


@check(code="SE014", attribute=Attribute.SECURITY, factor=Factor.CODE_EXECUTION, severity=Severity.CRITICAL, version=2)
def yaml_builds_no_objects(scan: Scan) -> Sequence[Outcome]:
    """YAML files build nothing but plain values.

    What it asks: whether a YAML file uses tags that make PyYAML import modules, build objects or call functions, or parsers of Java and Ruby build objects.
    Why it matters: `yaml.load` with an unsafe loader calls what the tag names, with the arguments that the file gives.
    Evidence: the tags of all nodes, up to where the document breaks off.
    Remedy: write plain values, and build objects from them in code.
    Limits: safe loaders refuse these tags; plain types such as tuples are not told.
    Source: PyYAML documentation, tags and unsafe loading; CVE-2025-23304 (NeMo); this project's threat catalogue, 48.
    """
    return judge(
        scan,
        scanners=("documents",),
        kinds=("yaml.",),
        level=_level,
        remedy="Write plain values, and build objects from them in code.",
        clean="No tag builds anything but plain values.",
    )


def _level(observation: Observation) -> Severity | None:
    kind = observation.kind.removeprefix("yaml.")
    if kind in _PLAIN:
        return None
    if kind == "foreign":
        return REVIEW
    danger = danger_of(observation.subject)
    if danger is None or kind.startswith("object"):
        return danger
    return DANGEROUS if danger >= DANGEROUS else NOTE
