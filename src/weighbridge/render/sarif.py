"""SARIF 2.1.0, as code scanning reads it.

What a publisher claims wrongly is a result whose level follows its severity; what is missing is a note; what could not
be looked at is a notification of the run, never silence. Limits are those of GitHub code scanning: 5,000 results are
shown, messages are cut, and a file has twenty runs at most.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from weighbridge.checks.contract import SECTIONS, Check
from weighbridge.errors import DOCUMENTATION
from weighbridge.model import Attribute, Audit, Evidence, Location, Severity, State, Verdict
from weighbridge.render.links import file_link, path_uri
from weighbridge.render.text import plural, printable, redact
from weighbridge.scoring.fingerprint import fingerprint, locations

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MAX_RESULTS = 5000
# A file of more runs is refused by code scanning.
MAX_RUNS = 20
_MAX_NOTIFICATIONS = 1000
_MAX_LOCATIONS = 10
_MAX_MESSAGE = 1000
# SARIF's numbers are 32-bit in some readers.
_MAX_NUMBER = 2**31 - 1

_LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
_ORDER = ("error", "warning", "note")
# The middle of the CVSS 3.1 band that code scanning shows as critical, high, medium, low.
_SECURITY_SEVERITY = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "2.5",
    Severity.INFO: "0.5",
}
_PRECISION = {"high": "high", "medium": "medium", "low": "low"}


def render_sarif(audits: Audit | Iterable[Audit], checks: Iterable[Check] = (), *, alarms_only: bool = False) -> str:
    """Return a SARIF log with one run an audit, or one for all where that were more than are read; `checks` give the rules their help.

    `alarms_only` leaves out what is only missing: a scan asks what is there.
    """
    documented = {check.code: check for check in checks}
    held = [audits] if isinstance(audits, Audit) else list(audits)
    runs = [_run(audit, documented, alarms_only) for audit in held]
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": runs if len(runs) <= MAX_RUNS else [_merged(held, runs)]}
    return redact(json.dumps(log, indent=2, sort_keys=True, ensure_ascii=True)) + "\n"


def _run(audit: Audit, checks: Mapping[str, Check], alarms_only: bool) -> dict[str, Any]:
    found = [*audit.alarms(), *(v for v in audit.verdicts if v.waived)]
    found += [] if alarms_only else audit.in_state(State.MISSING)
    shown = found[:MAX_RESULTS]
    codes = sorted({verdict.code for verdict in audit.verdicts} | ({*checks} if not audit.verdicts else set()))
    rules = [_rule(code, audit, checks.get(code)) for code in codes]
    index = {code: position for position, code in enumerate(codes)}
    run = {
        "tool": {
            "driver": {
                "name": "Weighbridge",
                "version": audit.tool_version,
                "semanticVersion": audit.tool_version,
                "informationUri": DOCUMENTATION,
                "rules": rules,
            }
        },
        "automationDetails": {"id": f"weighbridge/{printable(audit.ref.name, 200)}/"},
        "invocations": [_invocation(audit, len(found) - len(shown))],
        "columnKind": "unicodeCodePoints",
        "results": [_result(audit, verdict, index[verdict.code]) for verdict in shown],
        "properties": {"depth": audit.depth.label, "asOf": audit.as_of.isoformat()},
    }
    if provenance := _provenance(audit):
        run["versionControlProvenance"] = provenance
    return run


def _merged(audits: Sequence[Audit], runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return one run for many audits: the gravest results first, each with its model; every audit keeps its own invocation."""
    rules = {rule["id"]: rule for run in runs for rule in run["tool"]["driver"]["rules"]}
    index = {code: position for position, code in enumerate(sorted(rules))}
    results = []
    for audit, run in zip(audits, runs, strict=True):
        name = printable(audit.ref.name, 200)
        for result in run["results"]:
            # The same fault of two models in files of one name would be taken for one.
            own = {kind: f"{name}:{value}" for kind, value in result["partialFingerprints"].items()}
            told = {"properties": result["properties"] | {"model": name}, "partialFingerprints": own}
            results.append(result | told | {"ruleIndex": index[result["ruleId"]]})
    results.sort(key=lambda result: _ORDER.index(result["level"]))
    invocations = [run["invocations"][0] for run in runs]
    if left := _cut(len(results) - MAX_RESULTS):
        invocations.append({"executionSuccessful": True, "toolExecutionNotifications": left})
    driver = runs[0]["tool"]["driver"] | {"rules": [rules[code] for code in sorted(rules)]}
    merged = {
        "tool": {"driver": driver},
        "automationDetails": {"id": "weighbridge/"},
        "invocations": invocations,
        "columnKind": "unicodeCodePoints",
        "results": results[:MAX_RESULTS],
        "properties": runs[0]["properties"] | {"depth": min(audit.depth for audit in audits).label},
    }
    if origins := [origin for run in runs for origin in run.get("versionControlProvenance", ())]:
        merged["versionControlProvenance"] = [json.loads(text) for text in dict.fromkeys(map(json.dumps, origins))]
    return merged


