"""All checks at once, for those who judge models by the million.

Which checks can judge depends only on which facts are there and why the others are not; and most models say nothing about most
things. Those patterns are few, so each is worked out once: what the checks say of missing and of empty facts is said
beforehand. What they say of facts that many models share, such as a licence, is remembered. Only the rest is called.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter, itemgetter
from typing import Any

from weighbridge.checks.contract import Check, Result
from weighbridge.facts.config import Config
from weighbridge.facts.engine import Facts, Gap, Reach
from weighbridge.facts.licence import Licence
from weighbridge.facts.lineage import Lineage
from weighbridge.facts.manifest import Manifest
from weighbridge.model import Outcome, Verdict

_log = logging.getLogger(__name__)

# Reasons may name files of strangers; beyond so many patterns the memory of them starts anew.
_MAX_STEPS = 2000
# Stands for a fact that is there and says something.
_TOLD = object()
# Facts that are the same in many models, and of how many of them the verdicts are remembered.
_SHARED = frozenset({Config, Licence, Lineage, Manifest})
_MAX_REMEMBERED = 20_000

_Call = tuple[Check, Callable[..., Result], Callable[[Outcome], Verdict], Callable[[Any], Any], bool]


class _Step:
    """Where a walk over the facts stands: the fact to ask for next, or, with none left to ask for, what is to be called.

    `asked` maps the kinds asked for so far to their gap where the fact is not there, to the fact where it is empty, and else
    to `_TOLD`. `settled` are the verdicts that rest on gaps and empty facts alone, `held` the arguments that those give to
    the checks that are left.
    """

    __slots__ = ("absent", "asked", "calls", "empty", "held", "kind", "settled", "shared", "silent", "told")

    def __init__(self, asked: dict[type[Any], Any], checks: Iterable[Check]) -> None:
        self.asked = asked
        self.kind = _next_kind(asked, checks)
        self.empty = _empty(self.kind)
        self.told: _Step | None = None
        self.silent: _Step | None = None
        self.absent: dict[Gap, _Step] = {}
        self.settled: list[Verdict] = []
        self.held = {kind: None if type(fact) is Gap else fact for kind, fact in asked.items() if fact is not _TOLD}
        self.calls: list[_Call] = []
        self.shared: dict[tuple[type[Any], ...], _Shared] = {}
        for check in checks if self.kind is None else ():
            self._settle(check)

    def _settle(self, check: Check) -> None:
        gap = _gap(check, self.asked)
        kinds = [kind for kind, _ in check.needs.values()]
        call = (check, check.function, check.sign, itemgetter(*kinds), len(kinds) == 1)
        if gap is not None:
            self.settled += check.unknown(gap)
        elif not (told := tuple(sorted({k for k in kinds if self.asked[k] is _TOLD}, key=attrgetter("__name__")))):
            self.settled += _judged([call], self.held)
        elif _SHARED.issuperset(told):
            self.shared.setdefault(told, _Shared(told)).calls.append(call)
        else:
            self.calls.append(call)

    def after(self, kind: type[Any], fact: Any, checks: Iterable[Check]) -> _Step:
        """Return a new step that follows when that was found; nobody went there before."""
        following = _Step({**self.asked, kind: fact}, checks)
        if type(fact) is Gap:
            self.absent[fact] = following
        elif fact is _TOLD:
            self.told = following
        else:
            self.silent = following
        return following


class _Shared:
    """Checks that rest on the same facts, and what they said of those met before."""

    __slots__ = ("_key", "_known", "calls")

    def __init__(self, kinds: tuple[type[Any], ...]) -> None:
        self.calls: list[_Call] = []
        self._key = itemgetter(*kinds)
        self._known: dict[Any, list[Verdict]] = {}

    def judge(self, known: Mapping[type[Any], Any]) -> list[Verdict]:
        """Return the verdicts on these facts."""
        key = self._key(known)
        verdicts = self._known.get(key)
        if verdicts is None:
            if len(self._known) >= _MAX_REMEMBERED:
                self._known.clear()
            verdicts = self._known[key] = _judged(self.calls, known)
        return verdicts


class Panel:
    """Checks that judge one repository after the other, all read by the same readers."""

    def __init__(self, checks: Iterable[Check]) -> None:
        self._checks = tuple(checks)
        self._first: dict[Reach, _Step] = {}
        self._count = 0

    def judge(self, facts: Facts) -> list[Verdict]:
        """Return the verdicts that the checks give one by one, those that rest on missing or empty facts first."""
        return [verdict for verdicts in self.parts(facts) for verdict in verdicts]

    def parts(self, facts: Facts) -> list[list[Verdict]]:
        """Return the same verdicts in lists: the new ones last, before them the remembered, which come as the very lists they are.

        A list holds either all verdicts of a check or none.
        """
        known: dict[type[Any], Any] = {}
        step = self._first.get(facts.reach) or self._begin(facts)
        while (kind := step.kind) is not None:
            fact = facts.get(kind)
            if type(fact) is Gap:
                step = step.absent.get(fact) or self._grow(step, kind, fact)
            elif fact == step.empty:
                step = step.silent or self._grow(step, kind, fact)
            else:
                known[kind] = fact
                step = step.told or self._grow(step, kind, _TOLD)
        known.update(step.held)
        parts = [step.settled]
        parts += [shared.judge(known) for shared in step.shared.values()]
        parts.append(_judged(step.calls, known))
        return parts

    def _begin(self, facts: Facts) -> _Step:
        """Return where walks of this reach begin: knowing what they need not ask for."""
        first = self._first[facts.reach] = _Step(facts.too_deep(), self._checks)
        return first

    def _grow(self, step: _Step, kind: type[Any], fact: Any) -> _Step:
        if self._count >= _MAX_STEPS:
            self._first, self._count = {}, 0
        self._count += 1
        return step.after(kind, fact, self._checks)


def _judged(calls: Iterable[_Call], known: Mapping[type[Any], Any]) -> list[Verdict]:
    """Return what some checks say of the facts known."""
    verdicts: list[Verdict] = []
    for check, function, sign, arguments, is_one in calls:
        try:
            result = function(arguments(known)) if is_one else function(*arguments(known))
        except Exception as error:  # noqa: BLE001 - a fault in one check must not cost the other verdicts; the question stays open
            _log.exception("check %s failed", check.code)
            result = check.failed(error)
        if isinstance(result, Outcome):
            verdicts.append(sign(result))
        else:
            verdicts.extend([sign(outcome) for outcome in result])
    return verdicts


def _empty(kind: type[Any] | None) -> Any:
    """Return the fact of a kind that says nothing, where there is one."""
    try:
        return kind and kind()
    except TypeError:  # it cannot be made of nothing: it always says something
        return None


def _next_kind(asked: Mapping[type[Any], Any], checks: Iterable[Check]) -> type[Any] | None:
    """Return the first kind of fact that a check asks for after those that were asked for, in the order of `Check.judge`."""
    for check in checks:
        for kind, is_needed in check.needs.values():
            if kind not in asked:
                return kind
            if is_needed and type(asked[kind]) is Gap:
                break
    return None


def _gap(check: Check, asked: Mapping[type[Any], Any]) -> Gap | None:
    """Return the first gap that keeps the check from judging."""
    gaps = [asked[kind] for kind, is_needed in check.needs.values() if is_needed and type(asked.get(kind)) is Gap]
    return gaps[0] if gaps else None
