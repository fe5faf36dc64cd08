"""SE015: configurations name harmless functions to be called."""

from __future__ import annotations

from collections.abc import Sequence

from weighbridge.checks.contract import check
from weighbridge.checks.security.judging import REVIEW, judge
from weighbridge.checks.security.targets import danger_of
from weighbridge.facts.scan import Observation, Scan
from weighbridge.model import Attribute, Factor, Outcome, Severity


@check(code="SE015", attribute=Attribute.SECURITY, factor=Factor.CODE_EXECUTION, severity=Severity.CRITICAL)
def configurations_call_harmless_functions(scan: Scan) -> Sequence[Outcome]:
    """Configurations name harmless functions to be called.

    What it asks: what `_target_`, `class_path`, `target` and `()` in JSON and YAML name: the functions and classes that Hydra, NeMo,
        Lightning, logging's configuration and others call with the arguments beside them.
    Why it matters: instantiating a configuration calls whatever it names, `os.system` as well as a layer.
    Evidence: every such key with its arguments, judged by the module that it leads to.
    Remedy: name only classes of the model's own package and of its libraries.
    Limits: a class of a package that is not known here is told as one to look at.
    Source: CVE-2025-23304 (NeMo); Hydra documentation, instantiate; this project's threat catalogue, 48.
    """
    return judge(
        scan,
        scanners=("documents",),
        kinds=("config.",),
        level=_level,
        remedy="Name only classes of the model's own package and of its libraries.",
        clean="No configuration names a function that acts.",
    )


def _level(observation: Observation) -> Severity | None:
    if observation.kind == "config.computed":
        return REVIEW
    if observation.kind == "config.jsonpickle" and observation.subject.startswith("py/"):
        return REVIEW
    return danger_of(observation.subject)
