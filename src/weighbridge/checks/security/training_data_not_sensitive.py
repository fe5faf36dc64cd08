"""SE074: no declared training data are known to be sensitive."""

from __future__ import annotations

import functools
import importlib.resources

import msgspec

from weighbridge.checks.contract import check
from weighbridge.facts.lineage import Lineage
from weighbridge.model import (
    Attribute,
    Evidence,
    Factor,
    Outcome,
    Severity,
    claimed,
    contradicted,
    not_applicable,
    verified,
)

_NONE = not_applicable("No training data are named.")
_UNMISTAKABLE = 6
_REMEDY = "Say on which ground the data were used, and what was done for the people in them."


class _Dataset(msgspec.Struct, frozen=True):
    """A data set that touches people or rights: what its ids begin with, why, and whether its makers withdrew it."""

    title: str
    names: tuple[str, ...]
    why: str
    source: str
    withdrawn: bool = False


class _List(msgspec.Struct, frozen=True):
    datasets: tuple[_Dataset, ...]


@check(code="SE074", attribute=Attribute.SECURITY, factor=Factor.DISCLOSURE, severity=Severity.LOW)
def training_data_not_sensitive(lineage: Lineage) -> Outcome:
    """No declared training data are known to be sensitive.

    What it asks: whether a data set that the publisher names is one of a shipped list: faces, patients, private messages, pirated books.
    Why it matters: what such data were used for binds whoever passes the model on, by law or by contract; some were withdrawn.
    Evidence: the data sets that the card, the front matter and the registry name, against the list with its sources.
    Remedy: say on which ground the data were used, and what was done for the people in them.
    Limits: an alarm only for data that their makers withdrew; the list is short, by names alone; what is not declared is not seen.
    Source: Jiang et al., ICSE 2023, ethics; the list names the source of each entry.
    """
    if not lineage.datasets:
        return _NONE
    pairs = [(use, known) for use in lineage.datasets if (known := _known(use.name)) is not None]
    if not pairs:
        return verified(f"None of {len(lineage.datasets)} named data sets is known to be sensitive.")
    evidence = [Evidence(f"{use.name}: {known.why} ({known.source})", use.where) for use, known in pairs[:20]]
    withdrawn = [(use, known) for use, known in pairs if known.withdrawn]
    if withdrawn:
        use, known = withdrawn[0]
        return contradicted(f"Trained on {use.name}: {known.why}.", *evidence, remedy=_REMEDY)
    use, known = pairs[0]
    return claimed(f"Trained on {use.name}, which is sensitive: {known.why}.", *evidence, remedy=_REMEDY)


@functools.lru_cache(maxsize=4096)
def _known(name: str) -> _Dataset | None:
    plain = "".join(letter for letter in name.rpartition("/")[2].lower() if letter.isalnum())
    return next((entry for entry in _datasets() if any(_is_named(plain, own) for own in entry.names)), None)


def _is_named(plain: str, own: str) -> bool:
    """Whether a name is a data set's, or begins with it where that is long enough to mean nothing else."""
    return plain == own or (len(own) >= _UNMISTAKABLE and plain.startswith(own))


@functools.cache
def _datasets() -> tuple[_Dataset, ...]:
    path = importlib.resources.files("weighbridge.checks.security") / "data" / "sensitive_datasets.json"
    return msgspec.json.decode(path.read_bytes(), type=_List).datasets
