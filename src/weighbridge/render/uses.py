"""What source code loads: a table for the terminal, JSON, CSV, and SARIF for code scanning."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

import msgspec

from weighbridge import __version__
from weighbridge.errors import DOCUMENTATION
from weighbridge.render.links import path_uri
from weighbridge.render.sarif import MAX_RESULTS, SCHEMA
from weighbridge.render.text import cut, plain, plural, printable, redact
from weighbridge.uses.use import Pin, Place, Report, Use

COLUMNS = (
    "model", "registry", "revision", "pin", "trust_remote_code", "path", "cell", "line", "function", "call", "library", "confidence",
)  # fmt: skip
_MAX_SHOWN = 200
_RULES = {
    "unpinned-model": (
        "A model is loaded without a commit",
        "Without a commit hash the code loads whatever the publisher puts there next. Give `revision=` the 40 letters of a commit.",
        "warning",
        "5.5",
    ),
    "unpinned-foreign-code": (
        "A model's own code is run, and not held to a commit",
        "With trust_remote_code, or through PyTorch Hub, whoever may change the repository runs code in this program. Pin a commit that was read.",
        "error",
        "8.0",
    ),
}


def is_unpinned(use: Use) -> bool:
    """Tell whether what is loaded can change without the code changing."""
    return use.pin is not Pin.COMMIT


def rule_of(use: Use) -> str:
    """Return the rule that a use breaks, empty for none."""
    if not is_unpinned(use):
        return ""
    return "unpinned-foreign-code" if use.trust_remote_code else "unpinned-model"


def render_uses(report: Report, *, width: int = 80, encoding: str = "utf-8", verbose: bool = False) -> str:
    """Return a table of models, each with the places that load it, and what is not known."""
    lines = [
        line for model in _by_model(report.uses)[: None if verbose else _MAX_SHOWN] for line in _model(*model, width)
    ]
    left = len({(use.registry, use.model) for use in report.uses}) - _MAX_SHOWN
    if left > 0 and not verbose:
        lines += [f"… and {plural(left, 'more model')} (--verbose, or --format csv)", ""]
    lines += _not_known(report, width, verbose=verbose)
    return plain("\n".join([*lines, _summary(report)]) + "\n", encoding)


def _by_model(uses: Iterable[Use]) -> list[tuple[tuple[str, str], list[Use]]]:
    held: dict[tuple[str, str], list[Use]] = {}
    for use in uses:
        held.setdefault((use.model, use.registry), []).append(use)
    return sorted(held.items(), key=lambda item: (item[0][0].lower(), item[0][1]))


def _model(name: tuple[str, str], uses: list[Use], width: int) -> list[str]:
    model, registry = name
    where = "" if registry == "huggingface" else f"  ({printable(registry, 40)})"
    lines = [cut(printable(model, 300) + where, max(width, 40))]
    for use in uses[:20]:
        told = [_pinned(use), *(["runs its own code"] if use.trust_remote_code else [])]
        told += [] if use.confidence.value == "high" else [f"confidence {use.confidence.value}"]
        lines.append(f"  {printable(use.place, 200)}  {printable(use.call, 60)}  {', '.join(told)}")
    if len(uses) > 20:
        lines.append(f"  … and {plural(len(uses) - 20, 'more place')}")
    return [*lines, ""]


def _pinned(use: Use) -> str:
    if use.pin is Pin.COMMIT:
        return f"pinned to {use.revision[:12]}"
    if use.pin is Pin.REFERENCE:
        return f"branch or tag {printable(use.revision, 40)}"
    return "not pinned" if use.pin is Pin.NONE else "revision only known when it runs"


def _not_known(report: Report, width: int, *, verbose: bool) -> list[str]:
    lines = []
    most = None if verbose else 20
    if report.unnamed:
        lines.append("Loads a model that the file does not name:")
        shown = report.unnamed[:most]
        lines += [f"  {printable(call.place, 200)}  {printable(call.call, 60)}  {call.reason}" for call in shown]
        lines += [f"  … and {len(report.unnamed) - len(shown):,} more"] if len(report.unnamed) > len(shown) else []
        lines.append("")
    if report.unread:
        lines.append("Not read, or not to its end:")
        shown_files = report.unread[:most]
        lines += [cut(f"  {printable(f.path, 200)}: {printable(f.problem, 200)}", max(width, 60)) for f in shown_files]
        lines += (
            [f"  … and {len(report.unread) - len(shown_files):,} more"] if len(report.unread) > len(shown_files) else []
        )
        lines.append("")
    return lines


def _summary(report: Report) -> str:
    pins = Counter(use.pin for use in report.uses)
    models = len({(use.registry, use.model) for use in report.uses})
    text = f"{plural(models, 'model')} in {plural(len(report.uses), 'place')} of {plural(report.files, 'file')}"
    parts = [
        f"{pins[Pin.COMMIT]} pinned to a commit",
        f"{pins[Pin.REFERENCE]} to a branch or tag",
        f"{pins[Pin.NONE]} to nothing",
    ]
    if report.uses:
        text += ": " + ", ".join(parts)
    foreign = sum(1 for use in report.uses if use.trust_remote_code)
    return text + (f"; {plural(foreign, 'place')} let a model's own code run" if foreign else "")


def render_uses_json(report: Report) -> str:
    """Return everything, as `weighbridge/uses/1.0`."""
    document = {"schema": "weighbridge/uses/1.0", "tool_version": __version__, **_plain(report)}
    return redact(json.dumps(document, indent=2, sort_keys=True, ensure_ascii=True)) + "\n"


def _plain(report: Report) -> dict[str, Any]:
    return {
        "files": report.files,
        "uses": [_row(use) for use in report.uses],
        "unnamed": [
            {**_place(call.place), "call": call.call, "library": call.library, "reason": call.reason}
            for call in report.unnamed
        ],
        "unread": [{"path": file.path, "reason": file.problem} for file in report.unread],
    }


def _place(place: Place) -> dict[str, Any]:
    return {"path": place.path, "cell": place.cell or None, "line": place.line, "function": place.function}


def _row(use: Use) -> dict[str, Any]:
    held = msgspec.to_builtins(use) | {
        "revision": use.revision,
        "pin": use.pin.value,
        "confidence": use.confidence.value,
    }
    row = {**held, **_place(use.place), "trust_remote_code": use.trust_remote_code}
    return {name: row[name] for name in COLUMNS}


def render_uses_csv(report: Report) -> str:
    """Return one row a use; no cell begins with what a spreadsheet would calculate."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for use in report.uses:
        writer.writerow({name: _cell(value) for name, value in _row(use).items()})
    return redact(text.getvalue())