def _cut(count: int) -> list[dict[str, Any]]:
    """Tell how many results are left out, if any are."""
    if count <= 0:
        return []
    return [_notification(f"{plural(count, 'result')} left out: at most {MAX_RESULTS:,} are shown", "warning")]


def _provenance(audit: Audit) -> list[dict[str, Any]]:
    link = file_link(audit.ref, Location("x"))
    if not link or not audit.ref.commit:
        return []
    return [{"repositoryUri": link.partition("/blob/")[0], "revisionId": printable(audit.ref.commit, 64)}]


def _rule(code: str, audit: Audit, check: Check | None) -> dict[str, Any]:
    """Describe a rule by its check's documentation, or by its verdict where the check is not known."""
    sample = next((verdict for verdict in audit.verdicts if verdict.code == code), None)
    holder: Any = check or sample
    docs = check.docs if check else {}
    summary = docs.get("summary") or holder.name.replace("-", " ")
    properties: dict[str, Any] = {
        "tags": sorted({holder.attribute.value, holder.factor.value}),
        "precision": "high",
        "problem.severity": {"error": "error", "warning": "warning"}.get(_LEVELS[holder.severity], "recommendation"),
    }
    if holder.attribute is Attribute.SECURITY:
        properties["security-severity"] = _SECURITY_SEVERITY[holder.severity]
    return {
        "id": code,
        "name": "".join(part.capitalize() for part in holder.name.split("-")),
        "shortDescription": {"text": summary},
        "fullDescription": {"text": docs.get("What it asks", summary)[:_MAX_MESSAGE]},
        "helpUri": f"{DOCUMENTATION}/checks/{code}.md",
        "help": {"text": help_text(docs) or summary, "markdown": help_text(docs, bold="**") or summary},
        "defaultConfiguration": {"level": _LEVELS[holder.severity]},
        "properties": properties,
    }


def help_text(docs: Mapping[str, str], bold: str = "") -> str:
    """Return a check's documentation as paragraphs."""
    parts = [docs["summary"]] if docs.get("summary") else []
    parts += [f"{bold}{title}{bold}: {docs[title]}" for title in SECTIONS if docs.get(title)]
    return "\n\n".join(parts)


def _result(audit: Audit, verdict: Verdict, rule_index: int) -> dict[str, Any]:
    is_missing = verdict.state is State.MISSING
    result: dict[str, Any] = {
        "ruleId": verdict.code,
        "ruleIndex": rule_index,
        "kind": "fail",
        "level": "note" if is_missing else _LEVELS[verdict.severity],
        "message": {"text": _message(verdict)},
        "locations": _locations(audit, verdict),
        "partialFingerprints": {"weighbridge/v1": fingerprint(verdict)},
        "properties": {
            "state": verdict.state.value,
            "severity": verdict.severity.label,
            "confidence": _PRECISION[verdict.confidence.value],
            "attribute": verdict.attribute.value,
        },
    }
    if verdict.waived:
        result["suppressions"] = [{"kind": "external", "justification": printable(verdict.waived, _MAX_MESSAGE)}]
    if verdict.subject:
        result["properties"]["subject"] = printable(verdict.subject, 200)
    return result


