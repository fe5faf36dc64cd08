"""SE004: objects are asked for by id only in torch's files."""

from __future__ import annotations

from collections.abc import Sequence

from weighbridge.checks.contract import check
from weighbridge.checks.security.judging import REVIEW, judge
from weighbridge.facts.scan import Observation, Scan
from weighbridge.model import Attribute, Factor, Outcome, Severity


@check(code="SE004", attribute=Attribute.SECURITY, factor=Factor.CODE_EXECUTION, severity=Severity.MEDIUM)
def pickle_persistent_ids(scan: Scan) -> Sequence[Outcome]:
    """Objects are asked for by id only in torch's files.

    What it asks: whether a pickle asks its loader for objects by persistent ids that are not torch's storages.
    Why it matters: what such an id stands for is the loading program's affair; a scan cannot see what is built.
    Evidence: the persistent ids, and the container that they stand in.
    Remedy: users: load the file with the program that wrote it, and nothing else.
    Limits: none known.
    Source: Python documentation, pickle, persistence of external objects; this project's threat catalogue, 7.
    """
    return judge(
        scan,
        scanners=("pickles",),
        kinds=("pickle.persistent",),
        level=_level,
        remedy="Load the file with the program that wrote it, and nothing else.",
        clean="No object is asked for by an id but torch's storages.",
    )


def _level(observation: Observation) -> Severity | None:
    is_torch = observation.details["container"] in {"torch", "tar"} or observation.subject == "torch storage"
    return None if is_torch else REVIEW
