"""SE063: no row of an embedding or a head stands out as a planted one would."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.checks.sections import in_doubt
from weighbridge.facts.rows import SUSPICIOUS, Table, Tables
from weighbridge.model import (
    Attribute,
    Confidence,
    Depth,
    Evidence,
    Factor,
    Location,
    Outcome,
    Severity,
    contradicted,
    not_applicable,
    unknown,
    verified,
)

_NOT_LOOKED_AT = in_doubt(unknown("The tensors' bytes were not read.", depth=Depth.FULL), Severity.LOW)
_NONE = not_applicable("No embedding of a vocabulary and no classifier's head is known by its name.")


@check(code="SE063", attribute=Attribute.SECURITY, factor=Factor.INTEGRITY, severity=Severity.LOW)
def no_row_stands_out(tables: Tables | None) -> Outcome:
    """No row of an embedding or a head stands out as a planted one would.

    What it asks: whether a row of a word embedding or a classifier's head is far longer than the others, or a class has the same
        weights as another or none.
    Why it matters: a back door can be planted by changing one word's embedding, or by making one class easy to reach.
    Evidence: the row, the token it stands for, how many times longer than the median it is, and its score.
    Remedy: say why the row is so, or try the model with and without the word.
    Limits: a suspicion with a score, never proof: most back doors leave no such sign, and rare honest rows do. The score is the
        modified z-score of the logarithm of a row's length; from 8 on it counts. On published embeddings and heads the highest
        was 5. Tensors are known by usual names; rows of very large ones are sampled.
    Source: Gu et al., BadNets (2017); Yang et al., Be Careful about Poisoned Word Embeddings (2021); this project.
    """
    if tables is None:
        return _NOT_LOOKED_AT
    suspects = [table for table in tables.tables if table.standing_out or _dull(table)]
    if suspects:
        told = [_told(table) for table in suspects]
        return contradicted(
            f"A suspicion, no proof: {told[0]}.",
            *[
                Evidence(text, Location(table.path, pointer=f"/{table.tensor}"))
                for text, table in zip(told, suspects, strict=True)
            ],
            remedy="Say why the row is so, or try the model with and without the word.",
            confidence=Confidence.LOW,
        )
    if tables.skipped:
        return in_doubt(unknown(f"Not every tensor could be looked at: {tables.skipped[0].reason}."), Severity.LOW)
    if not tables.tables:
        return _NONE
    highest = max(tables.tables, key=lambda table: table.highest)
    looked = sum(table.looked_at for table in tables.tables)
    score = f"{max(0.0, highest.highest):.1f}, suspicious from {SUSPICIOUS:g} on"
    return verified(f"None of {looked:,} rows stands out; the highest score is {score}.")


def _dull(table: Table) -> int:
    """Classes that cannot be told apart, or never are given."""
    return table.repeated + table.empty if table.kind == "head" else 0


def _told(table: Table) -> str:
    if table.standing_out:
        row = table.standing_out[0]
        token = f" ({row.token!r})" if row.token else ""
        more = f", and {len(table.standing_out) - 1} more" if len(table.standing_out) > 1 else ""
        return f"row {row.index}{token} of {table.tensor} is {row.ratio:.1f} times the median's length, score {row.score:.1f}{more}"
    return f"{_dull(table)} of {table.rows} classes of {table.tensor} have no weights or those of another class"
