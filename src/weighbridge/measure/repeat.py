"""A measurement done again: what differs from the first time."""

from __future__ import annotations

import msgspec

from weighbridge.measure.evidence import Measurement

TOLERANCE = 1e-6


class Difference(msgspec.Struct, frozen=True):
    """Something that is not as it was; `is_result` tells a figure from a circumstance."""

    what: str
    before: str
    after: str
    is_result: bool = False


def compare(before: Measurement, after: Measurement) -> tuple[Difference, ...]:
    """Return figures that differ by more than rounding, and circumstances that could be why."""
    found = []
    for what, one, other in (
        ("data", before.data_digest, after.data_digest),
        ("hardware", before.hardware, after.hardware),
        ("items", str(before.items), str(after.items)),
    ):
        if one != other:
            found.append(Difference(what, one, other))
    held = {file.path: file.sha256 for file in after.files}
    found += [
        Difference(file.path, file.sha256, held.get(file.path, "gone"))
        for file in before.files
        if held.get(file.path) != file.sha256
    ]
    for name in sorted(before.versions.keys() | after.versions.keys()):
        one, other = before.versions.get(name, "none"), after.versions.get(name, "none")
        if one != other:
            found.append(Difference(name, one, other))
    values = {figure.metric: figure.value for figure in after.figures}
    for figure in before.figures:
        value = values.get(figure.metric)
        if value is None or abs(value - figure.value) > TOLERANCE:
            found.append(
                Difference(figure.metric, f"{figure.value:.6f}", f"{value:.6f}" if value is not None else "none", True)
            )
    return tuple(found)
