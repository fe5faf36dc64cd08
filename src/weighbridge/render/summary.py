"""What every report tells, worked out once: counts, differences, gaps, permissions, next steps."""

from __future__ import annotations

import shlex
from collections.abc import Iterable

import msgspec

from weighbridge.model import Attribute, Audit, Depth, Factor, MemoryNeed, Origin, Severity, State, Verdict
from weighbridge.render.text import count_text, plural, printable, size_text

_STEPS = 5
_PERFORMANCE = {Factor.PERFORMANCE_TABLE, Factor.LATENCY}
_PRECISION_OF = {"F32": "F32", "F16": "BF16", "BF16": "BF16", "I8": "I8", "Q8_0": "I8", "I4": "I4"}


class OpenQuestions(msgspec.Struct, frozen=True):
    """Verdicts that a look at `depth` would tell; `depth` None where a deeper look would not help."""

    depth: Depth | None
    verdicts: tuple[Verdict, ...]


class Summary(msgspec.Struct, frozen=True):
    """An audit sorted by the questions of a person who is about to reuse the model."""

    differences: tuple[Verdict, ...]
    waived: tuple[Verdict, ...]
    permissions: tuple[Verdict, ...]
    portability: tuple[Verdict, ...]
    missing: tuple[Verdict, ...]
    open_questions: tuple[OpenQuestions, ...]
    verified: tuple[Verdict, ...]
    claimed: tuple[Verdict, ...]
    headline: str
    steps: tuple[str, ...]
    publisher: str


def summarise(audit: Audit) -> Summary:
    """Sort an audit by the reader's questions."""
    alarms = audit.alarms()
    missing = audit.in_state(State.MISSING)
    return Summary(
        differences=tuple(alarms),
        waived=tuple(v for v in audit.verdicts if v.waived),
        permissions=tuple(_telling(v for v in audit.verdicts if v.attribute is Attribute.LICENCE)),
        portability=tuple(_telling(v for v in audit.verdicts if _is_about_running(v))),
        missing=tuple(sorted(missing, key=lambda v: (list(Attribute).index(v.attribute), -v.severity, v.code))),
        open_questions=tuple(_open_questions(audit)),
        verified=tuple(audit.in_state(State.VERIFIED)),
        claimed=tuple(audit.in_state(State.CLAIMED)),
        headline=headline(audit),
        steps=tuple(_steps(audit, alarms)),
        publisher=_publisher(missing),
    )


def no_score(audit: Audit, attribute: Attribute) -> str:
    """Return why an attribute has no score."""
    states = {verdict.state for verdict in audit.verdicts if verdict.attribute is attribute}
    if State.UNKNOWN in states:
        return "not looked at"
    return "does not apply" if states else "not checked"


def counts(audit: Audit) -> list[tuple[State, str]]:
    """Return how many verdicts there are of each kind: `2 contradictions (1 high)`, `14 missing` …; the worst first."""
    if not audit.verdicts:
        return [(State.UNKNOWN, "nothing was checked")]
    alarms = audit.alarms()
    grave = [
        f"{count} {severity.label}"
        for severity in sorted(Severity, reverse=True)
        if severity > Severity.LOW and (count := sum(v.severity is severity for v in alarms))
    ]
    first = plural(len(alarms), "contradiction") if alarms else "no contradictions"
    found = [(State.CONTRADICTED, first + (f" ({', '.join(grave)})" if grave else ""))]
    others = (State.MISSING, State.UNKNOWN, State.CLAIMED, State.VERIFIED)
    found += [(state, f"{len(audit.in_state(state))} {state.value}") for state in others]
    waived = sum(bool(v.waived) for v in audit.verdicts)
    return [*found, (State.NOT_APPLICABLE, f"{waived} waived")] if waived else found


def headline(audit: Audit) -> str:
    """Return the verdict line: `2 contradictions (1 high), 14 missing, 9 unknown, 12 claimed, 31 verified`."""
    return ", ".join(text for _, text in counts(audit))


def precision_text(audit: Audit) -> str:
    """Return the shares of the precisions: `F32`, or `BF16 98 %, F32 2 %`."""
    total = sum(audit.overview.precisions.values())
    shares = [(name, count / total if total else 0) for name, count in list(audit.overview.precisions.items())[:4]]
    if len(shares) == 1:
        return printable(shares[0][0])
    return ", ".join(
        f"{printable(name)} {share:.0%}" if share >= 0.01 else f"{printable(name)} <1%" for name, share in shares
    )


def overview_rows(audit: Audit) -> list[tuple[str, str]]:
    """Return what the model is as label and text; what is not known is left out."""
    o = audit.overview
    rows = [
        ("task", o.task),
        ("architecture", o.architecture),
        ("library", o.library),
        ("parameters", f"{count_text(o.parameters)} ({o.parameters:,})" if o.parameters else ""),
        ("precision", precision_text(audit)),
        ("quantisation", o.quantisation),
        ("formats", ", ".join(o.formats)),
        ("weights", size_text(o.weight_bytes) if o.weight_bytes else ""),
        ("context", f"{o.context:,} tokens" if o.context else ""),
        ("vocabulary", f"{o.vocabulary:,} tokens" if o.vocabulary else ""),
        ("licence", o.licence),
        ("base model", _few(o.base_models)),
        ("datasets", _few(o.datasets)),
        ("languages", _few(o.languages, 6)),
    ]
    return [(label, printable(text, 200)) for label, text in rows if text]


def provenance_rows(audit: Audit) -> list[tuple[str, str]]:
    """Return what was audited, and how: target, commit, depth, day, tool."""
    ref = audit.ref
    rows = [
        ("audited", f"{ref.origin.value} {ref.name}"),
        ("commit", ref.commit or ref.revision or ""),
        ("depth", f"{audit.depth.label}: {audit.depth.reads}"),
        ("day", audit.as_of.isoformat()),
        ("tool", f"weighbridge {audit.tool_version}"),
    ]
    return [(label, printable(text, 200)) for label, text in rows if text]


