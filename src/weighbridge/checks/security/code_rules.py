"""How grave it is what code does: by what it is, why it would run, and whether running it comes to that place.

A capability that honest models use (to fetch a picture, to write a vocabulary) is no alarm; a combination that only attacks
have is one wherever it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from weighbridge.checks.security.judging import DANGEROUS, MALICIOUS, NOTE, REVIEW
from weighbridge.facts.remote_code import CodeFile, Purpose, Reach, Seen
from weighbridge.model import Confidence, Evidence, Outcome, Severity, contradicted, unknown, verified

_CAUSES = 20

# What a place in code that loading runs means: at import, in use, and where nothing is known to lead to it.
_LOADING: dict[str, tuple[Severity | None, Severity | None, Severity | None]] = {
    "python.decoded-code": (MALICIOUS, MALICIOUS, DANGEROUS),
    "python.downloaded-code": (MALICIOUS, MALICIOUS, DANGEROUS),
    "python.downloaded-data": (MALICIOUS, DANGEROUS, REVIEW),
    "python.exfiltration": (MALICIOUS, MALICIOUS, DANGEROUS),
    "python.attack-command": (MALICIOUS, MALICIOUS, DANGEROUS),
    "python.persistence": (MALICIOUS, MALICIOUS, DANGEROUS),
    "python.obfuscated": (MALICIOUS, MALICIOUS, DANGEROUS),
    "python.credential-file": (MALICIOUS, DANGEROUS, REVIEW),
    "python.process": (MALICIOUS, DANGEROUS, REVIEW),
    "python.dynamic-code": (MALICIOUS, REVIEW, NOTE),
    "python.native-code": (DANGEROUS, REVIEW, None),
    "python.deserialisation": (REVIEW, NOTE, None),
    "python.network": (REVIEW, None, None),
    "python.hooks": (REVIEW, None, None),
    "python.server": (DANGEROUS, REVIEW, None),
    "python.foreign-code": (REVIEW, REVIEW, NOTE),
    "python.environment-write": (REVIEW, REVIEW, None),
    "python.evaluation": (REVIEW, NOTE, None),
    "python.computed-import": (NOTE, None, None),
    "python.word": (REVIEW, REVIEW, REVIEW),
    "python.file-write": (None, None, None),
    "python.file-removal": (DANGEROUS, None, None),
}
# In scripts and notebooks that people run themselves, only what attacks whoever runs it.
_BY_HAND: dict[str, Severity] = {
    "python.decoded-code": DANGEROUS,
    "python.downloaded-code": DANGEROUS,
    "python.exfiltration": DANGEROUS,
    "python.attack-command": DANGEROUS,
    "python.persistence": DANGEROUS,
    "python.obfuscated": REVIEW,
    "python.credential-file": REVIEW,
    "python.downloaded-data": REVIEW,
}
_HOOKS = frozenset({"sys.settrace", "sys.setprofile", "sys.addaudithook", "sys.meta_path.append", "sys.meta_path.insert",
                    "sys.path_hooks.append", "gc.get_objects", "gc.get_referrers", "sys.path.insert", "sys.path.append",
                    "site.getsitepackages", "site.getusersitepackages", "os.kill", "os.killpg"})  # fmt: skip


def gravity(seen: Seen, purpose: Purpose) -> Severity | None:
    """Return how grave an observation is in code of that purpose; None for what honest code does."""
    found = seen.observation
    if found.kind == "shell.attack":
        return NOTE if found.details.get("installer") else DANGEROUS if found.subject != "foreign index" else REVIEW
    if _is_harmless(seen):
        return None
    if purpose is Purpose.LOADING:
        levels = _LOADING.get(found.kind, (None, None, None))
        level = levels[(Reach.IMPORT, Reach.USE, Reach.NONE).index(seen.reach)]
        is_statements = found.kind == "python.dynamic-code" and found.subject == "exec" and seen.reach is Reach.USE
        return DANGEROUS if is_statements and not found.details.get("reference") else level
    if purpose is Purpose.INSTALLING and found.kind == "python.process" and seen.reach is Reach.IMPORT:
        return REVIEW if found.details.get("reference") or "?" in found.details.get("command", "?") else DANGEROUS
    if purpose is Purpose.INSTALLING and found.kind == "python.process":
        return REVIEW
    return _of_hand(seen, purpose)


def _of_hand(seen: Seen, purpose: Purpose) -> Severity | None:
    found = seen.observation
    if found.kind == "python.downloaded-code" and "network" not in found.details.get("from", ()):
        return NOTE  # torch.hub and the like: code by name
    level = _BY_HAND.get(found.kind)
    if level is None and purpose is Purpose.NOTEBOOK and found.kind == "python.process":
        return None if found.details.get("reference") or "?" in found.details.get("command", "?") else NOTE
    return level


def _is_harmless(seen: Seen) -> bool:
    found, details = seen.observation, seen.observation.details
    if found.kind == "python.process":
        return bool(details.get("harmless"))
    if found.kind == "python.hooks":
        return found.subject not in _HOOKS
    if found.kind == "python.native-code":
        return found.text in {"ctypes.CDLL(None)", "ctypes.PyDLL(None)"}
    if found.kind == "python.dynamic-code" and "file" in details.get("from", ()):
        return seen.reach is Reach.NONE
    return False


def alarms(files: Iterable[CodeFile], kinds: tuple[str, ...], remedy: str) -> Iterator[Outcome]:
    """Yield one contradiction a file and cause, gravest first, for observations whose kind is one of `kinds`."""
    for file in files:
        causes: dict[tuple[Severity, str, str], list[Seen]] = {}
        for seen in file.seen:
            level = gravity(seen, file.purpose) if seen.observation.kind in kinds else None
            if level is not None:
                causes.setdefault((level, seen.observation.kind, seen.observation.subject), []).append(seen)
        ordered = sorted(causes.items(), key=lambda cause: -cause[0][0])
        for (level, _, _), places in ordered[:_CAUSES]:
            yield _alarm(file, level, places, remedy)


_DOES = {
    "python.decoded-code": "runs decoded text",
    "python.downloaded-code": "runs what it fetches",
    "python.downloaded-data": "unpickles what it fetches or decodes",
    "python.exfiltration": "sends secrets away",
    "python.attack-command": "runs a command that attacks",
    "python.persistence": "writes where it runs again later",
    "python.obfuscated": "hides what it does",
    "python.credential-file": "names a file of credentials",
    "python.process": "runs another program",
    "python.dynamic-code": "runs text as code",
    "python.native-code": "loads native code",
    "python.deserialisation": "unpickles data",
    "python.network": "uses the network",
    "python.file-removal": "removes folders",
    "python.hooks": "hooks into the interpreter",
    "python.server": "opens a port to others",
    "python.foreign-code": "runs the code of another repository",
    "python.environment-write": "makes other programs load or ask something else",
    "python.evaluation": "evaluates text",
    "python.computed-import": "imports a module by a computed name",
    "python.word": "cannot be parsed, and names what runs code",
    "shell.attack": "attacks whoever runs it",
}
_WHEN = {
    Reach.IMPORT: "as soon as it is imported",
    Reach.USE: "when the model is made or used",
    Reach.NONE: "in a function that nothing here is seen to call",
}


def _alarm(file: CodeFile, level: Severity, places: list[Seen], remedy: str) -> Outcome:
    first = places[0]
    found = first.observation
    when = f" {_WHEN[first.reach]}" if file.purpose is Purpose.LOADING else ""
    more = f", and {len(places) - 1} more" if len(places) > 1 else ""
    way = f" ({' → '.join(file.chain)})" if len(file.chain) > 1 else ""
    return contradicted(
        f"{found.where} {_DOES.get(found.kind, 'acts')}{when}: {found.text}{more}{way}.",
        *(Evidence(seen.observation.text, seen.observation.where) for seen in places[:5]),
        remedy=remedy,
        severity=level,
        confidence=Confidence.HIGH if level >= DANGEROUS else Confidence.MEDIUM,
        subject=file.path,
    )


def answer(
    files: Sequence[CodeFile], kinds: tuple[str, ...], remedy: str, clean: str, none: Outcome
) -> Sequence[Outcome]:
    """Return the alarms; without any, that the files were read, or that one could not be."""
    if not files:
        return [none]
    found = list(alarms(files, kinds, remedy))
    unread = [
        unknown(f"{file.path} could not be read as code: {file.problem}.", subject=file.path)
        for file in files
        if file.problem and file.purpose is Purpose.LOADING
    ]
    if found or unread:
        return [*found, *unread]
    return [verified(f"{clean} ({len(files):,} {'file' if len(files) == 1 else 'files'} read)")]
