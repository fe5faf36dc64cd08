"""What goes with the artefact: its lock, its card with lineage and measured figures, notices and licence texts."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import msgspec

from weighbridge.decide.evaluation import Tried
from weighbridge.decide.fetching import sha256_of
from weighbridge.decide.prediction import identity
from weighbridge.decide.record import Decision
from weighbridge.decide.session import Session

LOCK = "weighbridge.lock"


def dress(session: Session, decision: Decision, best: Tried | None) -> Decision:
    """Write lock, notice, licence texts, card and bill of materials beside the artefact; return the record with their hashes."""
    if decision.deployment is None:
        return decision
    folder = session.home / decision.deployment.folder
    if best:
        _licences(best, folder)
        (folder / "NOTICE").write_text(_notice(best), encoding="utf-8")
    (folder / "README.md").write_text(_card(decision, best), encoding="utf-8")
    (folder / LOCK).write_text(_lock(session, decision, best), encoding="utf-8")
    if best:
        from weighbridge.decide.bill import bill_of_materials

        (folder / "bom.cdx.json").write_text(bill_of_materials(decision, best), encoding="utf-8")
    files = {str(path.relative_to(folder)): sha256_of(path) for path in sorted(folder.rglob("*")) if path.is_file()}
    return msgspec.structs.replace(decision, deployment=msgspec.structs.replace(decision.deployment, files=files))


def _licences(best: Tried, folder: Path) -> None:
    for path in sorted(best.prepared.candidate.folder.iterdir()):
        if path.is_file() and path.stem.lower() in {"license", "licence", "notice", "copying"}:
            (folder / "licences").mkdir(exist_ok=True)
            shutil.copyfile(path, folder / "licences" / path.name)


def _notice(best: Tried) -> str:
    record, audit = best.prepared.record, best.prepared.candidate.audit
    lines = [
        "This artefact is made from a pre-trained model.",
        "",
        f"Model: {record.name}" + (f" at commit {record.pin}" if record.pin else ""),
        f"Licence as stated: {record.licence or 'none'}",
    ]
    if audit.overview.base_models:
        lines.append(f"Made from: {', '.join(audit.overview.base_models)}")
    if audit.overview.datasets:
        lines.append(f"Trained on, as stated: {', '.join(audit.overview.datasets)}")
    if not any(
        path.stem.lower() in {"license", "licence", "copying"} for path in best.prepared.candidate.folder.iterdir()
    ):
        lines.append("The model ships no licence text: add the text of the licence stated before you pass this on.")
    return "\n".join(lines) + "\n"


def _lock(session: Session, decision: Decision, best: Tried | None) -> str:
    held: dict[str, Any] = {
        "version": 1,
        "tool": f"weighbridge {decision.tool_version}",
        "task": msgspec.to_builtins(session.task),
        "seed": session.task.seed,
        "technique": decision.technique or decision.baseline_name,
        "requirements": decision.deployment.environment.split(", ") if decision.deployment else [],
        "artefact": decision.deployment.files if decision.deployment else {},
    }
    if best:
        candidate = best.prepared.candidate
        held["model"] = {
            "name": candidate.name, "commit": candidate.record.pin, "identity": identity(candidate), "files": candidate.digests,
        }  # fmt: skip
    return json.dumps(held, indent=2, sort_keys=True) + "\n"


def _card(decision: Decision, best: Tried | None) -> str:
    """Return a model card: front matter for registries, then what it is made from and what was measured, in sentences."""
    import yaml

    reported = best.trial.reported if best else decision.baseline_reported
    for conversion in decision.conversions:
        if decision.deployment and conversion.technique == decision.deployment.form:
            reported = conversion.reported
    told: dict[str, Any] = {"pipeline_tag": decision.task.task, "library_name": "onnx"}
    if best:
        if best.prepared.record.licence:
            told["license"] = best.prepared.record.licence.split(", ")[0]
        told |= {"base_model": best.prepared.name, "base_model_relation": "finetune"}
    if reported:
        metric = {"type": reported.metric, "value": round(reported.value, 4)}
        told["model-index"] = [
            {"name": "artefact", "results": [{"task": {"type": decision.task.task}, "dataset": {"name": Path(decision.task.data).name, "type": "local", "split": "report"}, "metrics": [metric]}]}
        ]  # fmt: skip
    lines = ["---", yaml.safe_dump(told, sort_keys=True).strip(), "---", "", "# Classifier", ""]
    made = f"`{best.prepared.name}` by {best.trial.technique}" if best else f"scratch: {decision.baseline_name}"
    lines += [f"Made from {made}. {decision.reason[:1].upper()}{decision.reason[1:]}.", "", "## Measured", ""]
    lines += [f"- {line}" for line in _measured(decision, reported)]
    lines += ["", "## Use", "", "    pip install -r requirements.txt", '    python predict.py "an item"', ""]
    return "\n".join(lines)


def _measured(decision: Decision, reported: Any) -> list[str]:
    lines = []
    if reported:
        held = reported.interval()
        span = f" (95 % interval {held.low:.3f} to {held.high:.3f})" if held else ""
        lines.append(f"{reported.metric} {reported.value:.3f}{span} on {reported.n} items that no choice has seen")
    found = decision.deployment
    if found and found.latency is not None and found.peak_memory:
        where = "in a clean environment" if found.is_clean else "in the environment it was made in"
        lines.append(
            f"{found.latency * 1000:.1f} ms an item at the median, {found.peak_memory / 2**20:.0f} MiB at the peak, {where}"
        )
    if found:
        lines.append(f"{found.size / 2**20:.1f} MiB on disk; form: {found.form}; smoke test: {found.smoke_test}")
    return lines or ["nothing: the record says why"]
