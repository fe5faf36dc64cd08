"""All checks, gathered from their folders; the only list of them."""

from __future__ import annotations

from collections.abc import Iterable

from weighbridge.checks import (
    licence,
    maintenance,
    popularity,
    portability,
    provenance,
    quality,
    reproducibility,
    security,
)
from weighbridge.checks.contract import Check

CHECKS: tuple[Check, ...] = (
    *provenance.CHECKS,
    *reproducibility.CHECKS,
    *portability.CHECKS,
    *popularity.CHECKS,
    *quality.CHECKS,
    *maintenance.CHECKS,
    *security.CHECKS,
    *licence.CHECKS,
)


def select(select: Iterable[str] = (), ignore: Iterable[str] = ()) -> tuple[Check, ...]:
    """Return the checks whose code, name or attribute begins with a selector and with no ignored one; all by default."""
    chosen, ignored = tuple(select), tuple(ignore)
    return tuple(
        check
        for check in CHECKS
        if (not chosen or any(matches(check, selector) for selector in chosen))
        and not any(matches(check, selector) for selector in ignored)
    )


def matches(check: Check, selector: str) -> bool:
    """Tell whether a selector (a code or its prefix, a name, an attribute) means the check."""
    return check.code.startswith(selector.upper()) or selector in (check.name, check.attribute.value)
