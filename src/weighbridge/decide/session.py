"""What the stages of one decision share: the task, the place of work, the time that is left, and the steps taken."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from weighbridge.decide.record import Step
from weighbridge.decide.task import Task
from weighbridge.reuse.jobs import Workshop
from weighbridge.scoring.policy import Policy
from weighbridge.sources.options import SourceOptions

# Called with the steps done, an estimate of all, and what comes next.
Progress = Callable[[int, int, str], None]

# Of the budget, what stage 4 is left with.
_RESERVE = 0.25


@dataclass(eq=False)
class Session:
    """One run of the workflow; the only thing in it that changes."""

    task: Task
    workshop: Workshop
    home: Path
    policy: Policy
    sources: SourceOptions
    progress: Progress | None = None
    clock: Callable[[], float] = time.monotonic
    steps: list[Step] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Start the clock."""
        self.begun = self.clock()

    def say(self, stage: int, subject: str, outcome: str, back: int | None = None) -> None:
        """Put a step on record."""
        self.steps.append(Step(stage, subject, outcome, back))
        self.show(outcome if not subject else f"{subject}: {outcome}")

    def show(self, text: str) -> None:
        """Tell whoever watches what is done next."""
        if self.progress:
            self.progress(len(self.steps), len(self.steps) + 1, text)

    @property
    def spent(self) -> float:
        """Seconds since the beginning."""
        return self.clock() - self.begun

    def left(self, stage: int) -> float:
        """Return the seconds that a stage may still use."""
        share = 1.0 if stage >= 4 else 1.0 - _RESERVE
        return self.task.seconds * share - self.spent
