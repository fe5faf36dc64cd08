"""SE047: what loading uses is as it was released."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.roles import acts_on_loading
from weighbridge.model import (
    Attribute,
    Claim,
    Evidence,
    Factor,
    Location,
    Outcome,
    Past,
    Severity,
    contradicted,
    not_applicable,
    verified,
)

_NO_RELEASE = not_applicable("No tag marks a release.")
_SHOWN = 5


@check(code="SE047", attribute=Attribute.SECURITY, factor=Factor.INTEGRITY, severity=Severity.MEDIUM)
def release_current(past: Past) -> Outcome:
    """What loading uses is as it was released.

    What it asks: whether weights, code, configuration or tokenizer were changed after the newest tag, without a newer one.
    Why it matters: what was tested and announced under the tag is not what the branch gives; a silent change reaches everybody.
    Evidence: the files that differ between the newest tag's commit and the one that is weighed.
    Remedy: tag a new release; users: pin the tag's commit.
    Limits: of clones, and of the Hub where it lists tags. Tags that are not behind this commit are left out.
    Source: Jiang et al., ICSE 2023, STRIDE: tampering; this project's threat catalogue, 55.
    """
    release = past.release
    if release is None:
        return _NO_RELEASE
    changed = [path for path in release.changed if acts_on_loading(path)]
    if not changed:
        return verified(f"What loading uses is as it was released under {release.name}.", Evidence(release.commit))
    more = f" and {len(changed) - _SHOWN:,} more" if changed[_SHOWN:] else ""
    return contradicted(
        f"{len(changed):,} files that loading uses differ from the newest release, {release.name}: "
        f"{', '.join(changed[:_SHOWN])}{more}.",
        *(Evidence(f"differs from {release.commit}", Location(path)) for path in changed[:_SHOWN]),
        claim=Claim(f"{release.name} is the newest release"),
        remedy="Tag a new release; users: pin the tag's commit.",
    )
