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
from weighbridge.model import Attribute, Factor, Outcome, Severity, State, Verdict

Result = Outcome | Sequence[Outcome]

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
        for kind, is_needed in self.needs.values():
            fact = facts.get(kind)
            if type(fact) is Gap:
                if is_needed:
                    return self.unknown(fact)
                fact = None
            arguments.append(fact)
        result = self.function(*arguments)
        if isinstance(result, Outcome):
            return (self.sign(result),)
        return tuple([self.sign(outcome) for outcome in result])

    def unknown(self, gap: Gap) -> tuple[Verdict]:
        """Return the verdict for a missing fact."""
        return (self.sign(Outcome(State.UNKNOWN, f"could not be looked at: {gap.reason}", depth=gap.depth)),)

    def failed(self, error: Exception) -> Outcome:
        """Return the outcome of a check that broke: a fault here must not cost the other verdicts."""
        message = f"could not be looked at: internal error in this check ({type(error).__name__}); please report it"
        return Outcome(State.UNKNOWN, message)

    @cached_property
    def sign(self) -> Callable[[Outcome], Verdict]:
        """What turns the check's outcomes into verdicts.

        Those that its module holds as constants are signed once: a registry's study gives them by the million.
        """
        code, name, attribute, factor, own, version = (
            self.code, self.name, self.attribute, self.factor, self.severity, self.version,
        )  # fmt: skip
        constants: dict[int, Verdict] = {}

        def sign(outcome: Outcome) -> Verdict:
            known = constants.get(id(outcome))
            if known is not None:
                return known
            severity = own if outcome.severity is None else min(outcome.severity, own)
            return Verdict(
                code, name, attribute, factor, outcome.state, outcome.message, severity, outcome.claim,
                outcome.evidence, outcome.remedy, outcome.confidence, outcome.grade, outcome.depth, outcome.subject,
                version,
            )  # fmt: skip

        held = vars(sys.modules[self.function.__module__]).values()
        constants.update({id(value): sign(value) for value in held if isinstance(value, Outcome)})
        return sign


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
