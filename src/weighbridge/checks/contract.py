"""The contract of a check: a pure function from facts to an outcome, documented in a fixed grammar."""

from __future__ import annotations

import inspect
import re
import sys
import types
import typing
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from weighbridge.facts.engine import Facts, Gap
from weighbridge.model import Attribute, Depth, Factor, Outcome, Severity, State, Verdict

Result = Outcome | Sequence[Outcome]

# Reasons may name files of strangers; beyond so many different ones the memory of them starts anew.
_MAX_GAPS = 1000

# The parts of a check's docstring, in order; documentation pages, `checks show` and SARIF rules are made of them.
SECTIONS = ("What it asks", "Why it matters", "Evidence", "Remedy", "Limits", "Source")


class Check:
    """A check: its identity, the facts it needs, and the function that judges them.

    The needs are the function's own annotations: `card: Card` means that without that fact the verdict is `unknown`;
    `weights: Weights | None` means that the function can also answer without it.
    """

    def __init__(
        self,
        function: Callable[..., Result],
        *,
        code: str,
        attribute: Attribute,
        factor: Factor,
        severity: Severity,
        version: int,
    ) -> None:
        self.function = function
        self.code = code
        self.name = function.__name__.replace("_", "-")
        self.attribute = attribute
        self.factor = factor
        self.severity = severity
        self.version = version
        self._gaps: dict[tuple[str, Depth | None], tuple[Verdict]] = {}

    @cached_property
    def needs(self) -> dict[str, tuple[type[Any], bool]]:
        """Map each parameter to the kind of fact it takes and whether the check cannot do without."""
        hints = typing.get_type_hints(self.function)
        hints.pop("return", None)
        return {name: _kind_and_need(hint) for name, hint in hints.items()}

    @cached_property
    def docs(self) -> dict[str, str]:
        """The docstring's sections by their titles; the first line stands under `summary`."""
        return parse_docstring(inspect.getdoc(self.function) or "")

    def judge(self, facts: Facts) -> tuple[Verdict, ...]:
        """Return the verdicts on one repository; at least one."""
        arguments = []
        for kind, is_needed in self._kinds:
            fact = facts.get(kind)
            if type(fact) is Gap:
                if is_needed:
                    return self._unknown(fact)
                fact = None
            arguments.append(fact)
        result = self.function(*arguments)
        if isinstance(result, Outcome):
            return self._constants.get(id(result)) or (self._sign(result),)
        return tuple([self._sign(outcome) for outcome in result])

    @cached_property
    def _kinds(self) -> tuple[tuple[type[Any], bool], ...]:
        return tuple(self.needs.values())

    @cached_property
    def _constants(self) -> dict[int, tuple[Verdict]]:
        """Sign the outcomes that the check's module holds as constants once: a registry's study gives them by the million."""
        values = vars(sys.modules[self.function.__module__]).values()
        return {id(value): (self._sign(value),) for value in values if isinstance(value, Outcome)}

    def _sign(self, outcome: Outcome) -> Verdict:
        severity = self.severity if outcome.severity is None else min(outcome.severity, self.severity)
        return Verdict(
            self.code, self.name, self.attribute, self.factor, outcome.state, outcome.message, severity,
            outcome.claim, outcome.evidence, outcome.remedy, outcome.confidence, outcome.grade, outcome.depth,
            outcome.subject, self.version,
        )  # fmt: skip

    def _unknown(self, gap: Gap) -> tuple[Verdict, ...]:
        """Return the verdict for a missing fact; the reasons are few, so they are signed once."""
        key = (gap.reason, gap.depth)
        if key not in self._gaps:
            if len(self._gaps) >= _MAX_GAPS:
                self._gaps.clear()
            outcome = Outcome(State.UNKNOWN, f"could not be looked at: {gap.reason}", depth=gap.depth)
            self._gaps[key] = (self._sign(outcome),)
        return self._gaps[key]


def check(
    *, code: str, attribute: Attribute, factor: Factor, severity: Severity, version: int = 1
) -> Callable[[Callable[..., Result]], Check]:
    """Make a check of a function; its name, with hyphens, becomes the check's name."""

    def decorate(function: Callable[..., Result]) -> Check:
        return Check(function, code=code, attribute=attribute, factor=factor, severity=severity, version=version)

    return decorate


def parse_docstring(text: str) -> dict[str, str]:
    """Split a check's docstring into `summary` and its titled sections, in the order of `SECTIONS`."""
    pattern = rf"^({'|'.join(SECTIONS)}): "
    parts = re.split(pattern, text, flags=re.MULTILINE)
    sections = {"summary": parts[0].strip()}
    for title, body in zip(parts[1::2], parts[2::2], strict=True):
        sections[title] = " ".join(body.split())
    return sections


def _kind_and_need(hint: Any) -> tuple[type[Any], bool]:
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        kinds = [kind for kind in typing.get_args(hint) if kind is not types.NoneType]
        return kinds[0], False
    return hint, True
