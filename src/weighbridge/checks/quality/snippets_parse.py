"""QU016: the card's Python code is Python."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.card import Card
from weighbridge.facts.code import Code
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

_NONE = not_applicable("The card holds no Python code.")
_PYTHON = frozenset({"python", "py", "python3"})


@check(code="QU016", attribute=Attribute.QUALITY, factor=Factor.DOCUMENTATION, severity=Severity.LOW)
def snippets_parse(code: Code, card: Card | None) -> Outcome:
    """The card's Python code is Python.

    What it asks: whether the code blocks marked as Python can be parsed.
    Why it matters: a snippet with a syntax error was never run by whoever wrote it.
    Evidence: the code blocks, parsed and never run.
    Remedy: correct the snippet, and run it once.
    Limits: blocks that are not marked as Python are not judged; that code parses does not mean that it works.
    Source: Jiang et al., ICSE 2023: scripts shipped with models are broken; this project.
    """
    marked = [snippet for snippet in code.snippets if snippet.language.lower() in _PYTHON]
    if not marked:
        return _NONE
    broken = [snippet for snippet in marked if snippet.problem]
    if not broken:
        return verified(f"All {len(marked)} Python snippets parse.")
    first = broken[0]
    path = card.path if card is not None else "README.md"
    return contradicted(
        f"{len(broken)} of {len(marked)} Python snippets do not parse, first the one at line {first.line}: {first.problem}.",
        *[Evidence(s.problem, Location(path, line=s.line)) for s in broken[:5]],
        claim=Claim("Python code", Location(path, line=first.line)),
        remedy="Correct the snippet, and run it once.",
    )
