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

# The verdicts on one repository, in lists of which only the last is new.
Parts = list[list[Verdict]]
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

    __slots__ = ("_key", "_kinds", "_known", "calls")

    def __init__(self, kinds: tuple[type[Any], ...]) -> None:
        self.calls: list[_Call] = []
        self._kinds = kinds
        self._key = itemgetter(*kinds)
        self._known: dict[Any, list[Verdict]] = {}

    def recall(self, known: Mapping[type[Any], Any]) -> list[Verdict] | None:
        """Return the verdicts on these facts, from now on the same list; None for facts that are one repository's own."""
        key = self._key(known)
        verdicts = self._known.get(key)
        if verdicts is None:
            if not all(getattr(known[kind], "is_common", True) for kind in self._kinds):
                return None
            if len(self._known) >= _MAX_REMEMBERED:
                self._known.clear()
            verdicts = self._known[key] = _judged(self.calls, known)
        return verdicts


class _Case:
    """A repository that is being judged: what of its facts is known, and the verdicts so far."""

    __slots__ = ("facts", "known", "parts")

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.known: dict[type[Any], Any] = {}
        self.parts: Parts = []


class Panel:
    """Checks that judge one repository after the other, all read by the same readers."""

    def __init__(self, checks: Iterable[Check]) -> None:
        self._checks = tuple(checks)
        self._first: dict[Reach, _Step] = {}
        self._count = 0

    def judge(self, facts: Facts) -> list[Verdict]:
        """Return the verdicts that the checks give one by one, those that rest on missing or empty facts first."""
        return [verdict for verdicts in self.judge_all([facts])[0] for verdict in verdicts]

    def judge_all(self, batch: Iterable[Facts]) -> list[Parts]:
        """Return the same verdicts for each of several repositories, in lists.

        The last list holds the new verdicts, those before it are remembered and come as the very lists they are; each holds
        all verdicts of a check or none. Facts are asked for kind by kind, and checks called one by one, for all repositories:
        what a reader or check needs stays in the processor's caches. Some hundred at a time are best.
        """
        cases = [_Case(facts) for facts in batch]
        waiting = list(self._begin(cases).items())
        while waiting:
            step, some = waiting.pop()
            if step.kind is None:
                _conclude(step, some)
            else:
                waiting += self._go_on(step, step.kind, some).items()
        return [case.parts for case in cases]

    def _begin(self, cases: Iterable[_Case]) -> dict[_Step, list[_Case]]:
        """Return where the walks begin: knowing what they need not ask for, as it lies too deep."""
        begun: dict[_Step, list[_Case]] = {}
        for case in cases:
            reach = case.facts.reach
            step = self._first.get(reach)
            if step is None:
                step = self._first[reach] = _Step(case.facts.too_deep(), self._checks)
            begun.setdefault(step, []).append(case)
        return begun

    def _go_on(self, step: _Step, kind: type[Any], cases: Iterable[_Case]) -> dict[_Step, list[_Case]]:
        following: dict[_Step, list[_Case]] = {}
        for case in cases:
            fact = case.facts.get(kind)
            if type(fact) is Gap:
                next_step = step.absent.get(fact) or self._grow(step, kind, fact)
            elif fact == step.empty:
                next_step = step.silent or self._grow(step, kind, fact)
            else:
                case.known[kind] = fact
                next_step = step.told or self._grow(step, kind, _TOLD)
            following.setdefault(next_step, []).append(case)
        return following

    def _grow(self, step: _Step, kind: type[Any], fact: Any) -> _Step:
        if self._count >= _MAX_STEPS:
            self._first, self._count = {}, 0
        self._count += 1
        return step.after(kind, fact, self._checks)


def _conclude(step: _Step, cases: Iterable[_Case]) -> None:
    """Give the cases that took the same way their verdicts."""
    new: list[tuple[Mapping[type[Any], Any], list[Verdict]]] = []
    for case in cases:
        case.known.update(step.held)
        case.parts, own = [step.settled], []
        for shared in step.shared.values():
            recalled = shared.recall(case.known)
            if recalled is None:
                own += _judged(shared.calls, case.known)
            else:
                case.parts.append(recalled)
        case.parts.append(own)
        new.append((case.known, own))
    for call in step.calls:
        _judge(call, new)


def _judged(calls: Iterable[_Call], known: Mapping[type[Any], Any]) -> list[Verdict]:
    """Return what some checks say of the facts known."""
    verdicts: list[Verdict] = []
    for call in calls:
        _judge(call, [(known, verdicts)])
    return verdicts


def _judge(call: _Call, cases: Iterable[tuple[Mapping[type[Any], Any], list[Verdict]]]) -> None:
    """Add to each list what a check says of the facts beside it."""
    check, function, sign, arguments, is_one = call
    for known, verdicts in cases:
        try:
            result = function(arguments(known)) if is_one else function(*arguments(known))
        except Exception as error:  # noqa: BLE001 - a fault in one check must not cost the other verdicts; the question stays open
            _log.exception("check %s failed", check.code)
            result = check.failed(error)
        if isinstance(result, Outcome):
            verdicts.append(sign(result))
        else:
            verdicts.extend([sign(outcome) for outcome in result])


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
