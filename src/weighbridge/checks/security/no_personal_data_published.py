"""SE075: no personal data are published among the data files."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.checks.sections import in_doubt
from weighbridge.facts.personal import Personal
from weighbridge.model import (
    Attribute,
    Confidence,
    Depth,
    Factor,
    Outcome,
    Severity,
    contradicted,
    not_applicable,
    unknown,
    verified,
)

_NOT_READ = in_doubt(unknown("The data files were not read.", depth=Depth.FULL), Severity.LOW)
_NONE = not_applicable("No data files come with the model.")
# One address is a contact; a list of them is a list of people.
_MANY = 5
_CONTACTS = frozenset({"e-mail address", "telephone number"})


@check(code="SE075", attribute=Attribute.SECURITY, factor=Factor.DISCLOSURE, severity=Severity.MEDIUM)
def no_personal_data_published(personal: Personal | None) -> Outcome:
    """No personal data are published among the data files.

    What it asks: whether tables and texts of data hold e-mail addresses, telephone numbers, payment cards, bank accounts or identity
        numbers.
    Why it matters: passing on what identifies people is a breach of their privacy and, in many places, of the law.
    Evidence: texts of those structures whose check digits hold, shown in part; from five addresses or numbers on, or one of the others.
    Remedy: take the records out, also of the history, or say on which ground they are published.
    Limits: the first 4 MiB of each of 100 tables (CSV, TSV, JSON lines), and of texts and JSON in folders of data; names and addresses of
        streets are not told; of identity numbers only those of Brazil and Spain are known; Parquet and archives are not read.
    Source: Jiang et al., ICSE 2023, challenge of risks; ISO 13616; ISO/IEC 7812.
    """
    if personal is None:
        return _NOT_READ
    if not personal.files and not personal.skipped:
        return _NONE
    graver = sum(count for kind, count in personal.counts.items() if kind not in _CONTACTS)
    contacts = sum(count for kind, count in personal.counts.items() if kind in _CONTACTS)
    if graver or contacts >= _MANY:
        told = ", ".join(f"{count:,} of the kind {kind}" for kind, count in personal.counts.items())
        return contradicted(
            f"The data files hold what identifies people: {told}.",
            *personal.places,
            remedy="Take the records out, also of the history, or say on which ground they are published.",
            confidence=Confidence.MEDIUM,
        )
    if personal.skipped:
        return unknown(f"Not every data file was read: {personal.skipped[0].path}, {personal.skipped[0].reason}.")
    return verified(f"No list of people and no number of an account or identity in {personal.files:,} data files.")
