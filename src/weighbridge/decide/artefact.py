"""What goes with the artefact: its lock, its card with lineage and measured figures, notices and licence texts."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import msgspec

from weighbridge.decide.bill import bill_of_materials
from weighbridge.decide.evaluation import Tried
from weighbridge.decide.fetching import TERMS, digests_in
from weighbridge.decide.record import Decision
from weighbridge.decide.session import Session
from weighbridge.facts.licence_names import identifier_of
from weighbridge.facts.roles import Role, role_of
from weighbridge.uses import lock


def dress(session: Session, decision: Decision, best: Tried | None) -> Decision:
    """Write lock, notice, licence texts, card and bill of materials beside the artefact; return the record with their hashes."""
    if decision.deployment is None:
        return decision
    folder = session.home / decision.deployment.folder
    (folder / "README.md").write_text(_card(decision, best), encoding="utf-8")
    if best:
        _licences(best, folder)
        (folder / "NOTICE").write_text(_notice(best), encoding="utf-8")
        (folder / lock.NAME).write_text(lock.write_lock(_locked(best)), encoding="utf-8")
        (folder / "bom.cdx.json").write_text(bill_of_materials(decision, best), encoding="utf-8")
    packed = msgspec.structs.replace(decision.deployment, files=digests_in(folder))
    return msgspec.structs.replace(decision, deployment=packed)


def _licences(best: Tried, folder: Path) -> None:
    source = best.prepared.candidate.folder
    for name in sorted(name for name in best.prepared.candidate.digests if role_of(name) in TERMS):
        place = folder / "licences" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / name, place)


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
    if not any(role_of(name) is Role.LICENCE for name in best.prepared.candidate.digests):
        lines.append("The model ships no licence text: add the text of the licence stated before you pass this on.")
    return "\n".join(lines) + "\n"


def _locked(best: Tried) -> lock.Lock:
    """Return the lock of the one model that the artefact is made from; a folder has no commit, its hashes hold it."""
    candidate = best.prepared.candidate
    files = tuple(lock.LockedFile(path, sha256=digest) for path, digest in sorted(candidate.digests.items()))
    base = lock.LockedModel(candidate.name, candidate.record.pin, licence=candidate.record.licence, files=files)
    return lock.Lock(models=(base,))


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
            told["license"] = identifier_of(best.prepared.record.licence.split(", ")[0]) or "other"
        told |= {"base_model": best.prepared.name, "base_model_relation": "finetune"}
    if reported:
        metric = {"type": reported.metric, "value": round(reported.value, 4)}
        told["model-index"] = [
            {"name": "artefact", "results": [{"task": {"type": decision.task.task}, "dataset": {"name": Path(decision.task.data).name, "type": "local", "split": "report"}, "metrics": [metric]}]}
        ]  # fmt: skip
    lines = ["---", yaml.safe_dump(told, sort_keys=True).strip(), "---", "", "# Classifier", ""]
    made = f"`{best.prepared.name}` by {best.trial.technique}" if best else f"scratch: {decision.baseline_name}"
    lines += [f"Made from {made}. {decision.sentence}", "", "## Measured", ""]
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
