"""SE002: pickles refer only to what models are made of."""

from __future__ import annotations

from collections.abc import Sequence

from weighbridge.checks.contract import check
from weighbridge.checks.security.judging import judge
from weighbridge.checks.security.pickle_policy import SEVERITIES, holds_code, judge_reference
from weighbridge.facts.scan import Observation, Scan
from weighbridge.model import Attribute, Factor, Outcome, Severity


@check(code="SE002", attribute=Attribute.SECURITY, factor=Factor.CODE_EXECUTION, severity=Severity.HIGH, version=2)
def pickle_references(scan: Scan) -> Sequence[Outcome]:
    """Pickles refer only to what models are made of.

    What it asks: whether a pickle imports a function or class that no model is made of, without calling it itself.
    Why it matters: importing a module runs it, and whoever gets the object may call what it was handed.
    Evidence: every name that an unpickler would import and not call, with its place.
    Remedy: publish the weights as safetensors; users: find out what the name is for before loading.
    Limits: functions of known libraries that are only referred to are taken for settings.
    Source: Python documentation, pickle; this project's threat catalogue, 9 and 10.
    """
    return judge(
        scan,
        scanners=("pickles",),
        kinds=("pickle.global",),
        level=_level,
        remedy="Publish the weights as safetensors; users: find out what the name is for before loading.",
        clean="Pickles refer only to what models are made of.",
    )


def _level(observation: Observation) -> Severity | None:
    path = observation.details["path"]
    return None if holds_code(path) else SEVERITIES[judge_reference(path).level]
