"""RP042: the container's base image is fixed."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.environment import Environment
from weighbridge.model import Attribute, Evidence, Factor, Outcome, Severity, missing, not_applicable, verified

_NONE = not_applicable("There is no container file.")


@check(code="RP042", attribute=Attribute.REPRODUCIBILITY, factor=Factor.ENVIRONMENT_IMAGE, severity=Severity.LOW)
def container_pinned(environment: Environment) -> Outcome:
    """The container's base image is fixed.

    What it asks: whether every base image of the Docker files names a digest, or at least a tag other than `latest`.
    Why it matters: `latest` is another image next month.
    Evidence: `FROM` lines of the Docker files.
    Remedy: name the base image by digest (`FROM image@sha256:…`).
    Limits: packages installed inside the container are not looked at here.
    Source: Jiang et al., ICSE 2023, Table I: environment image; OpenSSF Scorecard: Pinned-Dependencies.
    """
    if not environment.images:
        return _NONE
    grades = [_grade(image) for image in environment.images]
    worst = environment.images[grades.index(min(grades))]
    if min(grades) == 0:
        return missing(
            f"The base image {worst} is not fixed.",
            Evidence(f"FROM {worst}"),
            remedy="Name the base image by digest (`FROM image@sha256:…`).",
        )
    return verified(f"The base image is {worst}.", Evidence(f"FROM {worst}"), grade=min(grades))


def _grade(image: str) -> float:
    if "@sha256:" in image:
        return 1.0
    tag = image.rpartition("/")[2].partition(":")[2]
    return 0.5 if tag and tag != "latest" else 0.0