def _message(verdict: Verdict) -> str:
    """Return the message in plain text; brackets would be read as links (SARIF §3.11.6)."""
    remedy = f" Remedy: {printable(verdict.remedy, 300)}" if verdict.remedy else ""
    text = printable(verdict.message, _MAX_MESSAGE - 310) + remedy
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]").replace("{", "{{").replace("}", "}}")


def _locations(audit: Audit, verdict: Verdict) -> list[dict[str, Any]]:
    """Return where a finding is; code scanning shows nothing without a file, so the card or the first file stands in."""
    found = list(dict.fromkeys(locations(verdict)))[:_MAX_LOCATIONS]
    return [_location(audit, where) for where in found] or [_location(audit, Location(_stand_in(audit)))]


def _stand_in(audit: Audit) -> str:
    paths = [file.path for file in audit.files]
    return next((path for path in paths if path.lower() == "readme.md"), paths[0] if paths else "README.md")


def _location(audit: Audit, where: Location) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": path_uri(where.path)}}
    if region := _region(where):
        physical["region"] = region
    location: dict[str, Any] = {"physicalLocation": physical}
    if where.member or where.pointer:
        location["logicalLocations"] = [_logical(where)]
    if link := file_link(audit.ref, where):
        location["properties"] = {"link": link}
    return location


def _region(where: Location) -> dict[str, int]:
    """Return the spot in the file itself: a line of text, or a byte of a binary; a member's offset is not the file's."""
    if where.line is not None and 1 <= where.line <= _MAX_NUMBER:
        column = {"startColumn": where.column} if where.column and 1 <= where.column <= _MAX_NUMBER else {}
        return {"startLine": where.line, **column}
    if where.offset is not None and not where.member and 0 <= where.offset <= _MAX_NUMBER:
        return {"byteOffset": where.offset, "byteLength": 0}
    return {}


def _logical(where: Location) -> dict[str, str]:
    name = printable(where.member or where.pointer, 200)
    kind = "member" if where.member else "property"
    return {"name": name, "fullyQualifiedName": printable(where, 500), "kind": kind}


def _invocation(audit: Audit, cut: int) -> dict[str, Any]:
    """Tell how the run went: everything not looked at is a notification, so that silence never means 'clean'."""
    notes = [_notification(v.message, "note", v.code, v.evidence) for v in audit.in_state(State.UNKNOWN)]
    notes += [_notification(f"not looked at: {s.path}: {s.reason}", "warning") for s in audit.skipped]
    notes += [_notification(note, "note") for note in audit.notes]
    left = len(notes) - _MAX_NOTIFICATIONS
    notes = notes[:_MAX_NOTIFICATIONS]
    if left > 0:
        notes.append(_notification(f"and {plural(left, 'more notification')}", "warning"))
    return {"executionSuccessful": True, "toolExecutionNotifications": notes + _cut(cut)}


def _notification(text: str, level: str, code: str = "", evidence: Sequence[Evidence] = ()) -> dict[str, Any]:
    shown = printable(text, _MAX_MESSAGE).replace("{", "{{").replace("}", "}}")
    notification: dict[str, Any] = {"level": level, "message": {"text": shown}}
    if code:
        notification["associatedRule"] = {"id": code}
    places = [e.where for e in evidence if e.where][:_MAX_LOCATIONS]
    if places:
        notification["locations"] = [
            {"physicalLocation": {"artifactLocation": {"uri": path_uri(where.path)}}} for where in places
        ]
    return notification