def target_text(audit: Audit) -> str:
    """Return what to type to mean this model, quoted for a shell; an audit does not keep where on disk it was read."""
    if audit.ref.origin in {Origin.FOLDER, Origin.FILE}:
        return "PATH"
    name = printable(audit.ref.name, 200)
    revision = audit.ref.revision if audit.ref.origin in {Origin.HUB, Origin.CACHE} else None
    return shlex.quote(f"{name}@{printable(revision, 100)}" if revision and revision != "main" else name)


def _few(names: Iterable[str], limit: int = 3) -> str:
    listed = list(names)
    more = f" and {len(listed) - limit} more" if len(listed) > limit else ""
    return ", ".join(listed[:limit]) + more


def _is_about_running(verdict: Verdict) -> bool:
    """Tell whether it says something about hardware and frameworks; open questions are listed elsewhere."""
    is_asked = verdict.factor in {Factor.HARDWARE_SPECIFICATION, Factor.FRAMEWORK_SUPPORT}
    return is_asked and verdict.attribute is Attribute.PORTABILITY and verdict.state is not State.UNKNOWN


_TELLING = (State.CONTRADICTED, State.MISSING, State.UNKNOWN, State.CLAIMED, State.VERIFIED)


def _telling(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Leave out what does not apply; the worst first."""
    applicable = [v for v in verdicts if v.state in _TELLING]
    return sorted(applicable, key=lambda v: (_TELLING.index(v.state), -v.severity, v.code, v.subject))


def _open_questions(audit: Audit) -> list[OpenQuestions]:
    by_depth: dict[Depth | None, list[Verdict]] = {}
    for verdict in audit.in_state(State.UNKNOWN):
        by_depth.setdefault(verdict.depth, []).append(verdict)
    ordered = sorted(by_depth, key=lambda depth: (depth is None, depth or 0))
    return [OpenQuestions(depth, tuple(by_depth[depth])) for depth in ordered]


def _steps(audit: Audit, alarms: list[Verdict]) -> list[str]:
    """Return three to five things to do next, the most pressing first."""
    found = [*_about_alarms(alarms), *_about_licence(audit), *_about_depth(audit), *_about_pin(audit)]
    found += [*_about_performance(audit), *_about_memory(audit), *_about_missing(audit)]
    return found[:_STEPS]


def _about_alarms(alarms: list[Verdict]) -> list[str]:
    steps = []
    for verdict in alarms[:2]:
        message = printable(verdict.message, 160).rstrip(".").replace("`", "'")
        if verdict.attribute is Attribute.SECURITY and verdict.severity >= Severity.HIGH:
            steps.append(f"Do not load it before this is settled: {message} ({verdict.code}).")
        elif verdict.severity >= Severity.MEDIUM:
            steps.append(f"Settle before you rely on it: {message} ({verdict.code}).")
    return steps


def _about_licence(audit: Audit) -> list[str]:
    if not any(v.factor is Factor.DECLARATION and v.severity >= Severity.HIGH for v in audit.in_state(State.MISSING)):
        return []
    return ["Ask the publisher which licence applies: none was found, so nothing allows you to use or pass it on."]


def _about_depth(audit: Audit) -> list[str]:
    for question in _open_questions(audit):
        if question.depth is not None:
            count = plural(len(question.verdicts), "open question")
            return [
                f"Look deeper: `weighbridge audit {target_text(audit)} --depth {question.depth.label}` answers {count}."
            ]
    return []


def _about_pin(audit: Audit) -> list[str]:
    if audit.ref.origin is not Origin.HUB or not audit.ref.commit:
        return []
    return [f'Pin what was audited when you load it: `revision="{printable(audit.ref.commit, 64)}"`.']


def _about_performance(audit: Audit) -> list[str]:
    claims = [v for v in audit.in_state(State.CLAIMED) if v.factor in _PERFORMANCE]
    if claims:
        return ["Measure it on your own data: its published figures are claims that nothing here confirms."]
    return ["Measure it on your own data: no performance figures could be confirmed."] if audit.verdicts else []


def _about_missing(audit: Audit) -> list[str]:
    gaps = sorted(audit.in_state(State.MISSING), key=lambda v: (-v.severity, v.code))
    if not gaps or gaps[0].severity < Severity.MEDIUM:
        return []
    message = printable(gaps[0].message, 160).rstrip(".").replace("`", "'")
    more = f", and {len(gaps) - 1} more" if len(gaps) > 1 else ""
    return [f"Find out, or ask the publisher, what is missing: {message} ({gaps[0].code}{more})."]


def _about_memory(audit: Audit) -> list[str]:
    need = stored_need(audit)
    if need is None:
        return []
    return [
        f"Plan for about {size_text(need.inference)} of memory to run it at {need.precision}, "
        f"{size_text(need.lora)} to fine-tune it with LoRA (activations come on top)."
    ]


def stored_need(audit: Audit) -> MemoryNeed | None:
    """Return the memory needed at the precision in which most of the weights are stored."""
    stored = next(iter(audit.overview.precisions), "")
    wanted = _PRECISION_OF.get(stored, "BF16")
    needs = {need.precision: need for need in audit.overview.memory}
    return needs.get(wanted) or next(iter(audit.overview.memory), None)


def _publisher(missing: list[Verdict]) -> str:
    if not missing:
        return ""
    return (
        f"Yours? `weighbridge card fix PATH` drafts what is missing in the card ({plural(len(missing), 'gap')} found)."
    )
