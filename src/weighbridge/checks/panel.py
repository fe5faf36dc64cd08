"""All checks at once, for those who judge models by the million.

Which checks can judge depends only on which facts are there and why the others are not. Those patterns are few, so each is
worked out once: the verdicts of the checks that lack a fact are signed beforehand, and for the rest nothing is left but to
call them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from operator import itemgetter
from typing import Any

from weighbridge.checks.contract import Check
from weighbridge.facts.engine import Facts, Gap
from weighbridge.model import Outcome, Verdict

_log = logging.getLogger(__name__)

# Reasons may name files of strangers; beyond so many patterns the memory of them starts anew.
_MAX_STEPS = 2000


class _Step:
    """Where a walk over the facts stands: the fact to ask for next, or, with none left to ask for, what is to be called.

    `asked` maps the kinds asked for so far to None where the fact is there, and to its gap where it is not.
    """

    __slots__ = ("absent", "asked", "calls", "kind", "present", "unknown")

    def __init__(self, asked: dict[type[Any], Gap | None], checks: Iterable[Check]) -> None:
        self.asked = asked
        self.kind = _next_kind(asked, checks)
        self.present: _Step | None = None
        self.absent: dict[Gap, _Step] = {}
        self.unknown: list[Verdict] = []
        self.calls: list[tuple[Check, Callable[[Outcome], Verdict], Callable[[Any], Any], bool]] = []
        for check in checks if self.kind is None else ():
            gap = _gap(check, asked)
            if gap is not None:
                self.unknown += check.unknown(gap)
            else:
                kinds = [kind for kind, _ in check.needs.values()]
                self.calls.append((check, check.sign, itemgetter(*kinds), len(kinds) == 1))


class Panel:
    """Checks that judge one repository after the other."""

    def __init__(self, checks: Iterable[Check]) -> None:
        self._checks = tuple(checks)
        self._first = _Step({}, self._checks)
        self._count = 1

    def judge(self, facts: Facts) -> list[Verdict]:
        """Return the verdicts that the checks give one by one, those of checks that lack a fact first."""
        known: dict[type[Any], Any] = {}
        step = self._first
        while (kind := step.kind) is not None:
            fact = facts.get(kind)
            if type(fact) is Gap:
                known[kind] = None
                step = step.absent.get(fact) or self._grow(step, kind, fact)
            else:
                known[kind] = fact
                step = step.present or self._grow(step, kind, None)
        verdicts = step.unknown.copy()
        for check, sign, arguments, is_one in step.calls:
            try:
                result = check.function(arguments(known)) if is_one else check.function(*arguments(known))
            except Exception as error:  # noqa: BLE001 - a fault in one check must not cost the other verdicts; the question stays open
                _log.exception("check %s failed", check.code)
                result = check.failed(error)
            if isinstance(result, Outcome):
                verdicts.append(sign(result))
            else:
                verdicts.extend([sign(outcome) for outcome in result])
        return verdicts

    def _grow(self, step: _Step, kind: type[Any], gap: Gap | None) -> _Step:
        """Return the step that follows when a fact is there, or is missing for that reason; nobody went there before."""
        if self._count >= _MAX_STEPS:
            self._first = _Step({}, self._checks)
            self._count = 1
        self._count += 1
        following = _Step({**step.asked, kind: gap}, self._checks)
        if gap is None:
            step.present = following
        else:
            step.absent[gap] = following
        return following


def _next_kind(asked: dict[type[Any], Gap | None], checks: Iterable[Check]) -> type[Any] | None:
    """Return the first kind of fact that a check asks for after those that were asked for, in the order of `Check.judge`."""
    for check in checks:
        for kind, is_needed in check.needs.values():
            if kind not in asked:
                return kind
            if is_needed and asked[kind] is not None:
                break
    return None


def _gap(check: Check, asked: dict[type[Any], Gap | None]) -> Gap | None:
    """Return the first gap that keeps the check from judging."""
    return next((gap for kind, is_needed in check.needs.values() if is_needed and (gap := asked[kind])), None)
