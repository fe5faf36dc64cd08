"""RP041: the environment's versions are exact."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.environment import Environment
from weighbridge.model import Attribute, Evidence, Factor, Outcome, Severity, missing, not_applicable, verified

_NONE = not_applicable("There is no environment file whose versions could be exact.")


@check(code="RP041", attribute=Attribute.REPRODUCIBILITY, factor=Factor.ENVIRONMENT_IMAGE, severity=Severity.LOW)
def environment_pinned(environment: Environment) -> Outcome:
    """The environment's versions are exact.

    What it asks: what share of the Python requirements names one exact version.
    Why it matters: an open range installs something else tomorrow.
    Evidence: the requirements of requirements, conda, lock and package files.
    Remedy: pin every requirement (`pip freeze`, a lock file).
    Limits: whether the pinned versions still install together is not tried.
    Source: Jiang et al., ICSE 2023, Table I: environment image.
    """
    requirements = environment.requirements
    if not requirements:
        return _NONE
    loose = [r for r in requirements if not r.pin]
    if not loose:
        return verified(f"All {len(requirements)} requirements name an exact version.")
    evidence = (Evidence(f"{r.name}{r.specifier}", r.where) for r in loose[:5])
    message = f"{len(loose)} of {len(requirements)} requirements leave the version open."
    if len(loose) == len(requirements):
        return missing(message, *evidence, remedy="Pin every requirement (`pip freeze`, a lock file).")
    return verified(message, *evidence, grade=1 - len(loose) / len(requirements))
