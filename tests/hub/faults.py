"""How the loopback Hub misbehaves, when it is told to."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Fault(StrEnum):
    """One way in which a server, or the way to it, can fail."""

    STATUS = "answers with a status"
    IGNORE_RANGE = "sends the whole file whatever range was asked for"
    CUT = "closes the connection in the middle of the body"
    SILENT = "closes the connection without an answer"
    HANG = "does not answer for some seconds"
    WRONG_RANGE = "answers with another range than was asked for"
    OTHER_TAG = "gives another entity tag"
    OTHER_SIZE = "tells another total length"
    ENCODED = "says that the body is compressed"
    BAD_JSON = "answers with text that is no JSON"
    ELSEWHERE = "redirects to another address"


@dataclass
class Rule:
    """A fault, where it strikes, and how often: `times` below zero means always."""

    fault: Fault
    path: str
    on: str
    times: int
    details: dict[str, Any]


class Faults:
    """The rules in force. The first that fits a request is used up by it."""

    def __init__(self) -> None:
        self._rules: list[Rule] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault, path: str = "", *, on: str = "hub", times: int = -1, **details: Any) -> None:
        """Misbehave at addresses that contain `path`, on the `hub` or its `storage`."""
        with self._lock:
            self._rules.append(Rule(fault, path, on, times, details))

    def clear(self) -> None:
        """Behave again."""
        with self._lock:
            self._rules.clear()

    def take(self, on: str, path: str, *faults: Fault) -> Rule | None:
        """Return the rule that strikes now, None where none does."""
        with self._lock:
            for rule in self._rules:
                if rule.on == on and rule.times and rule.path in path and rule.fault in faults:
                    rule.times -= 1
                    return rule
        return None
