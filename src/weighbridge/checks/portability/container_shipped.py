"""PT030: a ready environment comes with the model."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.environment import Environment
from weighbridge.model import Attribute, Evidence, Factor, Outcome, Severity, missing, verified

_MISSING = missing(
    "No container file comes with the model.",
    remedy="Ship a Dockerfile, or name an image that runs the model.",
)


@check(code="PT030", attribute=Attribute.PORTABILITY, factor=Factor.ENVIRONMENT_IMAGE, severity=Severity.LOW)
def container_shipped(environment: Environment) -> Outcome:
    """A ready environment comes with the model.

    What it asks: whether a Docker file that names its base image is in the repository.
    Why it matters: an image moves to another machine as a whole; a list of requirements does not.
    Evidence: Docker files in the repository.
    Remedy: ship a Dockerfile, or name an image that runs the model.
    Limits: the image is not built.
    Source: Jiang et al., ICSE 2023, Table I: environment image (3 of 12 participants).
    """
    if not environment.images:
        return _MISSING
    return verified(f"A container based on {environment.images[0]}.", Evidence(f"FROM {environment.images[0]}"))
