"""What a repository claims, numbered, with the contradictions that need no run to be seen."""

from __future__ import annotations

import datetime

import msgspec

from weighbridge.checks.contract import Check
from weighbridge.checks.provenance.claims_of_its_own import claims_of_its_own
from weighbridge.checks.provenance.claims_stated_once import claims_stated_once
from weighbridge.checks.provenance.items_exist import items_exist
from weighbridge.checks.provenance.logged_result_agrees import logged_result_agrees
from weighbridge.checks.provenance.metric_values_in_range import metric_values_in_range
from weighbridge.checks.provenance.not_measured_on_training_data import not_measured_on_training_data
from weighbridge.checks.provenance.percentages_possible import percentages_possible
from weighbridge.checks.provenance.performance_claims_agree import performance_claims_agree
from weighbridge.checks.quality.claimed_files_exist import claimed_files_exist
from weighbridge.errors import NothingToAudit, UsageError
from weighbridge.facts.catalogue import READERS
from weighbridge.facts.claims import PerformanceClaims
from weighbridge.facts.engine import Facts, Gap
from weighbridge.facts.figures import PerformanceClaim
from weighbridge.model import Depth, ModelRef, State, Verdict
from weighbridge.sources.lookup import Lookup
from weighbridge.sources.repository import Repository

CHECKS: tuple[Check, ...] = (
    not_measured_on_training_data,
    performance_claims_agree,
    metric_values_in_range,
    claims_stated_once,
    items_exist,
    percentages_possible,
    claims_of_its_own,
    logged_result_agrees,
    claimed_files_exist,
)


class Claimed(msgspec.Struct, frozen=True):
    """A repository's claims and what speaks against them; `verdicts` holds all verdicts of the checks of claims."""

    ref: ModelRef
    claims: PerformanceClaims
    verdicts: tuple[Verdict, ...] = ()

    @property
    def contradictions(self) -> tuple[Verdict, ...]:
        """The verdicts that speak against a claim."""
        return tuple([verdict for verdict in self.verdicts if verdict.state is State.CONTRADICTED])

    def numbered(self, *, everything: bool = True) -> list[tuple[int, PerformanceClaim]]:
        """The claims by number, counted from 1: about this model, then logged, then, if wanted, about other models."""
        count = len(self.claims.claims) + len(self.claims.logged)
        return list(enumerate(self.claims.all, 1))[: None if everything else count]

    def claim(self, number: int) -> PerformanceClaim:
        """Return the claim of that number. Raises `UsageError` where there is none."""
        if not 1 <= number <= len(self.claims.all):
            raise UsageError(
                f"{self.ref} makes no claim {number}: there are {len(self.claims.all)}",
                hint="`weighbridge claims TARGET` numbers them.",
            )
        return self.claims.all[number - 1]


def claimed_by(repository: Repository, *, as_of: datetime.date, lookup: Lookup | None = None) -> Claimed:
    """Return what a repository claims. Raises `NothingToAudit` where it claims nothing, and says why where that is not known."""
    facts = Facts(repository, READERS, depth=Depth.CARD, as_of=as_of, lookup=lookup)
    claims = facts.get(PerformanceClaims)
    if isinstance(claims, Gap):
        raise NothingToAudit(f"{repository.ref}: {claims.reason}", hint="Give a folder or a Hub id with a model card.")
    if not claims.all and not claims.problems:
        raise NothingToAudit(
            f"{repository.ref} claims no performance", hint="Figures are looked for in the card and in result files."
        )
    verdicts = [verdict for check in CHECKS for verdict in check.judge(facts)]
    return Claimed(repository.ref, claims, tuple(verdicts))
