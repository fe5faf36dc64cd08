"""SE044: the files are those that were signed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from weighbridge.checks.contract import check
from weighbridge.facts.contents import Contents
from weighbridge.facts.roles import acts_on_loading
from weighbridge.facts.signing import ModelSignature, Signing, Standing, Statement
from weighbridge.model import (
    Attribute,
    Claim,
    Depth,
    Evidence,
    Factor,
    Location,
    Outcome,
    Severity,
    claimed,
    contradicted,
    missing,
    unknown,
    verified,
)

_REMEDY = "Sign the model again as it is published now: `model_signing sign`; users: do not use these files."
_MISSING = msgspec.structs.replace(
    missing("The model carries no signature.", remedy="Sign the model with `model_signing sign`, and publish the key."),
    severity=Severity.LOW,
)
_SHOWN = 5


@check(code="SE044", attribute=Attribute.SECURITY, factor=Factor.INTEGRITY, severity=Severity.CRITICAL)
def files_as_signed(signing: Signing, contents: Contents | None) -> Sequence[Outcome]:
    """The files are those that were signed.

    What it asks: whether every file is in the model's signature with the SHA-256 that was measured, none was added and none is
        missing.
    Why it matters: a signature vouches for the files that it lists; what was changed or added since is somebody else's.
    Evidence: SHA-256 of every byte, measured; the statement in the signature's bundle, its root digest computed again.
    Remedy: sign the model again as it is published now; users: do not use the files.
    Limits: verified only where SE045 says who signed. Signatures over parts of files, or by other digests than SHA-256, are
        not compared. Paths that the signer left out are not covered; where loading uses them, that is told. Folders that tools
        leave (`__pycache__`) are not looked into, so with one there the question stays open.
    Source: OpenSSF Model Signing specification 1.0; Jiang et al., ICSE 2023, STRIDE: tampering.
    """
    judged = signing.trusted or signing.signatures
    outcomes = [(signature.path, _judge(signature, signing, contents)) for signature in judged]
    if len(outcomes) > 1:
        return [msgspec.structs.replace(outcome, subject=path) for path, outcome in outcomes]
    return [outcome for _, outcome in outcomes] or [_MISSING]


def _judge(signature: ModelSignature, signing: Signing, contents: Contents | None) -> Outcome:
    statement = signature.statement
    if signature.broken:
        return contradicted(
            f"{signature.broken}.", Evidence(signature.broken, Location(signature.path)), remedy=_REMEDY,
            severity=Severity.HIGH,
        )  # fmt: skip
    if statement is None:
        return _open(signature, f"{signature.path} could not be read: {signature.unread}", signing)
    if contents is None:
        text = f"{signature.path} lists {_count(len(statement.files))}; none was measured"
        if signing.wanted:
            return msgspec.structs.replace(_open(signature, text, signing), depth=Depth.FULL)
        outcome = claimed(f"{text}.", Evidence(text, Location(signature.path)), depth=Depth.FULL)
        return msgspec.structs.replace(outcome, severity=Severity.LOW)
    if not statement.is_comparable:
        how = f"{statement.method} by {', '.join(sorted({file.algorithm for file in statement.files})) or 'nothing'}"
        return _open(signature, f"{signature.path} signs {how}, which is not measured here", signing)
    return _compare(signature, statement, signing, contents)


def _compare(signature: ModelSignature, statement: Statement, signing: Signing, contents: Contents) -> Outcome:
    measured = {file.path: file.sha256 for file in contents.hashes}
    differing = list(_differences(signature, statement, measured, signing, contents))
    if differing:
        shown = "; ".join(differing[:_SHOWN]) + (
            f"; and {len(differing) - _SHOWN:,} more" if differing[_SHOWN:] else ""
        )
        return contradicted(
            f"The files are not those that {signature.path} lists: {shown}.",
            *(Evidence(text) for text in differing[:_SHOWN]),
            claim=Claim(f"{_count(len(statement.files))} signed", Location(signature.path)),
            remedy=_REMEDY,
        )
    unread = [file.path for file in statement.files if file.path not in measured]
    unread += [skip.path for skip in contents.skipped if not statement.leaves_out(skip.path)]
    unread += [place for place in signing.unlisted if not statement.leaves_out(place)]
    if unread:
        return _open(
            signature, f"{unread[0]}, which {signature.path} would have to list, could not be measured", signing
        )
    return _agreeing(signature, statement, measured)


def _differences(
    signature: ModelSignature, statement: Statement, measured: dict[str, str], signing: Signing, contents: Contents
) -> Iterator[str]:
    """Yield what is otherwise than signed, changed files first."""
    signed = {file.path: file.digest for file in statement.files}
    yield from (f"{path} was changed" for path in sorted(signed) if measured.get(path, signed[path]) != signed[path])
    held = measured.keys() | {skip.path for skip in contents.skipped}
    if not signing.is_partial:
        absent = sorted(path for path in signed.keys() - held if not _is_below(path, signing.unlisted))
        yield from (f"{path} is missing" for path in absent)
    own = {other.path for other in signing.signatures} | {signature.path}
    for path in sorted(measured.keys() - signed.keys() - own):
        if not statement.leaves_out(path) and not _is_gits(path):
            yield f"{path} was added"


def _is_below(path: str, places: tuple[str, ...]) -> bool:
    return any(place == "." or path.startswith(f"{place}/") for place in places)


def _is_gits(path: str) -> bool:
    """Tell whether a path is git's own, which the format leaves out without saying so."""
    return path.partition("/")[0] in {".git", ".github", ".gitignore", ".gitattributes"}


def _agreeing(signature: ModelSignature, statement: Statement, measured: dict[str, str]) -> Outcome:
    covered = f"All {_count(len(statement.files))} that {signature.path} lists are as they were signed"
    uncovered = sorted(path for path in measured if statement.leaves_out(path) and acts_on_loading(path))
    if uncovered:
        named = ", ".join(uncovered[:_SHOWN])
        return contradicted(
            f"{signature.path} leaves out files that loading uses: {named}.",
            *(Evidence("not covered by the signature", Location(path)) for path in uncovered[:_SHOWN]),
            claim=Claim(f"{_count(len(statement.files))} signed", Location(signature.path)),
            remedy="Sign every file that loading uses.",
            severity=Severity.MEDIUM,
        )
    evidence = Evidence(f"{len(statement.files):,} measured digests", Location(signature.path))
    if signature.proof.standing is Standing.HOLDS:
        return verified(f"{covered}, by {signature.proof.by}.", evidence)
    why = f"who signed is not verified: {signature.proof.reason or 'no key or identity was given'}"
    return msgspec.structs.replace(claimed(f"{covered}; {why}.", evidence), severity=Severity.LOW)


def _open(signature: ModelSignature, text: str, signing: Signing) -> Outcome:
    """Leave the question open; gravely where the user named a signer, and so wants it answered."""
    outcome = unknown(f"{text}.", Evidence(text, Location(signature.path)))
    return msgspec.structs.replace(outcome, severity=Severity.CRITICAL if signing.wanted else Severity.LOW)


def _count(number: int) -> str:
    return f"{number:,} file" if number == 1 else f"{number:,} files"
