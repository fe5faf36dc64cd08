"""SE048: the published history was not rewritten."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.model import (
    Attribute,
    Evidence,
    Factor,
    Move,
    Outcome,
    Past,
    Severity,
    contradicted,
    not_applicable,
    unknown,
    verified,
)

_NOTHING = not_applicable(
    "Nothing here remembers an earlier state: a clone that is fetched again does, and the local cache."
)
_SHOWN = 5


@check(code="SE048", attribute=Attribute.SECURITY, factor=Factor.INTEGRITY, severity=Severity.MEDIUM)
def history_kept(past: Past) -> Outcome:
    """The published history was not rewritten.

    What it asks: whether earlier places of the published branches are still part of their history, and tags still point where they
        did.
    Why it matters: a force-push or a moved tag exchanges what a name stands for, and leaves no trace for those who come later.
    Evidence: logs and older packed places of a clone's remote branches and tags; the commit of a clone, or of the local cache,
        beside the registry's present history.
    Remedy: do not rewrite what was published; users: compare both states before you take the new one.
    Limits: only what this machine saw before can be compared: rewriting before the first clone or download leaves nothing to see.
        Registries let owners squash a history, which looks the same.
    Source: Jiang et al., ICSE 2023, STRIDE: tampering, repudiation; this project's threat catalogue, 55.
    """
    if not past.moves:
        return _NOTHING
    moved = [move for move in past.moves if _is_tag(move)]
    rewritten = [move for move in past.moves if not _is_tag(move) and _is_rewritten(move)]
    if moved or rewritten:
        told = [*(f"the tag {_name(m)} was moved" for m in moved), *(f"{_name(m)} was rewritten" for m in rewritten)]
        return contradicted(
            f"The published history was changed: {'; '.join(dict.fromkeys(told[:_SHOWN]))}.",
            *(Evidence(_describe(move)) for move in (*moved, *rewritten)[:_SHOWN]),
            remedy="Do not rewrite what was published; users: compare both states before you take the new one.",
        )
    open_moves = [move for move in past.moves if move.is_kept is None]
    if open_moves:
        return unknown(f"Whether {_name(open_moves[0])} was rewritten cannot be told: what it was is no longer here.")
    return verified(f"All {len(past.moves):,} earlier places that are remembered here are still part of the history.")


def _is_tag(move: Move) -> bool:
    return move.name.startswith("refs/tags/")


def _is_rewritten(move: Move) -> bool:
    return move.is_kept is False or (move.is_kept is None and "forced-update" in move.how)


def _name(move: Move) -> str:
    return move.name.removeprefix("refs/tags/").removeprefix("refs/remotes/")


def _describe(move: Move) -> str:
    return f"{_name(move)}: {move.old} before, {move.new} now" + (f" ({move.how})" if move.how else "")
