"""QU040: the card is plain text of a sane size."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.card import Card
from weighbridge.model import (
    Attribute,
    Claim,
    Evidence,
    Factor,
    Location,
    Outcome,
    Severity,
    contradicted,
    not_applicable,
    verified,
)

_NO_CARD = not_applicable("There is no card.")


@check(code="QU040", attribute=Attribute.QUALITY, factor=Factor.STRUCTURE, severity=Severity.LOW)
def card_is_plain_text(card: Card) -> Outcome:
    """The card is plain text of a sane size.

    What it asks: whether the card is UTF-8 and below ten megabytes.
    Why it matters: other encodings show as garbage, and registries cut or refuse what is too large.
    Evidence: the card's bytes.
    Remedy: save the card as UTF-8, and move data out of it.
    Limits: what stands in the text is asked elsewhere.
    Source: Hugging Face Hub, model cards.
    """
    if not card.path:
        return _NO_CARD
    where = Location(card.path)
    if card.is_truncated:
        return contradicted(
            f"{card.path} is larger than 10 MiB; what lies beyond was not read.",
            claim=Claim("a model card", where),
            remedy="Move data out of the card.",
        )
    if not card.is_utf8:
        return contradicted(
            f"{card.path} is not UTF-8.", claim=Claim("a model card", where), remedy="Save the card as UTF-8."
        )
    return verified(f"{card.path} is UTF-8 text.", Evidence(card.path, where))
