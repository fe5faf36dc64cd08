"""SE018: XML models name no files, libraries or code."""

from __future__ import annotations

from collections.abc import Sequence

from weighbridge.checks.contract import check
from weighbridge.checks.security.judging import DANGEROUS, NOTE, REVIEW, judge
from weighbridge.facts.scan import Observation, Scan
from weighbridge.model import Attribute, Factor, Outcome, Severity

_GRAVITY = {
    "xml.entity": DANGEROUS,
    "xml.library": DANGEROUS,
    "xml.code": REVIEW,
    "xml.internal-entity": REVIEW,
    "xml.doctype": NOTE,
}


@check(code="SE018", attribute=Attribute.SECURITY, factor=Factor.CODE_EXECUTION, severity=Severity.HIGH, version=2)
def xml_reads_and_runs_nothing(scan: Scan) -> Sequence[Outcome]:
    """XML models name no files, libraries or code.

    What it asks: whether a PMML, OpenVINO or other XML file declares entities, names libraries to be loaded, or holds code.
    Why it matters: an XML parser that follows entities reads local files and sends them away; a runtime loads the named library.
    Evidence: document type, entities, includes, `library` attributes and words of code in the text.
    Remedy: take out the document type; publish extensions as source.
    Limits: the text is looked at, not what a particular parser makes of it.
    Source: CWE-611; OpenVINO extensibility documentation; this project's threat catalogue, 51.
    """
    return judge(
        scan,
        scanners=("xml",),
        kinds=("xml.",),
        level=_level,
        remedy="Take out the document type; publish extensions as source.",
        clean="No entity, library or code is named.",
    )


def _level(observation: Observation) -> Severity | None:
    return _GRAVITY.get(observation.kind, REVIEW)