def _cell(value: object) -> str:
    if value is None:
        return ""
    text = str(value).lower() if isinstance(value, bool) else printable(value, 1000)
    return f"'{text}" if text[:1] in {"=", "+", "-", "@"} else text


def render_uses_sarif(report: Report) -> str:
    """Return a SARIF log: every use that is not held to a commit is a result, every file not read a notification."""
    broken = [(use, rule) for use in report.uses if (rule := rule_of(use))]
    names = sorted(_RULES)
    notes = [_notification(f"{file.path}: {file.problem}") for file in report.unread[:1000]]
    if len(broken) > MAX_RESULTS:
        notes.append(
            _notification(f"{len(broken) - MAX_RESULTS:,} results left out: at most {MAX_RESULTS:,} are shown")
        )
    run = {
        "tool": {"driver": {
            "name": "Weighbridge", "version": __version__, "informationUri": DOCUMENTATION, "rules": [_rule(name) for name in names],
        }},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": notes}],
        "results": [_result(use, rule, names.index(rule)) for use, rule in broken[:MAX_RESULTS]],
    }  # fmt: skip
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return redact(json.dumps(log, indent=2, sort_keys=True, ensure_ascii=True)) + "\n"


def _rule(name: str) -> dict[str, Any]:
    title, text, level, score = _RULES[name]
    return {
        "id": name,
        "shortDescription": {"text": title},
        "fullDescription": {"text": text},
        "help": {"text": text},
        "helpUri": f"{DOCUMENTATION}/find-models-in-code.md",
        "defaultConfiguration": {"level": level},
        "properties": {"security-severity": score, "tags": ["security", "supply-chain"]},
    }


def _result(use: Use, rule: str, index: int) -> dict[str, Any]:
    what = f"{printable(use.model, 200)} is loaded: {_pinned(use)}"
    text = what + (", and its own code is run." if use.trust_remote_code else ".")
    return {
        "ruleId": rule,
        "ruleIndex": index,
        "level": _RULES[rule][2],
        "message": {"text": text.replace("[", "\\[").replace("]", "\\]").replace("{", "{{").replace("}", "}}")},
        "locations": [{"physicalLocation": {
            "artifactLocation": {"uri": path_uri(use.place.path)}, "region": {"startLine": max(1, use.place.line)},
        }}],
        "partialFingerprints": {"weighbridge/v1": f"{rule}:{printable(use.model, 200)}:{printable(use.call, 100)}"},
        "properties": {"confidence": use.confidence.value, "pin": use.pin.value, "registry": use.registry},
    }  # fmt: skip


def _notification(text: str) -> dict[str, Any]:
    shown = printable(text, 1000).replace("{", "{{").replace("}", "}}")
    return {"level": "warning", "message": {"text": f"not read: {shown}"}}
