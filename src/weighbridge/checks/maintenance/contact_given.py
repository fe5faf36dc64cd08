"""MA011: the card says where to ask."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.checks.sections import at_line, at_section, described
from weighbridge.facts.card import Card
from weighbridge.model import (
    Attribute,
    Factor,
    Outcome,
    Severity,
    claimed,
    missing,
)

_MISSING = missing("The card gives no contact.", remedy="Add an address, or say where questions are answered.")
_WORDS = (
    "contact",
    "get in touch",
    "get support",
    "getting help",
    "need help",
    "feedback",
    "any questions",
    "questions and",
    "questions or",
    "reach us",
    "join the community",
    "report issues",
    "reporting issues",
    "bug report",
)
# Words that begin other things too: known issues, supported models.
_TITLES = ("support", "help", "questions", "community", "issues")
_PHRASES = (
    "open an issue",
    "open a discussion",
    "please contact",
    "contact us",
    "reach out",
    "feel free to contact",
    "discord",
    "raise an issue",
)


@check(code="MA011", attribute=Attribute.MAINTENANCE, factor=Factor.ISSUES, severity=Severity.MEDIUM)
def contact_given(card: Card) -> Outcome:
    """The card says where to ask.

    What it asks: whether the card has a contact section, an e-mail address, or a sentence that says where to ask.
    Why it matters: who finds a fault must be able to report it.
    Evidence: headings of the card with text below them; mail links; phrases such as "open an issue".
    Remedy: add an address, or say where questions are answered.
    Limits: whether anybody answers is not tried; a sentence counts half.
    Source: Hugging Face model card template; this project.
    """
    for link in card.links:
        if link.target.startswith("mailto:"):
            return claimed(f"The card gives {link.target[7:][:80]}.", at_line(card, link.line, link.target[:120]))
    titled = card.titled(*_TITLES) if card.sections else None
    if titled is not None:
        return claimed(f"The card has a section “{titled.title}”.", at_section(card, titled.title, titled.line))
    return described(card, _WORDS, _MISSING, _PHRASES)
